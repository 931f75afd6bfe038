"""A training from data to listed version: what it leaves in MLflow, and what it does not."""

from __future__ import annotations

import io
import json
import re
import signal
import sqlite3
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from model import estimators
from model.errors import TrackingUnavailable
from model.registry import conventions
from model.registry.list_query import ListQuery
from model.registry.registry import Registry
from model.registry.versions import Kind
from model.scoring.golden import patients
from model.studies import Study
from model.studies.cohort import Cohort
from tests import stores
from tests.servers import PROGRAMS, ROOT, environment
from tests.stores import STUDY, Store

if TYPE_CHECKING:
    from mlflow.models import Model
    from mlflow.tracking import MlflowClient

pytestmark = pytest.mark.server

FIRST, SECOND, UNPINNED = range(3)
OF_STUDY = ListQuery(STUDY)
PATIENCE = 120  # seconds; a busy machine may keep a store from answering in its three
UNFINISHED = "its training did not finish"


@pytest.fixture
def client(store: Store) -> MlflowClient:
    from mlflow.tracking import MlflowClient

    return MlflowClient(store.uri)


def logged(store: Store, training: int = FIRST) -> Model:
    from mlflow.models import Model

    return Model.load(str(store.files(store.printed[training]["model_id"]) / "MLmodel"))


def document(store: Store, training: int, name: str) -> Any:
    return json.loads((store.bundle(store.printed[training]["model_id"]) / name).read_bytes())


# What a training leaves -------------------------------------------------------------------


def test_a_study_s_first_version_becomes_its_champion_and_the_next_does_not(
    store: Store, client: MlflowClient
) -> None:
    aliases = client.get_registered_model(STUDY).aliases
    assert {alias: int(number) for alias, number in aliases.items()} == {
        "champion": 1,
        "challenger": 3,
    }


def test_the_run_says_what_was_trained_on_what_and_by_which_code(
    store: Store, client: MlflowClient, study: Study
) -> None:
    data = client.get_run(store.printed[FIRST]["run_id"]).data
    assert data.tags[conventions.STATUS] == conventions.COMPLETE
    assert data.tags[conventions.ESTIMATOR] == estimators.DEFAULT
    assert data.tags[conventions.DATA_SHA256] == study.source.sha256
    assert re.fullmatch(r"unknown|[0-9a-f]{40}(-dirty)?", data.tags[conventions.GIT_COMMIT])
    assert data.params.items() >= {"repeats": "1", "folds": "10"}.items()
    for name, estimate in store.printed[FIRST]["metrics"].items():
        assert data.metrics[name] == pytest.approx(estimate["value"])
        assert data.metrics[f"{name}_low"] == pytest.approx(estimate["low"])
        assert data.metrics[f"{name}_high"] == pytest.approx(estimate["high"])


def test_the_training_patients_are_the_run_s_input_by_digest_and_count_alone(
    store: Store, client: MlflowClient
) -> None:
    (used,) = client.get_run(store.printed[FIRST]["run_id"]).inputs.dataset_inputs
    assert {tag.key: tag.value for tag in used.tags} == {"mlflow.data.context": "training"}
    assert used.dataset.name == "heart-disease-cleveland"
    assert json.loads(used.dataset.source)["url"].startswith("https://doi.org/")
    assert json.loads(used.dataset.profile)["num_rows"] == 303
    columns = json.loads(used.dataset.schema)["mlflow_colspec"]
    assert len(columns) == 14


@pytest.mark.parametrize(("training", "pinned"), [(FIRST, True), (UNPINNED, False)])
def test_run_and_card_say_whether_the_table_was_the_pinned_one(
    store: Store, client: MlflowClient, study: Study, training: int, pinned: bool
) -> None:
    tags = client.get_run(store.printed[training]["run_id"]).data.tags
    assert tags[conventions.DATA_PINNED] == str(pinned).lower()
    card = document(store, training, "model_card.json")
    assert card["data"]["pinned"] == pinned
    assert card["data"]["sha256"] == tags[conventions.DATA_SHA256]
    assert (card["data"]["sha256"] == study.source.sha256) == pinned
    assert any("not pinned" in limit for limit in card["limits"]) != pinned


def test_the_signature_is_13_numbers_of_which_a_test_may_be_absent(
    store: Store, study: Study
) -> None:
    inputs = logged(store).signature.inputs
    assert inputs.input_names() == list(study.schema.names)
    assert {each.type.name for each in inputs.inputs} == {"double"}
    assert [each.name for each in inputs.inputs if each.required] == list(study.schema.required)
    assert len(inputs.inputs) == 13
    assert len(study.schema.required) == 3


