"""Our end of the pipes: starts the process, asks, waits no longer than agreed, checks answers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.adoption.opening.refusal import OwnCodeNeeded
from model.adoption.worker import frames, isolation, pipes
from model.adoption.worker.isolation import PROJECT, Isolation
from model.errors import OriginalFailed, OriginalRefused

MOST_STARTS = 3  # the first, and two more after it broke down
ROWS_AT_ONCE = 50_000
PROGRAM = (
    "import sys; sys.path.insert(0, {place!r}); "
    "from model.adoption.worker.child import main; main()"
)


@dataclass(frozen=True)
class Bounds:
    """What a worker may take: seconds to open and to answer, and bytes of memory."""

    opening_seconds: float = 300.0
    answer_seconds: float = 60.0
    reading_seconds: float = 600.0
    memory_bytes: int = 4 * 1024**3


@dataclass(frozen=True)
class Task:
    """Which model a worker opens, and how.

    path : the file or folder. form : of `opening.formats`, or ``folder`` or ``own pickle`` for one
    that brings its own code. flavour : of a logged model. python : the interpreter. settings : its
    environment, which holds no credentials.
    """

    path: Path
    form: str
    flavour: str = ""
    python: Path = Path(sys.executable)
    settings: Mapping[str, str] = field(default_factory=dict)
    bounds: Bounds = Bounds()


@dataclass(frozen=True)
class Table:
    """n answers as they came. names : of the columns. values : (n, columns), not looked at yet."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    texts: tuple[str, ...] = ()


class Worker:
    """One model behind pipes. Use it in a ``with`` block, or `close` it.

    A question that it breaks down over has no answer; the next one finds it started again, twice
    at most. It may be asked from several threads, which wait for one another.
    """

    def __init__(self, task: Task, way: Isolation | None = None) -> None:
        self._task, self._way = task, way or isolation.best()
        self._process: subprocess.Popen[bytes] | None = None
        self._home = ""
        self._starts = 0
        self._columns: Sequence[Mapping[str, Any]] = ()
        self._lock = threading.RLock()
        self.last_used = time.monotonic()

    @property
    def isolation(self) -> Isolation:
        return self._way

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> dict[str, Any]:
        """Start the process and open the model; what it says of itself.

        Raises
        ------
        OriginalRefused
            If its files are not opened.
        OriginalFailed
            If the process breaks down over it.
        """
        with self._lock:
            self._start()
            task = self._task
            question = {
                "do": "open",
                "path": str(task.path),
                "form": task.form,
                "flavour": task.flavour,
                "memory_bytes": task.bounds.memory_bytes,
            }
            told, _ = self._exchange(question, b"", task.bounds.opening_seconds, "opening it")
            if "refused" in told:
                self.close()
                refused = OwnCodeNeeded if told.get("strange") else OriginalRefused
                raise refused(str(told["refused"])[:400])
            if "methods" not in told:
                self.close()
                raise OriginalFailed(f"Opening it, the model {str(told.get('failed'))[:200]}.")
            return told

    def take_columns(self, columns: Sequence[Mapping[str, Any]]) -> None:
        """Say of what type the model takes each column."""
        self._columns = columns
        with self._lock:
            if self._process is not None:
                self._exchange({"do": "columns", "columns": columns}, b"", 10.0, "preparing")

    def ask(self, frame: pd.DataFrame, method: str) -> Table:
        """What one method of the model answers to n rows.

        Raises
        ------
        OriginalFailed
            If it does not answer in time, or not as many rows as it was asked about.
        """
        with self._lock:
            self.last_used = time.monotonic()
            if self._process is None or self._process.poll() is not None:
                self.open()
                self.take_columns(self._columns)
            parts = [
                self._ask(frame.iloc[start : start + ROWS_AT_ONCE], method)
                for start in range(0, len(frame), ROWS_AT_ONCE)
            ]
        if len({part.names for part in parts}) != 1:
            raise OriginalFailed("The model answers with other columns for other patients.")
        return Table(parts[0].names, np.concatenate([p.values for p in parts]), parts[0].texts)

    def _ask(self, frame: pd.DataFrame, method: str) -> Table:
        question = {"do": "ask", "method": method}
        seconds = self._task.bounds.answer_seconds
        told, numbers = self._exchange(question, pipes.arrow(frame), seconds, "asked for risks")
        if "names" not in told:
            raise OriginalFailed(f"Asked for risks, the model {str(told.get('failed'))[:200]}.")
        names = tuple(str(name) for name in told["names"])
        if len(numbers) != len(frame) * len(names) * 8:
            raise OriginalFailed("The model's process sent another number of answers than agreed.")
        values = np.frombuffer(numbers, dtype="<f8").reshape((len(frame), len(names)), order="F")
        return Table(names, values, tuple(str(text) for text in told.get("texts", ())))

    def transcribe(self, question: Mapping[str, Any], tables: Sequence[pd.DataFrame | None]) -> Any:
        """What the model becomes as numbers, read and proven where it was opened.

        Raises
        ------
        OriginalFailed
            If that takes too long, or breaks down.
        """
        parts = [pipes.arrow(table) if table is not None else b"" for table in tables]
        sizes = [len(part) for part in parts]
        head = {**question, "do": "transcribe", "table_bytes": sizes}
        with self._lock:
            seconds = self._task.bounds.reading_seconds
            told, _ = self._exchange(head, b"".join(parts), seconds, "reading it off")
        return told

    def _start(self) -> None:
        self.close()
        if self._starts >= MOST_STARTS:
            raise OriginalFailed(
                f"The model's process broke down {MOST_STARTS} times; it is not started again. "
                "Choose another version."
            )
        self._starts += 1
        self._home = tempfile.mkdtemp(prefix="bedside-home-")
        task = self._task
        program = ("-c", PROGRAM.format(place=str(PROJECT)))
        settings = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **task.settings}
        settings["HOME"] = "/home/nobody" if self._way.name == "bwrap" else self._home
        self._process = subprocess.Popen(
            self._way.command(task.python, program, (task.path,)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=settings,
            cwd="/",
            start_new_session=True,
        )

    def _exchange(
        self, head: Mapping[str, Any], body: bytes, seconds: float, when: str
    ) -> tuple[dict[str, Any], bytes]:
        assert self._process is not None
        try:
            sent = frames.packed(dict(head), body)
            return pipes.exchanged(self._process, sent, time.monotonic() + seconds)
        except TimeoutError:
            what = f"did not answer within {seconds:g} s"
        except (OSError, EOFError):
            what = "broke down"
        except ValueError:
            what = "sent what is no answer"
        self.close()
        raise OriginalFailed(f"The model's process {what}, {when}; there is no number.")

    def close(self) -> None:
        """End the process and everything it started; it may be asked again later."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
        if self._home:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = ""
