"""A place to visit: the real app, started as a person starts it, and the system's Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Self

import pytest
from playwright.sync_api import Browser, sync_playwright

from model.registry import conventions
from tests import loaded_python
from tests.stores import Store

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 150.0  # at most: a busy machine
APP = ROOT / "dashboard" / "app.py"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Place:
    """A folder the app is started in, and the port it listens on."""

    folder: Path
    port: int

    @classmethod
    def prepared(cls, folder: Path) -> Self:
        """With the app's settings, and a folder for temporary files that can be searched."""
        chromium_path()
        (folder / "tmp").mkdir()
        shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return cls(folder, probe.getsockname()[1])

    @property
    def environment(self) -> dict[str, str]:
        """Nobody configured anything; temporary files go where they can be searched."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BEDSIDE_", "MLFLOW_", "STREAMLIT_"))
        }
        return {**kept, "TMPDIR": str(self.folder / "tmp"), "PYTHONPATH": str(ROOT)}

    def run(self, *arguments: str) -> str:
        """A Python program in the visit's folder; what it printed."""
        done = loaded_python.run(arguments, self.folder, self.environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def written(self) -> Iterator[tuple[str, bytes]]:
        """Every file the visit left: log, database, models, temporary files."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                yield path.relative_to(self.folder).as_posix(), path.read_bytes()


@dataclass
class Furnished(Place):
    """A place with a store of trained versions, which the operator has named."""

    store: Store | None = None

    @property
    def environment(self) -> dict[str, str]:
        assert self.store is not None
        asked = {**conventions.CLIENT_SETTINGS, "MLFLOW_TRACKING_URI": self.store.uri}
        return {**super().environment, **asked}

    def left(self) -> Iterator[tuple[str, bytes]]:
        """Every file in the visit's folder and in the store."""
        assert self.store is not None
        yield from self.written()
        for path in sorted(self.store.folder.rglob("*")):
            if path.is_file():
                yield str(path), path.read_bytes()


def chromium_path() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing = "no Chromium on this system: the app was not tried in a browser"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*FLAGS])
        try:
            yield browser
        finally:
            browser.close()


class Running:
    """The app as a person starts it, in a process group of its own."""

    def __init__(self, seen: Place) -> None:
        self._seen = seen
        self._start()

    def _start(self) -> None:
        port = str(self._seen.port)
        with (self._seen.folder / "app.log").open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(APP), "--server.port", port],
                cwd=self._seen.folder,
                env=self._seen.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until_healthy(self._seen.port, self._process)

    def stop(self) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def restart(self) -> None:
        """End it, as an update of the server does, and start it again."""
        self.stop()
        self._start()


@contextmanager
def app(seen: Place) -> Iterator[None]:
    """The app, running as long as the block."""
    running = Running(seen)
    try:
        yield
    finally:
        running.stop()


def until_healthy(port: int, process: subprocess.Popen[bytes]) -> None:
    end = monotonic() + SECONDS_TO_START
    while monotonic() < end:
        assert process.poll() is None, "the app ended by itself; see app.log"
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2) as ok:
                if ok.read() == b"ok":
                    return
        except (urllib.error.URLError, OSError):
            sleep(0.2)
    raise AssertionError("the app did not come up")
