"""Waiting for a store that somebody else is using.

What is in the way although turns are taken (see `turn`) is waited for: a training that has computed
for an hour does not end because of a moment.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from model.errors import TrackingBusy, TrackingUnavailable

T = TypeVar("T")

log = logging.getLogger("bedside")

BUSY_SECONDS = 120.0  # for what passes by itself, while nothing is computed yet
FINISHED_SECONDS = 3600.0  # for a server to come back, once everything is computed
PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
TELLS_AFTER_SECONDS = 3.0


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
