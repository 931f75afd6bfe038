"""MLflow's own servers, each in a process group of its own on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import requests

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent
SECONDS_TO_START = 150.0

SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "5",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
}


def environment(store_uri: str, **more: str) -> dict[str, str]:
    """The environment of a process that works with this store and no other.

    MLflow starts programs by name, so those beside this interpreter come first.
    """
    own = ("MLFLOW_", "BEDSIDE_", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    path = os.pathsep.join([str(PROGRAMS), kept.get("PATH", "")])
    return {**kept, **SETTINGS, "PATH": path, "MLFLOW_TRACKING_URI": store_uri, **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server that starts at once; whoever asks for its `url` waits until it answers.

    Leaving its `with` block ends it, whatever happened inside. `first` is a question that takes it
    long the first time, and is asked before anybody's is.
    """

    def __init__(
        self, arguments: Sequence[str], store_uri: str, log: Path, first: str = "/health"
    ) -> None:
        self._first = first
        port = free_port()
        self._address = f"http://127.0.0.1:{port}"
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [str(PROGRAMS / "mlflow"), *arguments, "--host", "127.0.0.1", "--port", str(port)],
                cwd=ROOT,
                env=environment(store_uri),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @cached_property
    def url(self) -> str:
        end = time.monotonic() + SECONDS_TO_START
        while self._process.poll() is None and time.monotonic() < end:
            try:
                if requests.get(f"{self._address}/health", timeout=2).ok:
                    requests.get(self._address + self._first, timeout=SECONDS_TO_START)
                    return self._address
            except requests.RequestException:
                time.sleep(0.2)
        raise RuntimeError(f"the server did not start:\n{self.log[-3000:]}")

    @property
    def log(self) -> str:
        """What it printed so far."""
        return self._log.read_text(errors="replace")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End it with everything it started."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, how)
                self._process.wait(timeout=10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


def model_server(reference: str, store_uri: str, log: Path) -> Server:
    """`mlflow models serve`, started in the project's own folder."""
    return Server(
        ["models", "serve", "--model-uri", reference, "--env-manager", "local"], store_uri, log
    )


def tracking_server(store_uri: str, artifacts: Path, log: Path) -> Server:
    """`mlflow server` that hands out the artifacts itself."""
    return Server(
        [
            "server",
            "--backend-store-uri",
            store_uri,
            "--artifacts-destination",
            str(artifacts),
            "--workers",
            "1",
        ],
        store_uri,
        log,
        first="/api/2.0/mlflow/registered-models/search?max_results=1",
    )
