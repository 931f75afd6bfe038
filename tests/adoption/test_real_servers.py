"""Somebody's model on a real tracking server, adopted and scored through that server alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pytest

from tests import databases, servers
from tests.servers import ROOT, environment
from tests.stores import Store

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]

LOGGED = """
import mlflow, numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

random = np.random.default_rng(7)
rows = pd.DataFrame({"Age": random.normal(60, 9, 200).round(), "Chol": random.normal(240, 40, 200)})
ill = (rows.Age - 60 + random.normal(0, 9, 200) > 4).astype(int)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, ill)
mlflow.set_experiment("wards")
mlflow.sklearn.log_model(
    model,
    name="model",
    registered_model_name="ward-score",
    serialization_format="cloudpickle",
    pip_requirements=["scikit-learn"],
)
rows.to_csv("cohort.csv", index=False)
rows.assign(risk=model.predict_proba(rows)[:, 1]).to_csv("expected.csv", index=False)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[str]:
    """Of a server that hands out the artifacts itself."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            behind = store.empty(tmp_path / "store").uri
        else:
            if databases.programs() is None and not os.environ.get("CI"):
                pytest.skip("no PostgreSQL here, or no driver for it")
            behind = stack.enter_context(databases.postgres())
        log = tmp_path / "server.log"
        server = servers.tracking_server(behind, tmp_path / "artifacts", log)
        yield stack.enter_context(server).url


def run(arguments: list[str], address: str, folder: Path) -> str:
    """What a Python process prints that knows the server's address and nothing else of it."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(
            address,
            PYTHONPATH=str(ROOT),
            MLFLOW_HTTP_REQUEST_TIMEOUT="60",
            MLFLOW_HTTP_REQUEST_MAX_RETRIES="3",
        ),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,  # at most: a busy machine
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_a_model_of_a_real_server_is_adopted_and_scores(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    run(["-c", LOGGED], address, folder)

    printed = run(["-m", "model", "adopt", "models:/ward-score/1"], address, folder)
    told = json.loads(printed.splitlines()[-1])
    assert told["kind"] == "data"
    reference = f"models:/{told['name']}/{told['version']}"
    scored = ["--output", "out.csv", "--model", reference, "--explain"]
    run(["-m", "model", "score", "cohort.csv", *scored], address, folder)

    expected = pd.read_csv(folder / "expected.csv")
    found = pd.read_csv(folder / "out.csv")
    assert (found.risk - expected.risk).abs().max() <= 1e-9
    assert found.filter(like="contribution_").notna().all(axis=None)
    assert sorted(path.name for path in folder.iterdir()) == [
        "cohort.csv",
        "expected.csv",
        "out.csv",
        "ward-score-adopted.yaml",
    ], "files of the model come by the server, and nothing else is left"
