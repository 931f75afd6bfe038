"""Two apps to be measured in one run: ours, and a bare page as Streamlit starts it.

Ours is the app as people start it: its settings, on a store with two trained versions. The bare
page, `benchmarks/peers/one_field.py`, is started in an empty folder, so that every setting is
Streamlit's own, `runner.postScriptGC` included; only its address is set, so that it is not offered
to the network.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import ROOT, environment, free_port

APP = ROOT / "dashboard" / "app.py"
PEERS = ROOT / "benchmarks" / "peers"
PORT = "PORT"  # where in a command the port goes
SECONDS_TO_START = 150.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# After so long our app has loaded all it loads by itself: the other pages, 10 s after the first.
SECONDS_TO_WARM_UP = 15.0

TRAININGS = """
from model.training.train import train
for estimator in ("reference", "baseline"):
    train(estimator=estimator, repeats=1)
"""


@dataclass
class Side:
    """One of the apps. Its port stays from start to start, and with it what a browser kept."""

    name: str
    command: Sequence[str]
    folder: Path
    variables: dict[str, str]
    port: int = field(default_factory=free_port)
    _group: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def started(self, health: str = "/_stcore/health") -> Iterator[float]:
        """Its server, from when it answers; gives the `time.perf_counter` of its start."""
        command = [str(self.port) if part == PORT else part for part in self.command]
        begun = time.perf_counter()
        with (self.folder / f"{self.name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.variables,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._group = process.pid
        try:
            while not _answers(self.url + health):
                if process.poll() is not None or time.perf_counter() - begun > SECONDS_TO_START:
                    raise SystemExit(f"{self.name} did not start; see {log.name}")
                time.sleep(0.02)
            yield begun
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def processor_seconds(self) -> float:
        """Processor time of its processes until now, of all their threads."""
        return sum(_processor_seconds(process) for process in self._processes())

    def resident_megabytes(self) -> float:
        """Memory its processes hold now."""
        pages = 0
        for process in self._processes():
            pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
        return pages * PAGE_BYTES / 1e6

    def _processes(self) -> list[int]:
        """Those of the group that its start made."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it ended meanwhile
                after_name = path.read_text().rpartition(")")[2].split()
                if int(after_name[2]) == self._group:
                    found.append(int(path.parent.name))
        return found


def _processor_seconds(process: int) -> float:
    """By the process's own clock, which is finer than the 10 ms of /proc."""
    clock = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(process, ctypes.byref(clock)) != 0:
        return 0.0
    return time.clock_gettime(clock.value)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def both(scratch: Path) -> tuple[Side, Side]:
    """Ours, on a store that is trained for it, and the bare page; neither is started yet."""
    folders = [scratch / name for name in ("ours", "bare")]
    for folder in folders:
        folder.mkdir()
    store = f"sqlite:///{folders[0] / 'mlflow.db'}"
    shutil.copytree(ROOT / ".streamlit", folders[0] / ".streamlit")
    run(folders[0], store, "-c", TRAININGS)
    ours = _streamlit("ours", APP, folders[0], store)
    bare = _streamlit("bare", PEERS / "one_field.py", folders[1], "")
    return ours, bare


def _streamlit(name: str, script: Path, folder: Path, store: str) -> Side:
    """Bytecode is kept beside the app, so that a second start is a warm one."""
    command = (
        *(sys.executable, "-m", "streamlit", "run", str(script), "--server.port", PORT),
        *("--server.address", "127.0.0.1", "--server.headless", "true"),
    )
    variables = environment(store, PYTHONPYCACHEPREFIX=str(folder / "bytecode"))
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return Side(name, command, folder, variables)


def run(folder: Path, store: str, *arguments: str) -> str:
    """A Python program in the folder; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(store, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout
