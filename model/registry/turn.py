"""Turns at a store that is a single file.

SQLite lets one program write at a time, and MLflow makes the tables of a new store without looking
whether another is at it. So whoever writes takes turns first, by a lock on the store's folder,
which leaves no file behind and ends with its process.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from model.errors import TrackingBusy
from model.registry import causes

TURN_SECONDS = 600.0
LOOKS_EVERY_SECONDS = 0.1


@contextmanager
def turn(address: str, seconds: float = TURN_SECONDS) -> Iterator[None]:
    """A turn at an SQLite store; at any other everybody may write at once.

    Raises
    ------
    TrackingBusy
        If it does not come in time.
    """
    path = causes.database(address)
    if path is None or not path.absolute().parent.is_dir():
        yield
        return
    folder = os.open(path.absolute().parent, os.O_RDONLY)
    try:
        with suppress(NotADirectoryError):
            _lock(folder, path, seconds)
        yield
    finally:
        os.close(folder)


def _lock(folder: int, path: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > end:
                raise TrackingBusy(
                    f"The store {path} is being written to by other trainings. Wait for them."
                ) from None
            time.sleep(LOOKS_EVERY_SECONDS)
        except OSError:  # a network's folder that knows no locks: SQLite's own have to do
            return
