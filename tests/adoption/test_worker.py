"""A model that misbehaves: told in a sentence, no number shown, started again at most twice."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from model.adoption.output import Output
from model.adoption.worker import isolation
from model.adoption.worker.environment import computing
from model.adoption.worker.process import Bounds, Task, Worker
from model.errors import OriginalFailed, OriginalRefused

pytestmark = pytest.mark.worker

COLUMNS = ({"name": "how", "kind": "word", "words": [], "dtype": ""},)
RISK = Output("predict", ("answer",))


def test_of_the_environment_it_is_told_how_to_compute_and_no_credential() -> None:
    environ = {"OMP_NUM_THREADS": "1", "MLFLOW_TRACKING_PASSWORD": "x", "HOME": "/home/me"}
    assert computing(environ) == {"OMP_NUM_THREADS": "1"}


class Misbehaving:
    """Does to the process what the first patient's `how` says."""

    def predict(self, frame: pd.DataFrame) -> Any:
        how, n = frame["how"].iloc[0], len(frame)
        if how == "hang":
            time.sleep(600)
        if how == "crash":
            os._exit(3)
        if how == "program":
            subprocess.run(["true"], check=True)
        if how == "fork":
            os.fork()
        if how == "network":
            import socket

            socket.create_connection(("127.0.0.1", 9), timeout=1)
        if how == "memory":
            return np.ones(10**12)
        if how == "write":
            Path(__file__).write_text("changed")
        if how == "flood":
            sys.stdout.write("x" * 10**6)
            os.write(1, b"x" * 10**6)
        if how == "words in an error":
            raise ValueError(f"patient {how}")
        return {
            "count": [0.5] * (n + 1),
            "nan": [float("nan")] * n,
            "1.2": [1.2] * n,
            "text": ["high"] * n,
            "nested": [[[0.5]]] * n,
            "nothing": None,
            "environment": [float(bool({"HOME", "AWS_KEY"} & {"AWS_KEY"} & {*os.environ}))] * n,
        }.get(how, [0.25] * n)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    file = tmp_path_factory.mktemp("worker") / "model.pkl"
    file.write_bytes(cloudpickle.dumps(Misbehaving()))
    bounds = Bounds(answer_seconds=4, memory_bytes=4 * 1024**3)
    with Worker(Task(file, "own pickle", bounds=bounds)) as started:
        started.take_columns(COLUMNS)
        yield started


def ask(worker: Worker, how: str, count: int = 2) -> Any:
    return RISK.risks(worker.ask(pd.DataFrame({"how": [how] * count}), "predict"))


@pytest.mark.parametrize(
    ("how", "what"),
    [
        ("count", "3 answers for 2 patients"),
        ("nan", "no finite number"),
        ("1.2", "outside 0 to 1"),
        ("text", "names a class"),
        ("nested", "3 dimensions"),
        ("nothing", "answers|dimensions|words"),
        ("program", "PermissionError|BlockingIOError"),
        ("fork", "PermissionError"),
        ("network", "PermissionError"),
        ("memory", "memory"),
        ("write", "OSError|PermissionError|FileNotFoundError"),
        ("words in an error", "stopped with ValueError"),
    ],
)
def test_what_is_no_risk_is_told_and_the_process_lives(how: str, what: str, worker: Worker) -> None:
    with pytest.raises(OriginalFailed, match=what) as failed:
        ask(worker, how)

    assert "patient words" not in str(failed.value)
    assert ask(worker, "well").tolist() == [0.25, 0.25]


@pytest.mark.parametrize("how", ["well", "flood", "environment"])
def test_what_it_prints_goes_nowhere_near_the_answer(how: str, worker: Worker) -> None:
    assert set(ask(worker, how).tolist()) <= {0.25, 0.0}


def test_a_process_that_breaks_down_is_started_twice_more_and_then_given_up(
    worker: Worker,
) -> None:
    with pytest.raises(OriginalFailed, match="did not answer within 4 s"):
        ask(worker, "hang")
    assert ask(worker, "well", 1).tolist() == [0.25]
    with pytest.raises(OriginalFailed, match="broke down"):
        ask(worker, "crash")
    assert ask(worker, "well", 1).tolist() == [0.25]
    with pytest.raises(OriginalFailed, match="broke down"):
        ask(worker, "crash")
    with pytest.raises(OriginalFailed, match="not started again"):
        ask(worker, "well")


@pytest.mark.parametrize("way", isolation.WAYS, ids=lambda way: way.name)
def test_every_isolation_that_works_here_gives_the_models_own_numbers(
    way: isolation.Isolation, tmp_path: Path
) -> None:
    if not isolation.works(way):
        pytest.skip(f"{way.name} does not work on this machine")
    X = pd.DataFrame({"a": np.arange(20.0), "b": np.arange(20.0) % 3})
    model = LogisticRegression().fit(X, X.a > 9)
    file = tmp_path / "model.pkl"
    file.write_bytes(pickle.dumps(model))

    with Worker(Task(file, "pickle"), way) as started:
        told = started.open()
        started.take_columns([{"name": name, "kind": "number"} for name in X])
        answer = started.ask(X, "predict_proba")

    assert told["isolation"][-1] == "no sockets, programs or processes"
    # The columns lie in another order in memory there, and a processor may add in another order.
    np.testing.assert_allclose(answer.values, model.predict_proba(X), rtol=1e-13, atol=0)


def test_a_refusal_ends_the_process_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "model.pkl"
    file.write_bytes(pickle.dumps(print))
    before = set(Path("/tmp").glob("bedside-home-*"))

    with (
        pytest.raises(OriginalRefused, match=r"builtins\.print"),
        Worker(Task(file, "pickle")) as w,
    ):
        w.open()

    assert set(Path("/tmp").glob("bedside-home-*")) <= before
