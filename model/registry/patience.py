"""Waiting for a store that somebody else is using, and taking turns at one that is a single file.

SQLite lets one program write at a time, and MLflow makes the tables of a new store without looking
whether another is at it. So whoever writes takes turns first, by a lock on the store's folder,
which leaves no file behind and ends with its process. What is in the way nevertheless is waited
for: a training that has computed for an hour does not end because of a moment.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from model.errors import TrackingBusy, TrackingUnavailable
from model.registry import causes

T = TypeVar("T")

log = logging.getLogger("bedside")

TURN_SECONDS = 600.0
BUSY_SECONDS = 120.0  # for what passes by itself, while nothing is computed yet
FINISHED_SECONDS = 3600.0  # for a server to come back, once everything is computed
LOOKS_EVERY_SECONDS = 0.1
PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
TELLS_AFTER_SECONDS = 3.0


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


def patiently(write: Callable[[], T], *, is_finished: bool = False) -> T:
    """What `write` returns, tried again while what is in its way may pass.

    is_finished : whether what is written was computed already: then a server that is away is
    waited for as well.

    Raises
    ------
    TrackingError
    """
    seconds = FINISHED_SECONDS if is_finished else BUSY_SECONDS
    passing = TrackingUnavailable if is_finished else TrackingBusy
    begun, tries, is_told = time.monotonic(), 0, False
    while True:
        try:
            return write()
        except passing as error:
            waited = time.monotonic() - begun
            if waited > seconds:
                raise
            if waited > TELLS_AFTER_SECONDS and not is_told:
                log.warning("%s Waiting; nothing is lost.", error)
                is_told = True
        time.sleep(PAUSES_SECONDS[min(tries, len(PAUSES_SECONDS) - 1)])
        tries += 1
