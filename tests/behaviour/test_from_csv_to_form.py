"""Ten tables that installed packages bring along: by two commands alone from CSV to a form."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets as sklearn_tables
from statsmodels import datasets as statsmodels_tables

from dashboard.services import Services
from dashboard.settings import Settings
from model.registry.registry import Registry
from tests import stores
from tests.dashboard.fakes import FakePromoter, FakeRegistry, FakeTrainer, fill, number, show, words
from tests.stores import Store

pytestmark = [pytest.mark.server, pytest.mark.timeout(1200)]  # ten trainings on a busy machine

MOST_PATIENTS = 160  # of a table: enough to train on, few enough to be quick


def _of_sklearn(name: str) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(sklearn_tables, f"load_{name}")(as_frame=True).frame
    return frame


def _of_statsmodels(name: str) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(statsmodels_tables, name).load_pandas().data
    return frame


def _breast() -> pd.DataFrame:
    frame = _of_sklearn("breast_cancer")
    words = frame["target"].map({0: "malignant", 1: "benign"})
    return frame.iloc[:, :6].assign(diagnosis=words)


def _iris() -> pd.DataFrame:
    return _of_sklearn("iris").rename(columns={"target": "species"})


def _wine() -> pd.DataFrame:
    frame = _of_sklearn("wine")
    return frame.iloc[:, :5].assign(first=frame["target"] == 0)


def _diabetes() -> pd.DataFrame:
    frame: pd.DataFrame = sklearn_tables.load_diabetes(as_frame=True, scaled=False).frame
    return frame.assign(worse=(frame["target"] > 140).astype(int)).drop(columns="target")


def _fair() -> pd.DataFrame:
    frame = _of_statsmodels("fair")
    return frame.assign(affair=np.where(frame["affairs"] > 0, "yes", "no")).drop(columns="affairs")


def _randhie() -> pd.DataFrame:
    frame = _of_statsmodels("randhie")
    return frame.assign(visited=(frame["mdvis"] > 0).astype(int)).drop(columns="mdvis")


def _star98() -> pd.DataFrame:
    frame = _of_statsmodels("star98")
    above = np.where(frame["NABOVE"] > frame["NBELOW"], "Yes", "No")
    return frame.iloc[:, 2:8].assign(above=above)


def _crime() -> pd.DataFrame:
    frame = _of_statsmodels("statecrime").reset_index()
    high = (frame["violent"] > frame["violent"].median()).astype(int)
    return frame.drop(columns="violent").assign(high=high)


TABLES: dict[str, tuple[Callable[[], pd.DataFrame], tuple[str, ...]]] = {
    "breast": (_breast, ("diagnosis",)),
    "iris": (_iris, ("species", "--present", "2")),
    "wine": (_wine, ("first",)),
    "diabetes": (_diabetes, ("worse",)),
    "fair": (_fair, ("affair",)),
    "randhie": (_randhie, ("visited",)),
    "anes96": (lambda: _of_statsmodels("anes96"), ("vote",)),
    "star98": (_star98, ("above",)),
    "modechoice": (lambda: _of_statsmodels("modechoice"), ("choice",)),
    "crime": (_crime, ("high",)),
}
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
    for name, (table, _) in TABLES.items():
        frame = table()
        chosen = frame.sample(min(len(frame), MOST_PATIENTS), random_state=0)
        chosen.to_csv(made.folder / "tables" / f"{name}.csv", index=False)
    wanted = json.dumps({name: list(outcome) for name, (_, outcome) in TABLES.items()})
    done = stores.python("-c", COMMANDS, wanted, store=made)
    assert done.returncode == 0, done.stderr[-2000:]
    return made


@pytest.mark.parametrize("name", TABLES)
def test_a_table_becomes_a_verified_version_and_a_working_form(trained: Store, name: str) -> None:
    registry = Registry(trained.uri)
    model = registry.load(registry.resolve(f"models:/{name}@champion"))
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
