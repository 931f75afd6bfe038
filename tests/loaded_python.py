"""Programs in interpreters that have MLflow and scikit-learn from their first moment.

Each import takes seconds of a machine, and most programs of the tests need both. So one interpreter
imports them, once for a worker, and what is to run is run in one that branches off from it: with
streams, folder, environment and exit code of its own, as if it had been started anew.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

LIBRARIES = ["mlflow.pyfunc", "mlflow.sklearn", "skops.io", "sklearn.compose", "sklearn.pipeline"]
SECONDS = 600.0  # at most: a busy machine

_BRANCHES = multiprocessing.get_context("forkserver")
_BRANCHES.set_forkserver_preload(LIBRARIES)  # nothing of the project: its code is read every time


def run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """What ``python`` would do with ``-c PROGRAM …``, ``-m MODULE …`` or ``FILE …`` in this folder.

    Raises
    ------
    subprocess.TimeoutExpired
        If it does not end; it is killed then.
    """
    with tempfile.TemporaryDirectory() as kept:
        streams = Path(kept, "stdout"), Path(kept, "stderr")
        branch = _BRANCHES.Process(
            target=_become, args=(list(arguments), folder, dict(environment), streams)
        )
        with _without_main():
            branch.start()
        branch.join(SECONDS)
        if branch.exitcode is None:
            branch.kill()
            branch.join()
            raise subprocess.TimeoutExpired([*arguments], SECONDS)
        out, err = (path.read_text() if path.exists() else "" for path in streams)
        return subprocess.CompletedProcess([*arguments], branch.exitcode, out, err)


@contextmanager
def _without_main() -> Iterator[None]:
    """A branch would first run the main module of whoever asks, which a page under test may be."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _become(
    arguments: list[str], folder: Path, environment: dict[str, str], streams: tuple[Path, Path]
) -> None:
    """Be the program, from its streams to its exit code."""
    for stream, path in zip((sys.stdout, sys.stderr), streams, strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream.fileno())
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = ["", *environment.get("PYTHONPATH", "").split(os.pathsep)]
    try:
        match arguments:
            case ["-c", program, *rest]:
                sys.argv = ["-c", *rest]
                exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})
            case ["-m", module, *rest]:
                sys.argv = [module, *rest]
                runpy.run_module(module, run_name="__main__", alter_sys=True)
            case [file, *_]:
                sys.argv = arguments
                runpy.run_path(file, run_name="__main__")
    except Exception:
        traceback.print_exc()
        sys.exit(1)
    finally:
        atexit._run_exitfuncs()  # which a branch goes without
