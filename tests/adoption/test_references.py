"""However a store names a model, it is on the list and gives its own numbers once adopted."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import mlflow
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from model.adoption import reference
from model.errors import VersionNotFound
from model.registry.list_query import ListQuery
from model.registry.registry import Registry
from model.registry.versions import What
from tests.adoption import kinds
from tests.adoption.kinds import Made
from tests.adoption.test_kinds import adopted, as_in_the_process_apart

__all__ = ["as_in_the_process_apart"]


KINDS = ("version", "alias", "stage", "run", "run of another library", "logged by autolog")


@dataclass(frozen=True)
class Logged:
    """A store of somebody's models. made : of each kind, a reference, and the model and its risks.
    ids : of the two logged models.
    """

    address: str
    made: Mapping[str, tuple[str, Made]]
    ids: Mapping[str, str]


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Logged:
    folder = tmp_path_factory.mktemp("logged")
    address = f"sqlite:///{folder / 'mlflow.db'}"
    with pytest.MonkeyPatch.context() as environment:
        for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_ID"):
            environment.setenv(name, "")  # MLflow writes to both, and nobody after this reads it
        mlflow.set_tracking_uri(address)
        mlflow.set_experiment(experiment_id=mlflow.create_experiment("ward", str(folder / "files")))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            filled = _fill(address)
        mlflow.set_tracking_uri("")
    return filled


def _fill(address: str) -> Logged:
    import xgboost

    client = mlflow.MlflowClient()
    mlflow.sklearn.autolog(silent=True)
    with mlflow.start_run() as sums:
        model = make_pipeline(kinds.encoder(), LogisticRegression())
        model.fit(kinds.ROWS, kinds.OUTCOME)
    mlflow.sklearn.autolog(disable=True)
    mlflow.xgboost.autolog(silent=True)
    numbers = kinds.ROWS[kinds.NUMBERS]
    with mlflow.start_run() as trees:
        booster = xgboost.XGBClassifier(n_estimators=9, max_depth=3, n_jobs=1)
        booster.fit(numbers, kinds.OUTCOME)
    mlflow.xgboost.autolog(disable=True)
    ids = {m.source_run_id: m.model_id for m in client.search_logged_models(["1"])}
    mlflow.register_model(f"runs:/{sums.info.run_id}/model", "ward")
    client.set_registered_model_alias("ward", "best", "1")
    client.transition_model_version_stage("ward", "1", "Archived")
    of_sums = Made(kinds.ROWS, model.predict_proba(kinds.ROWS)[:, 1])
    of_trees = Made(numbers, booster.predict_proba(numbers)[:, 1], tolerance=1e-6)
    places = [
        ("models:/ward/1", of_sums),
        ("models:/ward@best", of_sums),
        ("models:/ward/Archived", of_sums),
        (f"runs:/{sums.info.run_id}/model", of_sums),
        (f"runs:/{trees.info.run_id}/model", of_trees),
        (f"models:/{ids[trees.info.run_id]}", of_trees),
    ]
    named = {"sums": ids[sums.info.run_id], "trees": ids[trees.info.run_id]}
    return Logged(address, dict(zip(KINDS, places, strict=True)), named)


@pytest.mark.parametrize("kind", KINDS)
def test_it_gives_the_model_s_own_numbers(kind: str, logged: Logged, tmp_path: Path) -> None:
    name, made = logged.made[kind]

    _, model = adopted("forest", made, name, tmp_path, logged.address)

    assert model.origin is not None
    assert model.origin.kind == "data"
    lasting = {f"models:/{one}" for one in logged.ids.values()} | {"models:/ward/1"}
    assert model.origin.reference in lasting, "an alias, a stage or a run says another one tomorrow"


def test_each_is_listed_once(logged: Logged) -> None:
    rows = Registry(logged.address).everything(ListQuery()).rows
    found = {(row.what, row.study if row.what is What.REGISTERED else row.model_id) for row in rows}
    assert found == {(What.REGISTERED, "ward"), (What.LOGGED, logged.ids["trees"])}


def test_what_is_not_there_is_said_in_a_sentence(logged: Logged, tmp_path: Path) -> None:
    with pytest.raises(VersionNotFound, match="is not models:/name/3"):
        reference.fetch("models:/ward/Production", logged.address, tmp_path / "copy")
