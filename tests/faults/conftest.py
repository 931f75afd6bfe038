"""`--faults` runs everything; without it, what takes minutes is left to `make faults`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

Within = Callable[[float], AbstractContextManager[None]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--faults"):
        return
    for item in items:
        if item.get_closest_marker("long") is not None:
            item.add_marker(pytest.mark.skip(reason="`make faults` runs it"))


@pytest.fixture
def within(record_property: Callable[[str, object], None]) -> Within:
    """within(seconds): what happens inside takes no longer; both go into the table of faults."""

    @contextmanager
    def bound(seconds: float) -> Iterator[None]:
        begun = time.monotonic()
        try:
            yield
        finally:
            took = time.monotonic() - begun
            record_property("measured", f"{took:.1f} s")
            record_property("bound", f"{seconds:g} s")
        assert took < seconds

    return bound
