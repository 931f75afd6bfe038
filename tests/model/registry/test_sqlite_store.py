"""What is seen without MLflow is what MLflow answers, or nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from model.registry.registry import Registry
from model.registry.sqlite_store import REVISION, FirstLook
from model.registry.versions import Kind
from tests import stores
from tests.stores import FOREIGN, STUDY, Store

LOADS = """
import sys
from model import Registry

registry = Registry(sys.argv[1], look_first=True)
(study,) = (each for each in registry.studies() if each == "heart-disease")
print(registry.load(registry.versions(study)[0]).schema.study, "mlflow" in sys.modules)
"""


@pytest.fixture(scope="module")
def found(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with a version that was deleted, and one with a tag and another alias."""
    copied = store.copy(tmp_path_factory.mktemp("looked") / "store")
    from mlflow.tracking import MlflowClient

    client = MlflowClient(copied.uri)
    client.delete_model_version(STUDY, "2")
    client.set_model_version_tag(STUDY, "3", "ward", "B7")
    client.set_registered_model_alias(STUDY, "on-trial", "3")
    return copied


def change(store: Store, folder: Path, *statements: str) -> FirstLook:
    copied = store.copy(folder / "changed")
    with closing(sqlite3.connect(copied.folder / "mlflow.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return FirstLook(copied.uri)


def test_studies_are_those_mlflow_lists(found: Store) -> None:
    assert FirstLook(found.uri).studies() == Registry(found.uri).studies() == (STUDY, FOREIGN)


@pytest.mark.parametrize("study", [STUDY, FOREIGN, "nobody's"])
def test_versions_are_those_mlflow_lists(found: Store, study: str) -> None:
    name = study.replace("'", "")
    assert FirstLook(found.uri).versions(name) == Registry(found.uri).versions(name)


def test_the_files_are_where_mlflow_put_them(found: Store) -> None:
    for version in Registry(found.uri).versions(STUDY):
        assert FirstLook(found.uri).files(version) == found.files(version.model_id)


def test_a_version_is_loaded_without_mlflow(found: Store) -> None:
    done = stores.new_python("-c", LOADS, found.uri, store=found)
    assert done.stdout.split() == [STUDY, "False"], done.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alembic_version SET version_num = 'next'",
        "DELETE FROM alembic_version",
        "DROP TABLE alembic_version",
        "PRAGMA foreign_keys = OFF; UPDATE registered_models SET workspace = 'ward'",
    ],
)
def test_of_another_kind_of_store_nothing_is_said(
    store: Store, tmp_path: Path, statement: str
) -> None:
    look = change(store, tmp_path, *statement.split("; "))
    assert look.studies() is None


@pytest.mark.parametrize(
    "address",
    ["http://localhost:5000", "sqlite:///missing.db", "sqlite:///a.db?cache=shared", "mysql://x/y"],
)
def test_nothing_is_said_of_what_is_no_file(address: str) -> None:
    look = FirstLook(address)
    assert (look.studies(), look.versions(STUDY)) == (None, None)
    assert not Path("missing.db").exists()


def test_files_on_another_machine_are_not_seen(store: Store, tmp_path: Path) -> None:
    away = "UPDATE logged_models SET artifact_location = 'mlflow-artifacts:/1/models/m-1/artifacts'"
    look = change(store, tmp_path, away)
    versions = look.versions(STUDY)
    assert versions
    assert look.files(versions[0]) is None


def test_the_revision_is_the_one_this_mlflow_writes(store: Store) -> None:
    """If this fails after an upgrade: compare the tables, then write the new revision down."""
    with closing(sqlite3.connect(store.folder / "mlflow.db")) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [(REVISION,)]


def test_a_foreign_version_is_foreign_here_as_well(found: Store) -> None:
    (version,) = FirstLook(found.uri).versions(FOREIGN) or ()
    assert version.kind is Kind.SEEN
