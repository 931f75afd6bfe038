"""A store of another MLflow is looked at, and stays byte for byte as it was."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from mlflow.store.db.utils import _get_alembic_config

from model.errors import (
    FileStoreRetired,
    NotAdopted,
    StoreReadOnly,
    TrackingUnavailable,
)
from model.registry import store_state
from model.registry.list_query import ListQuery
from model.registry.registry import Registry
from model.registry.store_copy import require_writable
from model.registry.store_state import Condition, examine
from model.registry.versions import What
from tests.stores import FOREIGN, STUDY, Store

CASE = Path(__file__).parents[4] / "shared/cases/m01-store-written-by-mlflow-2.9.2.db"


def everything_in(folder: Path) -> dict[str, str]:
    """Every file below a folder and the sha256 of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def older(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with trained versions as the MLflow before the installed one would have it."""
    copied = store.copy(tmp_path_factory.mktemp("older") / "store")
    command.downgrade(_get_alembic_config(copied.uri), store_state.revisions()[-2])
    assert examine(copied.uri).condition is Condition.OLDER
    return copied


def visit(registry: Registry) -> None:
    """Everything a page or a command asks of a store it only looks at."""
    for study in registry.studies():
        for version in registry.versions(study):
            registry.resolve(version.reference)
            if version.scores:
                registry.load(version)
            else:
                with pytest.raises(NotAdopted):
                    registry.load(version)
    registry.everything(ListQuery(unfinished=True))
    registry.connect()


def test_a_current_store_is_not_written_by_looking(store: Store, tmp_path: Path) -> None:
    copied = store.copy(tmp_path / "store")
    before = everything_in(copied.folder)
    registry = Registry(copied.uri, look_first=True)
    visit(registry)
    assert registry.notice is None
    assert everything_in(copied.folder) == before


def test_an_older_store_is_read_through_a_copy_and_stays_as_it_is(older: Store) -> None:
    before = everything_in(older.folder)
    registry = Registry(older.uri, look_first=True)
    visit(registry)
    assert registry.studies() == (STUDY, FOREIGN)
    assert [version.number for version in registry.versions(STUDY)] == [3, 2, 1]
    notice = registry.notice
    assert notice is not None
    assert "was written by an MLflow of 20" in notice.said
    path = older.folder / "mlflow.db"
    assert notice.commands == (f"cp {path} {path}.backup", f"mlflow db upgrade {older.uri}")
    assert everything_in(older.folder) == before


def test_what_is_added_to_an_older_store_shows(older: Store, tmp_path: Path) -> None:
    shutil.copytree(older.folder, tmp_path / "store")
    path = tmp_path / "store" / "mlflow.db"
    registry = Registry(f"sqlite:///{path}")
    assert "renamed" not in registry.studies()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO registered_models (name, workspace) VALUES ('renamed', 'default')"
        )
        connection.commit()
    registry._store._looked = float("-inf")  # which passes by itself within seconds
    assert "renamed" in registry.studies()


def test_an_older_store_is_not_changed_either(older: Store) -> None:
    before = everything_in(older.folder)
    registry = Registry(older.uri)
    version = registry.versions(STUDY)[0]
    for change in (
        lambda: registry.tag(version, "ward", "B7"),
        lambda: registry.point(version, "champion"),
        lambda: require_writable(older.uri),
    ):
        with pytest.raises(StoreReadOnly, match=r"Nothing was changed.*mlflow db upgrade"):
            change()
    assert everything_in(older.folder) == before


def test_nothing_of_a_copy_is_left_behind(
    older: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)  # asked anew from the environment
    registry = Registry(older.uri)
    registry.studies()
    assert [path.name[:14] for path in tmp_path.glob("bedside*")] == ["bedside-store-"]
    registry._store.close()
    assert list(tmp_path.glob("bedside*")) == []


def test_a_store_of_a_newer_mlflow_is_told_and_not_opened(store: Store, tmp_path: Path) -> None:
    copied = store.copy(tmp_path / "store")
    with closing(sqlite3.connect(copied.folder / "mlflow.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'feedfacecafe'")
        connection.commit()
    before = everything_in(copied.folder)
    with pytest.raises(TrackingUnavailable, match="newer than the one installed"):
        Registry(copied.uri, look_first=True).studies()
    assert everything_in(copied.folder) == before


def test_a_store_that_is_not_there_is_empty_and_is_not_made(tmp_path: Path) -> None:
    registry = Registry(f"sqlite:///{tmp_path}/mlflow.db", look_first=True)
    assert registry.studies() == registry.versions(STUDY) == ()
    assert registry.everything(ListQuery()).rows == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"no database at all, but a text", b"SQLite format 3\0" * 99])
def test_a_file_that_is_no_store_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mlflow.db"
    file.write_bytes(content)
    with pytest.raises(TrackingUnavailable, match="is damaged, or no database"):
        Registry(f"sqlite:///{file}").studies()
    assert file.read_bytes() == content


def test_a_write_ahead_log_is_not_made_by_looking(store: Store, tmp_path: Path) -> None:
    copied = store.copy(tmp_path / "store")
    path = copied.folder / "mlflow.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    before = everything_in(copied.folder)
    assert examine(copied.uri).condition is Condition.CURRENT
    assert everything_in(copied.folder) == before


@pytest.fixture
def runs_in_a_folder(store: Store, tmp_path: Path) -> Path:
    """Two runs of MLflow 2 in a folder, one of which logged a model that was registered."""
    folder = tmp_path / "mlruns"
    experiment, run = folder / "7", folder / "7" / ("a" * 32)
    for place in ("metrics", "params", "tags", "artifacts/model"):
        (run / place).mkdir(parents=True)
    (folder / ".trash").mkdir()
    (experiment / "meta.yaml").write_text(
        f"artifact_location: {experiment}\ncreation_time: 1700000000000\nexperiment_id: '7'\n"
        "last_update_time: 1700000000000\nlifecycle_stage: active\nname: ward\n"
    )
    (run / "meta.yaml").write_text(
        f"artifact_uri: {run}/artifacts\nend_time: 1700000001000\nentry_point_name: ''\n"
        f"experiment_id: '7'\nlifecycle_stage: active\nrun_id: {'a' * 32}\nrun_name: first try\n"
        f"run_uuid: {'a' * 32}\nsource_name: ''\nsource_type: 4\nsource_version: ''\n"
        "start_time: 1700000000000\nstatus: 3\ntags: []\nuser_id: nurse\n"
    )
    (run / "metrics" / "auc").write_text("1700000000000 0.81 0\n")
    (run / "params" / "C").write_text("1.0")
    (run / "tags" / "mlflow.log-model.history").write_text(
        f'[{{"run_id": "{"a" * 32}", "artifact_path": "model", "flavors": {{"sklearn": {{}}, '
        '"python_function": {}}}]'
    )
    model = folder / "models" / "ward score"
    (model / "version-1").mkdir(parents=True)
    (model / "meta.yaml").write_text(
        "aliases: {}\ncreation_timestamp: 1700000000000\ndescription: ''\n"
        "last_updated_timestamp: 1700000000000\nname: ward score\n"
    )
    (model / "version-1" / "meta.yaml").write_text(
        "aliases: []\ncreation_timestamp: 1700000000000\ncurrent_stage: Production\n"
        f"description: which ward\nlast_updated_timestamp: 1700000000000\nname: ward score\n"
        f"run_id: {'a' * 32}\nrun_link: ''\nsource: {run}/artifacts/model\nstatus: READY\n"
        f"status_message: ''\nstorage_location: {run}/artifacts/model\nuser_id: nurse\n"
        "version: '1'\n"
    )
    return folder


def test_a_folder_of_runs_is_read_through_a_copy(runs_in_a_folder: Path) -> None:
    before = everything_in(runs_in_a_folder)
    registry = Registry(str(runs_in_a_folder))
    assert registry.studies() == ("ward score",)
    (version,) = registry.everything(ListQuery()).rows
    assert version.aliases == ("Production",)
    assert version.description == "which ward"
    assert version.estimator == "sklearn"
    assert {name: each.value for name, each in version.metrics.items()} == {"auc": 0.81}
    assert version.parameters == {"C": "1.0"}
    assert registry.notice is not None
    assert registry.notice.commands[0].startswith("mlflow migrate-filestore --source ")
    assert everything_in(runs_in_a_folder) == before


def test_a_folder_without_runs_is_told_what_to_name_instead(tmp_path: Path) -> None:
    with pytest.raises(FileStoreRetired, match="folder without runs"):
        Registry(str(tmp_path)).studies()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not CASE.exists(), reason="the store is not at hand")
def test_a_store_mlflow_2_9_wrote_is_listed_whole_and_stays_as_it_is(tmp_path: Path) -> None:
    shutil.copy(CASE, tmp_path / "mlflow.db")
    before = everything_in(tmp_path)
    registry = Registry(f"sqlite:///{tmp_path}/mlflow.db", look_first=True)
    names = registry.studies()
    assert {"o'brien", "Heart model (v2)", "heart&disease", "50% risk", "a?b"} <= set(names)
    assert {"cardio risk: ward", "x#y", "心臓病"} <= set(names)
    for name in names:
        for version in registry.versions(name):
            assert version.study == name
            assert registry.resolve(f"models:/{name}/{version.number}") == version
    assert len(registry.everything(ListQuery(kinds=(What.RUN,))).rows) == 4  # two were deleted
    assert registry.notice is not None
    assert "was written by MLflow 2.9.2" in registry.notice.said
    assert everything_in(tmp_path) == before
