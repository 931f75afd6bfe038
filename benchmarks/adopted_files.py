"""From a file that nobody prepared to a verified version.

Claims: `python -m model adopt FILE --data TABLE`, and the version opened, its hashes and golden
patients checked, take less than a minute each, the median of three, for

- forests of 300 trees of 149 leaves, as a pickle, alone and behind a preprocessing;
- pickles that scikit-learn 1.4 and 1.8 wrote;
- an XGBoost model in JSON with nothing beside it but the table.

And each is turned into numbers. Exits with 1 if a claim does not hold.
"""

from __future__ import annotations

import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false")

import numpy as np
import pandas as pd
from mlflow import MlflowClient
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks import claims
from model.registry.registry import Registry

PROJECT = Path(__file__).parents[1]
OLDER = PROJECT / "tests" / "adoption" / "older"
RUNS, SECONDS = 3, 60.0
PATIENTS, TREES, LEAVES = 1_500, 300, 149


def patients() -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(0)
    numbers = {f"x{at}": random.normal(50, 10, PATIENTS).round(1) for at in range(10)}
    rows = pd.DataFrame(numbers).assign(
        sex=random.integers(0, 2, PATIENTS), pain=random.integers(0, 4, PATIENTS)
    )
    crossed = (rows.x1 - 50) * (rows.x2 - 50) / 10
    score = rows.x0 - 50 + crossed + 3 * rows.sex + random.normal(0, 8, PATIENTS)
    return rows, (score > 0).to_numpy().astype(int)


def forest() -> RandomForestClassifier:
    return RandomForestClassifier(TREES, max_leaf_nodes=LEAVES, random_state=0)


def behind_steps() -> Any:
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore")
    steps = make_column_transformer(
        (numbers, [f"x{at}" for at in range(10)]), (words, ["sex", "pain"])
    )
    return make_pipeline(steps, forest())


def files(folder: Path) -> Iterator[tuple[str, Path, Path]]:
    """What it is, the model's file, and the table that goes with it."""
    rows, outcome = patients()
    table = folder / "cohort.csv"
    rows.to_csv(table, index=False)
    for name, model in (("a forest", forest()), ("a forest behind steps", behind_steps())):
        file = folder / f"{name.replace(' ', '-')}.pkl"
        file.write_bytes(pickle.dumps(model.fit(rows, outcome)))
        yield f"{name} of {TREES} x {LEAVES} leaves", file, table
    older = OLDER / "patients.csv"
    for version in ("1.4", "1.8"):
        for kind in ("logistic", "boosting"):
            yield f"{kind} of scikit-learn {version}", OLDER / f"{kind}-{version}.pkl", older
    try:
        import xgboost
    except ImportError:
        print("XGBoost is not installed; its file is left out")
        return
    booster = xgboost.XGBClassifier(n_estimators=200, max_depth=5).fit(rows, outcome)
    booster.save_model(folder / "xgboost_model.json")
    yield "an xgboost_model.json of 200 trees", folder / "xgboost_model.json", table


def seconds(file: Path, table: Path, folder: Path) -> tuple[float, str]:
    """How long it takes in the store that is there, and as what it was adopted."""
    address = f"sqlite:///{folder / 'mlflow.db'}"
    environ = {**os.environ, "MLFLOW_TRACKING_URI": address, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-m", "model", "adopt", str(file), "--data", str(table)]
    begun = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environ, check=True, capture_output=True, text=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    Registry(address).open(f"models:/{told['name']}/{told['version']}")
    return time.perf_counter() - begun, str(told["kind"])


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="bedside-bench-") as scratch:
        folder = Path(scratch)
        # The tables of a new store take long to make, and who adopts has a store.
        MlflowClient(f"sqlite:///{folder / 'mlflow.db'}").search_experiments()
        for name, file, table in files(folder):
            taken = []
            for _ in range(RUNS):
                took, kind = seconds(file, table, folder)
                taken.append(took)
                if kind != "data":
                    print(f"{name} was adopted as {kind}")
                    taken.append(float("inf"))
            claims.at_most(name, statistics.median(taken), SECONDS, "s")
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
