"""MLflow's own server for one version: in a process and an environment of its own, on this machine.

What it prints is not passed on once it answers: MLflow's errors repeat patients.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from model.errors import ServingFailed

HOST = "127.0.0.1"
ENVIRONMENTS = ("uv", "virtualenv", "conda", "local")
PROGRAMS = ("uv", "conda")
SECONDS_TO_START = 600.0  # an environment may have to be installed first
SECONDS_TO_STOP = 10.0
LOOK_AGAIN_SECONDS = 0.3
LAST_LINES = 200
CAUSE = re.compile(r"[\w.]+(Error|Exception): ")


class Serving:
    """A server that answers at `url`, until its `with` block is left."""

    def __init__(self, url: str, process: subprocess.Popen[str]) -> None:
        self.url = url
        self._process = process

    def wait(self) -> None:
        """Until it ends by itself.

        Raises
        ------
        ServingFailed
            When it has.
        """
        code = self._process.wait()
        raise ServingFailed(f"The server at {self.url} ended by itself, with exit code {code}.")


@contextmanager
def served(
    reference: str,
    environ: Mapping[str, str],
    *,
    environment: str = ENVIRONMENTS[0],
    port: int | None = None,
    seconds: float = SECONDS_TO_START,
) -> Iterator[Serving]:
    """Start a server for a version and stop it, with everything it started.

    Parameters
    ----------
    reference : of a version that cannot change, ``models:/m-…`` or ``models:/name/3``.
    environ : of the server; MLFLOW_TRACKING_URI says where the version is.
    environment : who makes its environment from the version's own requirements; ``local`` uses
        this one.
    port : on loopback; a free one if None.

    Raises
    ------
    ServingFailed
        If it does not start.
    """
    own = _own(environ)
    if environment in PROGRAMS and not shutil.which(environment, path=own["PATH"]):
        raise ServingFailed(
            f"{environment} is not installed here. Install it, or choose another --env-manager."
        )
    port = port or _free_port()
    url = f"http://{HOST}:{port}"
    if _answers(url):
        raise ServingFailed(f"Something else answers at {url} already. Choose another --port.")
    # In an empty folder, so that no code but the version's own can be found there.
    with tempfile.TemporaryDirectory(prefix="bedside-serving-") as empty:
        command = [
            *(sys.executable, "-m", "mlflow", "models", "serve", "--model-uri", reference),
            *("--env-manager", environment, "--host", HOST, "--port", str(port)),
        ]
        process = _started(command, empty, own)
        try:
            _wait_until_it_answers(process, url, seconds)
            yield Serving(url, process)
        finally:
            _stop(process)


def _started(command: list[str], folder: str, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    """A program in a group of its own, whose words can be read."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )


def _own(environ: Mapping[str, str]) -> dict[str, str]:
    """MLflow starts programs by name: those beside this interpreter come first."""
    address = environ.get("MLFLOW_TRACKING_URI", "")
    own = {name: value for name, value in environ.items() if name != "PYTHONPATH"}
    own["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", "")])
    if address.startswith("sqlite:///") and not address.startswith("sqlite:////"):
        own["MLFLOW_TRACKING_URI"] = f"sqlite:///{Path(address[len('sqlite:///') :]).absolute()}"
    return own


def _wait_until_it_answers(process: subprocess.Popen[str], url: str, seconds: float) -> None:
    assert process.stdout is not None  # asked for above
    said: deque[str] = deque(maxlen=LAST_LINES)
    threading.Thread(target=_read, args=(process.stdout, said), daemon=True).start()
    end = time.monotonic() + seconds
    while not _answers(url):
        if process.poll() is not None:
            raise ServingFailed(
                f"The server did not start: exit code {process.returncode}. {_cause(said)}"
            )
        if time.monotonic() > end:
            raise ServingFailed(f"The server did not answer within {seconds:.0f} s and was ended.")
        time.sleep(LOOK_AGAIN_SECONDS)


def _cause(said: Iterable[str]) -> str:
    """The first error among its last lines; those after it follow from it."""
    lines = list(said)
    causes = [line for line in lines if CAUSE.match(line)] or lines[-1:]
    return f"It said: {causes[0][:500]}" if causes else "It said nothing."


def _read(output: IO[str], said: deque[str]) -> None:
    """Keep the last lines; nobody looks at them once the server has answered."""
    with output:
        said.extend(line.strip() for line in output if line.strip())


def _answers(url: str) -> bool:
    # A tenth of the start of a command that serves nothing.
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(f"{url}/ping", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _stop(process: subprocess.Popen[str]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(timeout=SECONDS_TO_STOP)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
