"""`python -m model serve`: MLflow's own server for one version, and nothing left when it stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests

from model.__main__ import main
from model.errors import ServingFailed
from model.registry import model_server
from tests.servers import ROOT, environment, free_port
from tests.stores import STUDY, Store

pytestmark = pytest.mark.server

PATIENT = {"age": 57.0, "sex": 1.0, "cp": 1.0}


def refuses(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((model_server.HOST, port)) != 0


def test_a_version_is_served_until_the_command_is_stopped(store: Store, tmp_path: Path) -> None:
    port = free_port()
    command = subprocess.Popen(
        [
            *(sys.executable, "-m", "model", "serve", f"models:/{STUDY}@champion"),
            *("--env-manager", "local", "--port", str(port)),
        ],
        cwd=tmp_path,
        env=environment(store.uri, PYTHONPATH=str(ROOT), TMPDIR=str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert command.stdout is not None
        told = command.stdout.readline()
        assert told.startswith(f"{STUDY} v1 (m-")
        assert told.rstrip().endswith(f"answers at http://127.0.0.1:{port}")
        answer = requests.post(
            f"http://127.0.0.1:{port}/invocations", json={"dataframe_records": [PATIENT]}, timeout=9
        )
        assert 0 < answer.json()["predictions"][0]["risk"] < 1
    finally:
        command.send_signal(signal.SIGTERM)
        _, said = command.communicate(timeout=60)
    assert command.returncode == 0
    assert f"BEDSIDE_ENDPOINTS={STUDY}/1=http://127.0.0.1:{port}" in said
    assert said.endswith("Stopped.\n")
    assert "57" not in said.replace(str(port), "")  # nothing of a request
    assert refuses(port)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def somebody() -> Iterator[int]:
    """A web server that is not ours."""
    server = ThreadingHTTPServer((model_server.HOST, 0), BaseHTTPRequestHandler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def test_a_port_that_is_taken_is_told(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with somebody() as port:
        arguments = ["serve", f"models:/{STUDY}/1", "--env-manager", "local", "--port", str(port)]
        handler = signal.getsignal(signal.SIGTERM)
        try:
            assert main(arguments, environment(store.uri)) == 1
        finally:
            signal.signal(signal.SIGTERM, handler)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"Something else answers at http://127.0.0.1:{port} already" in shown.err


def test_what_makes_the_environment_must_be_there(store: Store, tmp_path: Path) -> None:
    environ = {**environment(store.uri), "PATH": str(tmp_path)}
    with (
        pytest.raises(ServingFailed, match="conda is not installed here"),
        model_server.served("models:/m-1", environ, environment="conda"),
    ):
        pass


def test_a_server_that_ends_before_it_answers_says_what_it_said_last(store: Store) -> None:
    started = time.monotonic()
    with (
        pytest.raises(ServingFailed, match=r"did not start: exit code \d+. It said: .*m-0000"),
        model_server.served(f"models:/m-{'0' * 32}", environment(store.uri), environment="local"),
    ):
        pass
    assert time.monotonic() - started < model_server.SECONDS_TO_START


def test_a_server_that_never_answers_is_ended(store: Store) -> None:
    before = set(os.listdir("/proc"))
    with (
        pytest.raises(ServingFailed, match="did not answer within 0 s and was ended"),
        model_server.served(
            "models:/m-1", environment(store.uri), environment="local", seconds=0.0
        ),
    ):
        pass
    commands = [Path("/proc", each, "cmdline") for each in set(os.listdir("/proc")) - before]
    assert not any(b"models:/m-1" in each.read_bytes() for each in commands if each.exists())
