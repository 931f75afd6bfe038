"""`--faults` runs everything; without it, what takes minutes is left to `make faults`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import pytest

WANTED_SECONDS = 3  # to a message, on a machine that has time for it
BACK_WANTED_SECONDS = 5  # to an answer, once nothing is wrong any more


class Within(Protocol):
    """See `within`."""

    def __call__(
        self, seconds: float, wanted: float | None = None, what: str = ""
    ) -> AbstractContextManager[None]: ...


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--faults"):
        return
    for item in items:
        if item.get_closest_marker("long") is not None:
            item.add_marker(pytest.mark.skip(reason="`make faults` runs it"))


@pytest.fixture
def within(record_property: Callable[[str, object], None]) -> Within:
    """within(seconds): what happens inside takes no longer; both go into the table of faults.

    wanted : seconds it may take where nothing else keeps the machine busy. what : takes so long.
    """

    @contextmanager
    def bound(seconds: float, wanted: float | None = None, what: str = "") -> Iterator[None]:
        begun = time.monotonic()
        try:
            yield
        finally:
            took = time.monotonic() - begun
            record_property("measured", f"{took:.1f} s {what}".strip())
            at_most = f"{seconds:g} s"
            is_aim = wanted is not None
            told = f"{wanted:g} s; {at_most} on a busy machine" if is_aim else at_most
            record_property("bound", told)
        assert took < seconds

    return bound
