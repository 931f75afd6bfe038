"""Work in an interpreter of its own, while this one imports what is slow to import.

A training needs scikit-learn to compute and MLflow to log; each takes seconds to import, and
neither needs the other. A quick training takes a quarter less (`benchmarks/start_up.py`). Where
both are there already, as in the second training of one process, nothing is gained: then the work
is done here.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, BinaryIO, Self

from model.errors import TrainingFailed

Progress = Callable[[str, float], None]
"""Called with a stage, in words, and the part of the whole that is done, 0 to 1."""
SLOW_TO_IMPORT = ("mlflow", "sklearn")
SECONDS_TO_END = 10.0
"""That the other interpreter has to tidy up before it is killed."""
BEGIN = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from model.training import worker_process; worker_process.serve(sys.stdin.buffer)"
)


def interpreter() -> Beside | Here:
    """Where the work of a training is done: beside this interpreter unless it has all it needs."""
    return Here() if all(name in sys.modules for name in SLOW_TO_IMPORT) else Beside()


class Said(Enum):
    """What the other interpreter tells."""

    PROGRESS = auto()
    DONE = auto()
    FAILED = auto()


class Beside:
    """Another interpreter, started at once; it ends with the `with` block, or with this process.

    Work is done in the order it was submitted, and its results are given in that order.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", BEGIN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # so that whatever it starts can be ended with it
        )
        self._send(sys.path)

    def submit(self, work: Callable[..., Any], *arguments: object) -> None:
        """Have ``work(*arguments, progress)`` done; all of it must be fit for pickling."""
        self._send((work, arguments))

    def result(self, progress: Progress = lambda stage, done: None) -> Any:
        """What the next work returned, once it is done.

        Raises
        ------
        TrainingFailed
            If the interpreter ended before.
        Whatever the work raised.
        """
        assert self._process.stdout is not None  # asked for above
        while True:
            try:
                said, what = pickle.load(self._process.stdout)
            except (EOFError, pickle.UnpicklingError):
                code = self._process.wait()
                raise TrainingFailed(
                    f"The process that computes the training ended with exit code {code}."
                ) from None
            if said is Said.PROGRESS:
                progress(*what)
            elif said is Said.FAILED:
                raise what
            else:
                return what

    def _send(self, what: object) -> None:
        assert self._process.stdin is not None  # asked for above
        with contextlib.suppress(BrokenPipeError):  # `result` tells that it has ended
            pickle.dump(what, self._process.stdin)
            self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()  # which lets it end what it started, and tidy up
        with contextlib.suppress(BrokenPipeError, subprocess.TimeoutExpired):
            self._process.communicate(timeout=SECONDS_TO_END)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()


class Here:
    """The same for this interpreter: work is done when its result is asked for."""

    def __init__(self) -> None:
        self._submitted: deque[tuple[Callable[..., Any], tuple[object, ...]]] = deque()

    def submit(self, work: Callable[..., Any], *arguments: object) -> None:
        """Have ``work(*arguments, progress)`` done."""
        self._submitted.append((work, arguments))

    def result(self, progress: Progress = lambda stage, done: None) -> Any:
        """What the next work returns, or raises."""
        work, arguments = self._submitted.popleft()
        return work(*arguments, progress)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._submitted.clear()


def serve(orders: BinaryIO) -> None:
    """The other side: do what is submitted until there is nobody to tell."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not be an answer

    def tell(said: Said, what: object) -> None:
        answers.write(pickle.dumps((said, what)))
        answers.flush()

    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            work, arguments = pickle.load(orders)
            try:
                done = work(*arguments, lambda stage, part: tell(Said.PROGRESS, (stage, part)))
            except (BrokenPipeError, KeyboardInterrupt):
                raise
            except Exception as error:
                tell(Said.FAILED, error)
            else:
                tell(Said.DONE, done)
