"""One adoption in a process of its own, which is watched and can be stopped.

The patients and the draft it is given lie in a folder of their own while it works; it is removed at
the end, whatever the end was.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from dashboard.adopter import outcome
from dashboard.adopter.order import Order
from dashboard.adopter.outcome import Adopted, Failed, Outcome, Stopped
from dashboard.progress import Stage, follow

ADOPT = (sys.executable, "-m", "model", "adopt", "--progress", "json")
REGISTERING = 0.8  # of the whole is done when the command begins to register
MARK_BYTES = 12
SECONDS_TO_END = 5.0  # for who is asked to stop
NOT_STARTED = "The adoption could not be started ({error}). Tell whoever runs this app."


class Adoption:
    """One of them. `stage` is None once it has ended, and `outcome` is there then; `mark` is a word
    that only who started it knows.
    """

    def __init__(
        self, order: Order, command: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        self.order = order
        self.mark = secrets.token_urlsafe(MARK_BYTES)
        self.stage: Stage | None = Stage("Starting", 0.0)
        self.outcome: Outcome | None = None
        self._command, self._environment = command, environment
        self._stopped = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="adoption", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; who does not is made to."""
        self._stopped.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            threading.Thread(target=_end, args=(process,), daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Wait for its end, at most so long."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            with tempfile.TemporaryDirectory(
                prefix="bedside-adoption-", ignore_cleanup_errors=True
            ) as folder:
                ended = self._worked(Path(folder))
        except OSError as error:
            ended = Failed(NOT_STARTED.format(error=type(error).__name__))
        self.outcome, self.stage = ended, None

    def _worked(self, folder: Path) -> Outcome:
        drafts, scratch, answer = folder / "drafts", folder / "tmp", folder / "answer"
        drafts.mkdir()
        scratch.mkdir()
        options = ["--drafts", str(drafts), *self.order.options(folder)]
        with answer.open("wb") as printed:
            # What it leaves behind if it is ended goes with the folder.
            process = self._process = subprocess.Popen(
                (*self._command, *options, "--", self.order.reference),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.PIPE,
                env={**self._environment, "TMPDIR": str(scratch)},
                start_new_session=True,
            )
            if self._stopped.is_set():  # before there was a process
                self.stop()
            with process:
                assert process.stderr is not None  # asked for above
                follow(process.stderr, self._reached)
        return self._ended(answer.read_text(encoding="utf-8", errors="replace"), drafts)

    def _reached(self, stage: Stage) -> None:
        self.stage = stage

    def _ended(self, printed: str, drafts: Path) -> Outcome:
        draft = next(drafts.glob("*.yaml"), None)
        told = outcome.read(printed, draft.read_bytes() if draft else self.order.study.encode())
        if self._stopped.is_set() and not isinstance(told, Adopted):
            stage = self.stage
            return Stopped(stage is not None and stage.done >= REGISTERING)
        return told


class Adopter:
    """At most one adoption at a time, whoever asks: each opens a model, and proves it.

    `command` is what runs, in the working directory of the app and with `environment`.
    """

    def __init__(self, environment: Mapping[str, str], command: Sequence[str] = ADOPT) -> None:
        self._environment, self._command = environment, command
        self._lock = threading.Lock()
        self._current: Adoption | None = None

    def start(self, order: Order) -> Adoption | None:
        """Start one; None while another runs."""
        with self._lock:
            if self.is_busy:
                return None
            self._current = Adoption(order, self._command, self._environment)
            self._current.start()
            return self._current

    def found(self, mark: str) -> Adoption | None:
        """The newest one, running or ended, if that is its mark."""
        current = self._current
        return current if current is not None and current.mark == mark else None

    @property
    def is_busy(self) -> bool:
        return self._current is not None and self._current.stage is not None

    def close(self) -> None:
        """Stop what runs: the app ends."""
        if self._current is not None and self.is_busy:
            self._current.stop()
            self._current.wait(SECONDS_TO_END + 1)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):  # it ended after all
            os.killpg(process.pid, signal.SIGKILL)
