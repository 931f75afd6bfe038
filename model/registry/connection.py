"""The one way to a tracking server: within a time, and what goes wrong there leaves as one of our
errors, with a sentence for each cause.

A question has less than three seconds, whatever the server does with them. After one that was not
answered nobody is asked for another: whoever waited behind it is told at once. To open a database
takes longer, which is waited for as long as it is not locked, and its server answers meanwhile.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeVar

from model import deadline
from model.errors import BedsideError, TrackingError, TrackingUnavailable
from model.registry import causes, conventions, store_state
from model.registry.address import require_sensible

T = TypeVar("T")

QUESTION_SECONDS = 2.5
OPENING_SECONDS = 60.0  # of a database: MLflow looks at all its tables
LOCKED_SECONDS = 1.5  # meanwhile, before it is told; a look at it takes half a second more
SILENT_SECONDS = 2.0  # of a database's server, asked again and again meanwhile
LEFT_ALONE_SECONDS = 1.0  # after a question that was not answered
STALLED_SECONDS = 2.0  # from one further megabyte of files to the next
STEP_BYTES = 1_000_000
DOWNLOAD_SECONDS = 600.0  # as long as the largest bundle may take at twice that pace

_end: ContextVar[float] = ContextVar("end")


class Gateway:
    """Guards every question to one tracking server."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.shown_address = conventions.without_credentials(address)
        self._opening = threading.Lock()
        self._away: tuple[float, str] = (0.0, "")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """A question, of several answers perhaps, that may take `QUESTION_SECONDS` altogether.

        Raises
        ------
        TrackingError
            Whatever goes wrong inside.
        """
        require_sensible(self._address)
        until, told = self._away
        if time.monotonic() < until:
            raise TrackingUnavailable(told)
        before = _end.set(time.monotonic() + QUESTION_SECONDS)
        try:
            with self.translating():
                causes.require_usable(self._address)
                yield
        finally:
            _end.reset(before)

    @contextmanager
    def translating(self) -> Iterator[None]:
        """Whatever goes wrong inside leaves as a `TrackingError`; it may take any time."""
        try:
            yield
        except BedsideError:
            raise
        except Exception as error:
            # Not chained: the original's text may hold credentials or a server's whole answer.
            raise self._told(error) from None

    def opened(self, client: Callable[[], T]) -> T:
        """A client each of whose questions ends with the time of `asking`; see `prepared`."""

        def one_at_a_time() -> T:
            with self._opening:  # MLflow takes seconds to import, and as long to open a database
                return client()

        made: Any = _InTime(self.prepared(one_at_a_time), self.within)
        return made  # type: ignore[no-any-return]  # stands for the client

    def prepared(self, work: Callable[[], T]) -> T:
        """What `work` returns that comes before a question, whose time begins after it: opening a
        store, or copying it, takes longer than an answer.
        """
        found = deadline.within(self._opening_seconds, work, self._look())
        _end.set(time.monotonic() + QUESTION_SECONDS)
        return found

    def _look(self) -> Callable[[], None] | None:
        """Raises what keeps a database from being read, once it has for a while."""
        if store_state.DATABASES.match(self._address):
            import sqlalchemy  # noqa: F401  # a second that is not the server's

            return self._ask_server
        if causes.database(self._address) is None:
            return None
        usable = time.monotonic()

        def look() -> None:
            nonlocal usable
            try:
                causes.require_usable(self._address)
            except sqlite3.OperationalError:
                if time.monotonic() - usable > LOCKED_SECONDS:
                    raise
            else:
                usable = time.monotonic()

        return look

    def _ask_server(self) -> None:
        """Raise `TimeoutError` if a database's server leaves a question without an answer."""
        deadline.within(SILENT_SECONDS, lambda: store_state.examine(self._address))

    @property
    def _opening_seconds(self) -> float:
        is_server = self._address.startswith(("http://", "https://"))
        return QUESTION_SECONDS if is_server else OPENING_SECONDS

    def within(self, work: Callable[[], T], arrived: Callable[[], int] | None = None) -> T:
        """What `work` returns in what is left of the time.

        arrived : of work that fetches files, how many bytes are there by now; with each further
        megabyte it has `STALLED_SECONDS` more, however much came before.

        Raises
        ------
        TimeoutError
        """
        if arrived is None:
            return deadline.within(self._left(), work)
        download = Download(_end.get())

        def look() -> None:
            if download.is_late(arrived(), time.monotonic()):
                raise TimeoutError

        return deadline.within(DOWNLOAD_SECONDS, work, look)

    def _left(self) -> float:
        return max(0.0, _end.get() - time.monotonic())

    def _told(self, error: Exception) -> TrackingError:
        told = causes.translated(error, self._address, self.shown_address)
        if isinstance(error, TimeoutError):
            self._away = (time.monotonic() + LEFT_ALONE_SECONDS, str(told))
        return told


class Download:
    """Files on their way: whether they come in time, however large they are.

    end : seconds on the clock of `is_late`, by which a first megabyte has to be there.
    """

    def __init__(self, end: float) -> None:
        self._end, self._seen = end, 0

    def is_late(self, size: int, now: float) -> bool:
        """Whether nobody should wait any longer, of so many bytes that are there by now."""
        if size >= self._seen + STEP_BYTES:
            self._end, self._seen = max(self._end, now + STALLED_SECONDS), size
        return now > self._end


class _InTime:
    """A client whose methods are called through `within`; what it only says is said at once."""

    def __init__(self, client: Any, within: Callable[[Callable[[], Any]], Any]) -> None:
        self._client, self._within = client, within

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if not callable(method):
            return method

        def ask(*arguments: Any, **named: Any) -> Any:
            return self._within(partial(method, *arguments, **named))

        return ask
