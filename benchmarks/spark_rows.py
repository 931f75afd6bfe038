"""A million patients on Spark, and by the local engine: the same rows, words and numbers.

Claims, for a file with tests missing here and there, explained:

- every number of the two results is the same to 1e-12;
- every text is the same: the caller's cells, the submodel, the problems.

Prints the largest difference of each column, and the seconds of both commands. Spark runs on this
machine alone, from its start to its end. Exits with 1 if a claim does not hold.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true",
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false",
    MLFLOW_LOGGING_LEVEL="ERROR",
)

import numpy as np
import pandas as pd

from benchmarks import claims
from model import studies
from model.files.results import result_rows
from model.registry.registry import Registry
from model.scoring import bundle
from model.scoring.assessment import SUBMODEL
from model.studies import cohort
from model.training.train import train

ROOT = Path(__file__).parents[1]
ROWS = 1_000_000
MISSING = 0.05  # of the cells of each test
SAME = 1e-12
ID = "id"


def write_patients(path: Path) -> None:
    """Patients of the study's own values, drawn anew for each column, with an id."""
    study = studies.find(studies.DEFAULT)
    known = cohort.read(study).training.rows.dropna()
    rng = np.random.default_rng(0)
    drawn = pd.DataFrame({name: rng.choice(known[name], ROWS) for name in known})
    for name in drawn.columns.difference(list(study.schema.required)):
        drawn.loc[rng.random(ROWS) < MISSING, name] = np.nan
    drawn.insert(0, ID, np.arange(ROWS))
    drawn.to_csv(path, index=False)


def score(patients: Path, output: Path, folder: Path, engine: str) -> pd.DataFrame:
    """The result, in the order of the ids."""
    begun = time.perf_counter()
    subprocess.run(
        [
            *(sys.executable, "-m", "model", "score", str(patients), "--output", str(output)),
            *("--model", str(folder), "--engine", engine, "--explain"),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        check=True,
    )
    print(f"  {engine:6} {time.perf_counter() - begun:6.1f} s")
    parts = sorted(output.glob("part-*")) if output.is_dir() else [output]
    read = pd.concat(map(pd.read_csv, parts), ignore_index=True)
    return read.sort_values(ID, ignore_index=True)


def compare(here: pd.DataFrame, there: pd.DataFrame) -> None:
    """Claim that the two results are the same."""
    texts = [SUBMODEL, result_rows.HOLDS_FOR, result_rows.PROBLEMS]
    same = list(here.columns) == list(there.columns) and len(here) == len(there) == ROWS
    same = same and here[texts].equals(there[texts])
    numbers = here.columns.difference(texts, sort=False)
    apart = (here[numbers] - there[numbers]).abs().max()
    blank = here[numbers].isna().equals(there[numbers].isna())
    claims.true("rows, columns, blanks and texts are the same", same and blank)
    claims.at_most("largest difference of a number", apart.max(), SAME)


def main() -> int:
    if shutil.which("java") is None:
        print("There is no Java here, so nothing is measured.")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.chdir(folder)
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/mlflow.db"
        train(repeats=1)
        champion = f"models:/{studies.DEFAULT}@champion"
        source = Registry(os.environ["MLFLOW_TRACKING_URI"]).open(champion).source
        bundle.write(folder / "bundle", source.manifest, dict(source.files))
        write_patients(patients := folder / "patients.csv")
        print(f"{ROWS:,} rows, explained")
        here = score(patients, folder / "here.csv", folder / "bundle", "local")
        there = score(patients, folder / "there.csv", folder / "bundle", "spark")
        compare(here, there)
        os.chdir(ROOT)
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
