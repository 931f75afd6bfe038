"""Questions to servers that are answered in time or given up, whatever the server does.

A client's own timeouts are per read: a server that sends a byte a second is never late. So a
question runs in a thread of its own, and whoever asks waits for so long and no longer. A thread
that was given up is ended as soon as it is seen waiting for the network, and left alone everywhere
else: an import or a change to a database that is broken off would do more harm than it takes time.
"""

from __future__ import annotations

import contextvars
import ctypes
import math
import queue
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import CodeType, TracebackType
from typing import TypeVar

T = TypeVar("T")

MOST_GIVEN_UP = 64  # threads; a database driver may hold one until the network gives up
LOOKS_EVERY_SECONDS = 0.25
TOLD_AGAIN_SECONDS = 30.0  # to end, where something caught it
OF_THE_NETWORK = ("/socket.py", "/ssl.py")
# What waits, by name: a thread broken off in `close` would leave open what it is closing.
READS = ("read", "readinto", "recv", "recv_into")
SENDS = ("send", "sendall")
CONNECTS = ("create_connection", "do_handshake", "getaddrinfo")
WAITING = frozenset((*READS, *SENDS, *CONNECTS))


class _GivenUp(BaseException):
    """Ends a thread nobody waits for; no `except Exception` holds it up."""


class _Reaper:
    """Ends the threads that were given up. Its own thread lives while there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given_up: dict[threading.Thread, float] = {}
        self._is_at_work = False

    def take(self, thread: threading.Thread) -> None:
        with self._lock:
            self._given_up[thread] = -math.inf  # when it was last told
            if not self._is_at_work:
                self._is_at_work = True
                threading.Thread(target=self._work, name="reaper", daemon=True).start()

    def __len__(self) -> int:
        with self._lock:
            return len(self._given_up)

    def _work(self) -> None:
        while True:
            with self._lock:
                self._given_up = {
                    thread: told for thread, told in self._given_up.items() if thread.is_alive()
                }
                if not self._given_up:
                    self._is_at_work = False
                    return
                for thread, told in self._given_up.items():
                    # A thread that is told twice would hear it again while it closes what it had.
                    if time.monotonic() > told + TOLD_AGAIN_SECONDS and _end(thread):
                        self._given_up[thread] = time.monotonic()
            time.sleep(LOOKS_EVERY_SECONDS)


_reaper = _Reaper()


def within(seconds: float, work: Callable[[], T], look: Callable[[], None] | None = None) -> T:
    """What `work` returns, or raises, within so many seconds.

    It runs in another thread with this one's context, so it must not rest on what a thread keeps
    to itself.

    look : called again and again meanwhile; `work` is given up for what it raises.

    Raises
    ------
    TimeoutError
        If it takes longer; or at once, where too many questions that took longer still hang.
    """
    if len(_reaper) >= MOST_GIVEN_UP:
        raise TimeoutError
    answers: queue.SimpleQueue[tuple[bool, T | BaseException]] = queue.SimpleQueue()
    context = contextvars.copy_context()

    def ask() -> None:
        try:
            answers.put((True, context.run(work)))
        except _GivenUp as end:
            _close_sockets(end.__traceback__)
        except BaseException as error:
            answers.put((False, error))

    thread = threading.Thread(target=ask, name="question", daemon=True)
    thread.start()
    try:
        is_answer, found = _answer(answers, time.monotonic() + seconds, look)
    except BaseException:
        _reaper.take(thread)
        raise
    if is_answer:
        return found  # type: ignore[return-value]  # the flag says so
    raise found  # type: ignore[misc]


def _answer(
    answers: queue.SimpleQueue[tuple[bool, T | BaseException]],
    end: float,
    look: Callable[[], None] | None,
) -> tuple[bool, T | BaseException]:
    while True:
        left = max(0.0, end - time.monotonic())
        try:
            return answers.get(timeout=left if look is None else min(left, LOOKS_EVERY_SECONDS))
        except queue.Empty:
            if time.monotonic() >= end:
                raise TimeoutError from None
        if look is not None:
            look()


def _close_sockets(trace: TracebackType | None) -> None:
    """Close what the broken off calls had opened and could not: nobody else will."""
    for frame, _ in traceback.walk_tb(trace):
        for held in list(frame.f_locals.values()):
            # `close` waits for the files made of a socket, which the broken off calls still hold.
            if isinstance(held, socket.socket) and (number := held.detach()) != -1:
                socket.close(number)


def _waits(code: CodeType) -> bool:
    """Whether what runs is a call that waits for the network."""
    return code.co_name in WAITING and code.co_filename.endswith(OF_THE_NETWORK)


def _end(thread: threading.Thread) -> bool:
    """Raise `_GivenUp` in a thread whose innermost call waits for the network; whether it does.

    It comes when that call returns, with the next byte or the client's own timeout.
    """
    raised_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    ident, end = ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_GivenUp)
    frame = sys._current_frames().get(ident.value)
    # As little as can be stands between the look and the word: the thread may go on meanwhile.
    if frame is not None and _waits(frame.f_code):
        raised_in(ident, end)
        return True
    return False
