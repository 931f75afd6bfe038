"""Ten tables that installed packages bring along: by two commands alone from CSV to a form."""

from __future__ import annotations

import json

import pytest

from dashboard.services import Services
from dashboard.settings import Settings
from model.registry.registry import Registry
from tests import stores
from tests.dashboard.fakes import FakePromoter, FakeRegistry, FakeTrainer, fill, number, show, words
from tests.stores import Store
from tests.tables import TABLES, written

pytestmark = [
    pytest.mark.server,
    pytest.mark.timeout(1200),  # ten trainings on a busy machine
    pytest.mark.no_cover,  # ten times the same lines, which the tests of each page measure
]

# One process for all of them: most of a training's time goes into importing.
COMMANDS = """
import json, os, sys
from model.__main__ import main
for name, wanted in json.loads(sys.argv[1]).items():
    file = f"studies/{name}.yaml"
    new = ["study", "new", f"tables/{name}.csv", "--output", file, "--outcome", *wanted]
    train = ["train", "--study", file, "--repeats", "1", "--estimator", "baseline"]
    for command in (new, train):
        if main(command, os.environ) != 0:
            sys.exit(f"{name}: {command[0]} failed")
"""


@pytest.fixture(scope="module")
def trained(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store in which each table became a version, and the tables beside it."""
    made = store.empty(tmp_path_factory.mktemp("tables") / "store")
    (made.folder / "tables").mkdir()
    (made.folder / "studies").mkdir()
    for name in TABLES:
        written(name, made.folder / "tables")
    wanted = json.dumps({name: list(outcome) for name, (_, outcome) in TABLES.items()})
    done = stores.python("-c", COMMANDS, wanted, store=made)
    assert done.returncode == 0, done.stderr[-2000:]
    return made


@pytest.mark.parametrize("name", TABLES)
def test_a_table_becomes_a_verified_version_and_a_working_form(trained: Store, name: str) -> None:
    registry = Registry(trained.uri)
    model = registry.load(registry.resolve(f"models:/{name}/1"))
    assert {"conduct.ethics", "outcome.population"} < {gap.key for gap in model.card.gaps}
    services = Services(
        Settings.model_validate({"MLFLOW_TRACKING_URI": trained.uri}),
        registry,
        FakeTrainer(),
        FakePromoter(FakeRegistry()),
    )
    page = show("app", services, study=name)
    assert not page.exception
    middle = model.golden.rows.iloc[0].dropna()
    fill(page, {str(column): float(value) for column, value in middle.items()})
    assert not page.exception
    assert number(page) is not None
    assert "Probability of a" in words(page)


def test_no_row_of_a_table_is_left_in_the_store(trained: Store) -> None:
    """Beside the tables themselves: the middle of a row is looked for in every other file."""
    rows = (trained.folder / "tables" / "diabetes.csv").read_text().splitlines()
    needles = [",".join(row.split(",")[3:8]).encode() for row in rows[1:20]]
    left = [path for path in trained.folder.rglob("*") if path.is_file()]
    for path in left:
        if path.parent.name != "tables":
            content = path.read_bytes()
            assert not [needle for needle in needles if needle in content], path
