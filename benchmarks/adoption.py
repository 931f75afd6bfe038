"""From the registry to a number, beside MLflow's own ways with the same model.

Claims, for a logistic pipeline on words, logged by a plain `mlflow.sklearn.log_model`:

- the adopted version's risks are the model's own `predict_proba`, to 1e-9;
- as numbers it scores 100,000 rows in at most 1.3 times the model's own time; asked in its process
  apart, in at most 1.3 times as well, and one row within 20 ms;
- that process takes no more memory than `mlflow models serve`.

Beside them, in the same run: `mlflow models serve` for the same rows, and the seconds that
`mlflow.models.evaluate` takes. Prints seconds, ratios and memory. Exits with 1 if a claim does not
hold.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true",
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false",
    MLFLOW_LOGGING_LEVEL="ERROR",
    MLFLOW_HTTP_REQUEST_MAX_RETRIES="1",
)

import mlflow
import numpy as np
import pandas as pd
import requests
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks import claims
from model.adoption import opened, reference
from model.adoption.adopt import Order, adopt
from model.adoption.output import Output
from model.intake import check
from model.registry.registry import Registry
from tests.servers import model_server

ROWS = 100_000
SLOWEST = 1.3
LONGEST_ROW_SECONDS = 0.02
CLOSE = 1e-9
COMPUTING = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}


def cohort(count: int) -> pd.DataFrame:
    random = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "Age": random.normal(60, 9, count).round(),
            "Chol": random.normal(240, 40, count).round(),
            "Sex": random.choice(["F", "M"], count),
            "Pain": random.choice(["ASY", "ATA", "NAP", "TA"], count),
        }
    )


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The best of a few."""
    best = float("inf")
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def taken_by_children() -> float:
    """Megabytes that the processes below this one have taken at most, added up."""
    status = {}
    for path in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # it ended meanwhile
            lines = path.read_text().splitlines()
            status[int(path.parent.name)] = dict(line.split(":", 1) for line in lines if line)
    family, found = {os.getpid()}, 0.0
    for process in sorted(status):  # a child's number is nearly always above its parent's
        if int(status[process]["PPid"]) in family:
            family.add(process)
            found += int(status[process].get("VmHWM", "0 kB").split()[0]) / 1e3
    return found


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="bedside-bench-"))
    address = f"sqlite:///{folder / 'mlflow.db'}"
    mlflow.set_tracking_uri(address)
    mlflow.set_experiment(experiment_id=mlflow.create_experiment("bench", str(folder / "files")))
    train, rows = cohort(500), cohort(ROWS)
    outcome = (train.Age - 60 + 9 * (train.Sex == "M") > 5).astype(int)
    encoder = make_column_transformer(
        (StandardScaler(), ["Age", "Chol"]), (OneHotEncoder(), ["Sex", "Pain"])
    )
    model = make_pipeline(encoder, LogisticRegression()).fit(train, outcome)
    mlflow.sklearn.log_model(
        model,
        name="model",
        registered_model_name="ward",
        serialization_format="cloudpickle",
        pyfunc_predict_fn="predict_proba",
        pip_requirements=["scikit-learn"],
    )
    own = model.predict_proba(rows)[:, 1]

    begun = time.perf_counter()
    adopted = adopt(Order("models:/ward/1", address, drafts=folder, settings=COMPUTING))
    loaded = Registry(address).open(f"models:/{adopted.name}/{adopted.version}")
    first = check(rows.head(1).astype(object), loaded.schema).rows
    loaded.assess(first, explain=True)
    to_number = time.perf_counter() - begun
    print(f"registry to first number with reasons   {to_number:7.2f} s   kind {adopted.kind}")

    canonical = check(rows, loaded.schema).rows
    worst = float(np.abs(loaded.assess(canonical).risk - own).max())
    numbers = seconds(lambda: loaded.assess(canonical))
    itself = seconds(lambda: model.predict_proba(rows))

    source = reference.fetch("models:/ward/1", address, folder / "copy")
    with opened.opened(source, run_its_code=False, settings=COMPUTING) as original:
        original.worker.take_columns(
            [{"name": name, "kind": "number"} for name in ("Age", "Chol")]
            + [{"name": name, "kind": "word"} for name in ("Sex", "Pain")]
        )
        output = Output("predict_proba", ("1",))

        def ask(frame: pd.DataFrame) -> np.ndarray:
            return output.risks(original.worker.ask(frame, output.method))

        worst = max(worst, float(np.abs(ask(rows) - own).max()))
        apart, one_row = seconds(lambda: ask(rows)), seconds(lambda: ask(rows.head(1)), 20)
        ours = taken_by_children()
    itself_one = seconds(lambda: model.predict_proba(rows.head(1)), 20)

    begun = time.perf_counter()
    mlflow.models.evaluate(
        "models:/ward/1",
        train.assign(y=outcome),
        targets="y",
        model_type="classifier",
        evaluator_config={"log_model_explainability": False},
    )
    evaluated = time.perf_counter() - begun
    begun = time.perf_counter()
    with model_server("models:/ward/1", address, folder / "serve.log") as server:
        url = f"{server.url}/invocations"
        started = time.perf_counter() - begun
        body = {"dataframe_split": rows.to_dict(orient="split", index=False)}
        served = seconds(lambda: requests.post(url, json=body, timeout=120).raise_for_status(), 1)
        theirs = taken_by_children()

    print(f"mlflow models serve, until it answers   {started:7.2f} s")
    print(f"mlflow.models.evaluate, 500 rows        {evaluated:7.2f} s")
    for name, took in (
        ("the model itself", itself),
        ("adopted, as numbers", numbers),
        ("adopted, asked in its process", apart),
        ("mlflow models serve, JSON", served),
    ):
        print(f"{ROWS:,} rows: {name:<30} {took:7.3f} s   {took / itself:5.2f} x")
    print(f"memory after that: asked {ours:.0f} MB, mlflow models serve {theirs:.0f} MB")
    print(f"one row: itself {1000 * itself_one:.1f} ms, asked {1000 * one_row:.1f} ms")
    claims.at_most("largest difference from predict_proba", worst, CLOSE)
    claims.at_most(f"{ROWS:,} rows as numbers, to the model itself", numbers / itself, SLOWEST)
    claims.at_most(f"{ROWS:,} rows asked, to the model itself", apart / itself, SLOWEST)
    claims.at_most(
        "one row asked, beyond the model itself", one_row - itself_one, LONGEST_ROW_SECONDS, "s"
    )
    claims.at_most("memory asked, to mlflow models serve", ours / theirs, 1)
    claims.at_most("to the first number, to mlflow's until it answers", to_number / started, 1)
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