def test_the_signature_answers_a_risk_and_reasons_on_request(store: Store, study: Study) -> None:
    signature = logged(store).signature
    required = [each.name for each in signature.outputs.inputs if each.required]
    assert required == ["risk"]
    assert {"base", *(f"contribution_{name}" for name in study.schema.names)} <= set(
        signature.outputs.input_names()
    )
    (explain,) = signature.params.params
    assert (explain.name, explain.dtype.name, explain.default) == ("explain", "boolean", False)


def test_every_requirement_is_pinned_to_one_version(store: Store) -> None:
    model = store.files(store.printed[FIRST]["model_id"])
    lines = (model / "requirements.txt").read_text().split()
    assert {line.partition("==")[0] for line in lines} >= {"mlflow", "numpy", "pandas"}
    for line in lines:
        assert re.fullmatch(r"[\w-]+==[\w.]+", line)


def test_the_example_is_of_made_up_patients(store: Store) -> None:
    model = logged(store)
    example = model.load_input_example(str(store.files(store.printed[FIRST]["model_id"])))
    golden = document(store, FIRST, "golden.json")["patients"]
    expected = pd.DataFrame(golden[: len(example)], dtype=np.float64)
    pd.testing.assert_frame_equal(example, expected)
    assert len(example) >= 1


def test_the_code_that_travels_is_what_scoring_needs_and_no_more(store: Store) -> None:
    code = store.files(store.printed[FIRST]["model_id"]) / "code" / "model"
    found = {str(path.relative_to(code)) for path in code.rglob("*") if path.is_file()}
    assert {"scoring/pyfunc.py", "estimators/transformers/ratio.py", "intake/check.py"} <= found
    assert {path for path in found if not path.endswith(".py")} == set()
    assert {path for path in found if path.startswith(("training", "registry", "__main__"))} == (
        set()
    )


# No patient in any of it ------------------------------------------------------------------

NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
WINDOW = 6  # as many numbers in a row as do not come together by chance


def series(path: Path) -> Iterator[NDArray[np.float64]]:
    """Every run of numbers in a file, whether text, an archive or an array."""
    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            members = [archive.read(name) for name in archive.namelist()]
    else:
        members = [data]
    for member in members:
        if member.startswith(b"\x93NUMPY"):
            array = np.load(io.BytesIO(member), allow_pickle=False)
            if array.dtype.kind in "fiu":
                yield array.ravel().astype(np.float64)
                yield array.ravel(order="F").astype(np.float64)
        else:
            yield np.array([float(each) for each in NUMBER.findall(member)])


def windows(numbers: NDArray[np.float64]) -> set[tuple[float, ...]]:
    if len(numbers) < WINDOW:
        return set()
    return set(map(tuple, np.lib.stride_tricks.sliding_window_view(numbers, WINDOW).tolist()))


def fingerprints(cohort: Cohort) -> set[tuple[float, ...]]:
    """Six values of each patient in a row, and six patients in a row of each measurement."""
    rows = cohort.rows.to_numpy()
    found: set[tuple[float, ...]] = set()
    for line in rows:
        found |= windows(line[:8])
    for name in ("age", "trestbps", "chol", "thalach"):
        found |= windows(cohort.rows[name].to_numpy())
    return found


def test_the_search_finds_a_patient_in_text_and_in_an_archive(
    cohort: Cohort, tmp_path: Path
) -> None:
    cohort.rows.to_csv(tmp_path / "rows.csv")
    (tmp_path / "rows.json").write_text(cohort.rows.to_json(orient="records"))
    np.savez(tmp_path / "rows.npz", rows=cohort.rows.to_numpy())
    (tmp_path / "column.json").write_text(json.dumps(cohort.rows["chol"].to_list()))
    for path in tmp_path.iterdir():
        assert any(windows(numbers) & fingerprints(cohort) for numbers in series(path)), path.name


def test_no_training_patient_is_in_any_artifact_or_in_the_database(
    store: Store, cohort: Cohort, tmp_path: Path
) -> None:
    patients_found = fingerprints(cohort)
    database = tmp_path / "database.sql"
    with closing(sqlite3.connect(store.folder / "mlflow.db")) as connection:
        database.write_text("\n".join(connection.iterdump()))
    files = [path for path in store.artifacts.rglob("*") if path.is_file()]
    assert len(files) > 100
    beginnings = np.array([each[:2] for each in patients_found])
    for path in (database, *files):
        for numbers in series(path):
            # Few places can be the beginning of a patient; only those are looked at whole.
            likely = np.isin(numbers[:-1], beginnings[:, 0]) & np.isin(
                numbers[1:], beginnings[:, 1]
            )
            for at in np.flatnonzero(likely):
                assert tuple(numbers[at : at + WINDOW]) not in patients_found, path.name


