"""One patient over REST, against a stock pyfunc of the same recipe under the same server.

Claim: a version of ours, which checks every value, takes no longer than the pyfunc that
tutorials show: a pickled scikit-learn pipeline whose `predict` returns
``predict_proba(...)[:, 1]``. Both are logged to one new store and served in the same run by
``mlflow models serve --env-manager local``; requests take turns over kept connections. Medians
of every round and their median ratio are printed. Exits with 1 if the claim does not hold.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent
ROUNDS = 7
REQUESTS = 100
WARM_UP = 50
SECONDS_TO_START = 180

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true",
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false",
    MLFLOW_LOGGING_LEVEL="ERROR",
)

import mlflow  # noqa: E402 — reads its settings when imported
import requests  # noqa: E402
from mlflow.models import infer_signature  # noqa: E402

from benchmarks import claims  # noqa: E402
from benchmarks.peers import recipe  # noqa: E402
from benchmarks.peers.stock import Stock  # noqa: E402
from model import studies  # noqa: E402
from model.studies import cohort  # noqa: E402
from model.training.train import train  # noqa: E402


def log_both() -> tuple[str, str, list[str]]:
    """Addresses of our version and of the peer's, and the patients to ask for, as requests."""
    ours = train(estimator="baseline", repeats=1)
    patients = cohort.read(studies.find(studies.DEFAULT)).training
    rows = patients.rows.dropna()
    peer = Stock(recipe.pipeline().fit(patients.rows, patients.outcome))
    theirs = mlflow.pyfunc.log_model(
        name="stock",
        python_model=peer,
        signature=infer_signature(rows, peer.predict(None, rows)),
        pip_requirements=["mlflow", "scikit-learn", "pandas"],
        input_example=rows.head(1),
    )
    asked = [
        '{"dataframe_split": ' + rows.iloc[[at]].to_json(orient="split") + "}"
        for at in range(REQUESTS)
    ]
    return f"models:/{ours.model_id}", theirs.model_uri, asked


@contextmanager
def served(reference: str, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(str(PROGRAMS / "mlflow"), "models", "serve", "--model-uri", reference),
                *("--env-manager", "local", "--host", "127.0.0.1", "--port", str(port)),
            ],
            env={**os.environ, "PATH": os.pathsep.join([str(PROGRAMS), os.environ["PATH"]])},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < end:
        try:
            if requests.get(f"{url}/ping", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.3)
    raise SystemExit(f"the server at {url} did not start")


def ask(session: requests.Session, url: str, body: str) -> tuple[float, float]:
    """Seconds taken, and the risk."""
    begun = time.perf_counter()
    response = session.post(
        f"{url}/invocations",
        data=body,
        headers={"Content-Type": "application/json"},
        timeout=30,
    )
    spent = time.perf_counter() - begun
    response.raise_for_status()
    (answer,) = json.loads(response.content)["predictions"]
    return spent, answer["risk"] if isinstance(answer, dict) else answer


def measure(ours: str, theirs: str, asked: list[str]) -> list[tuple[float, float]]:
    """The medians of each round: ours, the peer's."""
    rounds = []
    with requests.Session() as session:
        for body in asked[:WARM_UP]:
            (_, risk), (_, other) = ask(session, ours, body), ask(session, theirs, body)
            if abs(risk - other) > 1e-6:
                raise SystemExit("the two do not serve the same model")
        for _ in range(ROUNDS):
            spent = [(ask(session, ours, body)[0], ask(session, theirs, body)[0]) for body in asked]
            rounds.append(
                (statistics.median(a for a, _ in spent), statistics.median(b for _, b in spent))
            )
    return rounds


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        os.chdir(folder)
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/mlflow.db"
        mlflow.set_tracking_uri(os.environ["MLFLOW_TRACKING_URI"])
        ours, theirs, asked = log_both()
        started = [
            stack.enter_context(served(reference, Path(folder) / name))
            for reference, name in ((ours, "ours.log"), (theirs, "theirs.log"))
        ]
        for process, url in started:
            wait_for(process, url)
        rounds = measure(started[0][1], started[1][1], asked)
        os.chdir(ROOT)
    print(f"one patient over REST, {ROUNDS} rounds of {REQUESTS} requests each, in turns")
    for mine, stock in rounds:
        print(f"  ours {mine * 1e3:7.2f} ms   stock {stock * 1e3:7.2f} ms   {stock / mine:5.2f}")
    ratio = statistics.median(stock / mine for mine, stock in rounds)
    claims.at_least("one patient over REST, stock to ours", ratio, 1)
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
