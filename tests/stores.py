"""A real MLflow store with real trainings in it, made once a session and copied by tests."""

from __future__ import annotations

import fcntl
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from model.registry.artifacts import BUNDLE_PATH
from tests import loaded_python
from tests.servers import ROOT, environment

STUDY = "heart-disease"
FOREIGN = "somebody-elses"
MARKER = "executed"
LONG_AGO = datetime(1989, 8, 1, tzinfo=UTC)

# One process for all of them: most of a training's time goes into importing and into the
# tables of a new database.
TRAININGS = f"""
import os, shutil, sys
from pathlib import Path
from mlflow import MlflowClient
from model.__main__ import main
from model import studies

MlflowClient().search_experiments()
shutil.copy("mlflow.db", "empty.db")

lines = studies.find("{STUDY}").source.table.read_bytes().splitlines(keepends=True)
Path("unpinned.csv").write_bytes(b"".join(lines[:-1]))
for each in (
    [],
    ["--estimator", "baseline"],
    [
        *("--estimator", "baseline", "--alias", "challenger"),
        *("--data", "unpinned.csv", "--allow-unpinned-data"),
    ],
):
    if main(["train", "--repeats", "1", *each], os.environ) != 0:
        sys.exit("a training failed")

import mlflow
Path("their_code.py").write_text(
    "from pathlib import Path\\n"
    f"Path({{str(Path('{MARKER}').absolute())!r}}).touch()\\n"
    "def _load_pyfunc(path): ...\\n"
)
mlflow.set_experiment("{FOREIGN}")
mlflow.pyfunc.log_model(
    name="model",
    loader_module="their_code",
    data_path="their_code.py",
    code_paths=["their_code.py"],
    pip_requirements=["numpy"],
    registered_model_name="{FOREIGN}",
)
os.remove("their_code.py")
"""


@dataclass(frozen=True)
class Store:
    """A folder with ``mlflow.db`` and the artifacts beside it.

    As trained: version 1 by the default estimator, the champion; 2 `baseline`; 3 `baseline` on
    a table that is not pinned, the challenger; and a model somebody else logged, under a name of
    its own.
    """

    folder: Path

    @property
    def uri(self) -> str:
        return f"sqlite:///{self.folder / 'mlflow.db'}"

    @property
    def artifacts(self) -> Path:
        return self.folder / "mlruns"

    @property
    def printed(self) -> list[dict[str, Any]]:
        """What each training printed on stdout, a document a line."""
        lines = (self.folder / "stdout").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def files(self, model_id: str) -> Path:
        """The folder of a logged model."""
        (found,) = self.artifacts.glob(f"*/models/{model_id}/artifacts")
        return found

    def bundle(self, model_id: str) -> Path:
        return self.files(model_id) / BUNDLE_PATH

    def copy(self, folder: Path, artifacts: str | None = None) -> Store:
        """The same in a folder of its own; `artifacts` is where readers are sent for files.

        Its models get ids of their own, since MLflow remembers for a whole process where the
        files of an id are.
        """
        shutil.copytree(self.folder, folder)
        copied = Store(folder)
        changes = {str(self.artifacts): artifacts or str(copied.artifacts)}
        for model in copied.artifacts.glob("*/models/m-*"):
            changes[model.name] = f"m-{uuid4().hex}"
            model.rename(model.with_name(changes[model.name]))
        (folder / "mlflow.db").unlink()
        with (
            closing(sqlite3.connect(self.folder / "mlflow.db")) as source,
            closing(sqlite3.connect(folder / "mlflow.db")) as target,
        ):
            target.executescript(_replaced("\n".join(source.iterdump()), changes))
        stdout = folder / "stdout"
        stdout.write_text(_replaced(stdout.read_text(), changes))
        return copied

    def empty(self, folder: Path) -> Store:
        """A store with tables and nothing in them."""
        folder.mkdir()
        shutil.copy(self.folder / "empty.db", folder / "mlflow.db")
        return Store(folder)


def _replaced(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def trained(folder: Path) -> Store:
    """The store in `folder`, made by whichever process asks first."""
    folder.mkdir(exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        store = Store(folder)
        if not (folder / "stdout").exists():
            done = python("-c", TRAININGS, store=store)
            assert done.returncode == 0, done.stderr
            (folder / "stdout").write_text(done.stdout)
        return store


def python(*arguments: str, store: Store, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the store's folder, where MLflow and scikit-learn are imported already."""
    asked = environment(store.uri, PYTHONPATH=str(ROOT), **settings)
    return loaded_python.run(arguments, store.folder, asked)


def new_python(
    *arguments: str, store: Store, package: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """The same in an interpreter started anew, with `model` taken from `package`."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=store.folder,
        env=environment(store.uri, PYTHONPATH=str(package)),
        capture_output=True,
        text=True,
        check=False,
        timeout=loaded_python.SECONDS,
    )