def test_the_golden_patients_are_made_up_not_taken(study: Study, cohort: Cohort) -> None:
    made_up = {tuple(row) for row in patients(study.schema).fillna(-1.0).to_numpy().tolist()}
    real = {tuple(row) for row in cohort.rows.fillna(-1.0).to_numpy().tolist()}
    assert not made_up & real


# A version that is no sum ------------------------------------------------------------------

FOREST = f"""
import json, sys
from pathlib import Path
import mlflow
import pandas as pd
from model.registry.registry import Registry
from model.training.train import train

trained = train("{STUDY}", "forest", repeats=1)
loaded = Registry(mlflow.get_tracking_uri()).load(
    Registry(mlflow.get_tracking_uri()).resolve("models:/{STUDY}/4")
)
served = mlflow.pyfunc.load_model(f"models:/{{trained.model_id}}")
ours = loaded.assess(loaded.golden.rows, explain=True).to_frame()
theirs = served.predict(loaded.golden.rows, params={{"explain": True}})
pd.testing.assert_frame_equal(ours, theirs[[*ours.columns]], rtol=0, atol=1e-12)
card = json.loads(loaded.source.files["model_card.json"])
print(json.dumps([trained.model_id, sorted(loaded.source.files), card["submodels"]]))
"""


def test_a_forest_is_trained_logged_verified_and_served_like_any_other(
    store: Store, cohort: Cohort, tmp_path: Path
) -> None:
    own = store.copy(tmp_path / "store")
    done = stores.python("-c", FOREST, store=own)
    assert done.returncode == 0, done.stderr
    model_id, files, submodels = json.loads(done.stdout.splitlines()[-1])
    assert "explanation.json" in files
    assert "additive.json" not in files
    assert submodels == 1
    bundle = own.bundle(model_id)
    assert sum(path.stat().st_size for path in bundle.iterdir()) < 5_000_000
    assert "shap==" in (own.files(model_id) / "requirements.txt").read_text()
    patients_found = fingerprints(cohort)
    for path in bundle.iterdir():
        for numbers in series(path):
            assert not windows(numbers) & patients_found, path.name


# Trainings that do not end, or that others start ------------------------------------------

# What a reader would find had it been killed sooner is kept at every stage before the last.
KILLED = f"""
import os, shutil, signal
from model.training.train import train

def until(stage, done):
    shutil.copy("mlflow.db", f"killed-{{done:.3f}}.db")
    if stage == "Finishing":
        os.kill(os.getpid(), signal.SIGKILL)

train("{STUDY}", "baseline", repeats=1, progress=until)
"""


def test_of_a_training_killed_at_any_stage_nothing_is_offered(store: Store, tmp_path: Path) -> None:
    own = store.copy(tmp_path / "store")
    registry = Registry(own.uri)
    before = registry.versions(STUDY)
    listed = {row.reference for row in registry.everything(OF_STUDY).rows}
    done = stores.python("-c", KILLED, store=own)
    assert done.returncode == -signal.SIGKILL, done.stderr
    killed = sorted(own.folder.glob("killed-*.db"))
    assert len(killed) >= 5
    assert counted(killed[0], "runs") == counted(own.folder / "mlflow.db", "runs") - 1
    for database in (*killed, own.folder / "mlflow.db"):
        found = Registry(f"sqlite:///{database}")
        assert patiently(lambda found=found: found.versions(STUDY)) == before
        rows = patiently(lambda found=found: found.everything(OF_STUDY).rows)
        left = [row for row in rows if row.reference not in listed]
        assert all((row.kind, row.status) == (Kind.SEEN, UNFINISHED) for row in left)
        champion = patiently(lambda found=found: found.resolve(f"models:/{STUDY}@champion"))
        assert champion.number == 1
    assert counted(own.folder / "mlflow.db", "model_versions") == 5


def patiently(ask: Callable[[], Any]) -> Any:
    """The answer of a store that a busy machine may keep from answering in its three seconds."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(TrackingUnavailable):  # which a busy store is, too
            return ask()
        time.sleep(0.5)
    return ask()


def counted(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_mlflow_run_in_the_project_s_folder_makes_a_listed_version(
    store: Store, tmp_path: Path
) -> None:
    own = store.copy(tmp_path / "store")
    before = sorted(ROOT.glob("ml*"))
    done = subprocess.run(
        [
            *(str(PROGRAMS / "mlflow"), "run", ".", "--env-manager", "local"),
            *("-P", "estimator=baseline", "-P", "repeats=1"),
        ],
        cwd=ROOT,
        env=environment(own.uri),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    registry = Registry(own.uri)
    newest = registry.versions(STUDY)[0]
    assert (newest.number, newest.estimator, newest.aliases) == (4, "baseline", ())
    assert registry.everything(OF_STUDY).rows[0].run_id == newest.run_id
    assert registry.load(newest).manifest.estimator == "baseline"
    assert sorted(ROOT.glob("ml*")) == before
