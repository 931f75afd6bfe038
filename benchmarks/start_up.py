"""What each trick of starting saves: the same work with it and without it, in turn, in one run.

Claims, as the ratio of the medians, with the trick to without it:

- ``python -m model --help`` loads what a command needs only when that command runs;
- the versions of an SQLite store are listed by a first look, while MLflow is not there yet
  (`model/registry/sqlite_store.py`);
- a training computes in an interpreter of its own while this one imports MLflow
  (`model/training/worker_process.py`);
- a command that scores a file does not look for garbage among what its libraries made
  (`model/__main__.py`).

Where one does not hold, the trick goes. Exits with 1 then.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from benchmarks import claims
from model import studies
from model.registry import conventions

ROOT = Path(__file__).parents[1]
ROUNDS = 5
WITH_ALL = """
import importlib
for name in (
    "model.adoption.adopt", "model.adoption.unadopted", "model.drafting.draft",
    "model.files.score_file", "model.files.spark.job", "model.endpoints.rest_scorer",
    "model.record.verification", "model.registry.promotion", "model.training.publish",
):
    importlib.import_module(name)
"""
COMMAND = """
import os, sys
from model.__main__ import main
sys.exit(main(sys.argv[1:], os.environ))
"""
LISTED = """
import sys
from model.registry.registry import Registry
registry = Registry(sys.argv[1], look_first={look_first})
print([version.label for version in registry.versions("heart-disease")])
"""
IN_ONE = """
import os, sys
from model.training import train
from model.training.worker_process import Here

train.interpreter = Here
from model.__main__ import main
sys.exit(main(sys.argv[1:], os.environ))
"""
BOUNDS = {
    "the help of the commands": 0.6,
    "the list of versions": 0.6,
    "the scoring of a file": 0.95,
    "a quick training": 0.95,
}


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        store = f"sqlite:///{folder}/mlflow.db"
        variables = {
            **os.environ,
            **conventions.CLIENT_SETTINGS,
            "MLFLOW_TRACKING_URI": store,
            "PYTHONPATH": str(ROOT),
        }
        train = ["train", "--estimator", "baseline", "--repeats", "1"]
        seconds(["-m", "model", *train], folder, variables)  # the store, and what Python caches
        score = ["score", str(patients(folder)), "--output", str(folder / "scored.csv")]
        pairs = {
            "the help of the commands": (
                ["-m", "model", "--help"],
                ["-c", WITH_ALL + COMMAND, "--help"],
            ),
            "the list of versions": (
                ["-c", LISTED.format(look_first=True), store],
                ["-c", LISTED.format(look_first=False), store],
            ),
            "the scoring of a file": (["-m", "model", *score], ["-c", COMMAND, *score]),
            # Last: each adds a version.
            "a quick training": (["-m", "model", *train], ["-c", IN_ONE, *train]),
        }
        for title, both in pairs.items():
            with_it, without = alternating(both, folder, variables)
            claims.compared(title, "s", with_it, without, BOUNDS[title])
    return claims.ended()


def alternating(
    both: tuple[list[str], list[str]], folder: Path, variables: Mapping[str, str]
) -> tuple[list[float], list[float]]:
    """Seconds of each, in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for arguments, taken in zip(both, found, strict=True):
            taken.append(seconds(arguments, folder, variables))
    return found


def patients(folder: Path) -> Path:
    """A file of one patient."""
    study = studies.find(studies.DEFAULT)
    (example, *_) = study.examples
    path = folder / "patients.csv"
    pd.DataFrame([dict(example.values)]).to_csv(path, index=False)
    return path


def seconds(arguments: list[str], folder: Path, variables: Mapping[str, str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=dict(variables),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr[-2000:])
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
