"""How everything is written to MLflow: in turns, with patience, and with our own errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import mlflow

from model.registry.connection import Gateway
from model.registry.patience import patiently
from model.registry.turn import turn

P = ParamSpec("P")
T = TypeVar("T")


def guarded(*, is_finished: bool) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """One writer at a time at a store that is a file; what may pass is waited for, and what goes
    wrong leaves as one of our errors.

    is_finished : whether it writes what was computed, for which more is waited for.
    """

    def guard(write: Callable[P, T]) -> Callable[P, T]:
        @wraps(write)
        def careful(*args: P.args, **kwargs: P.kwargs) -> T:
            address = mlflow.get_tracking_uri()

            def once() -> T:
                with turn(address), Gateway(address).translating():
                    return write(*args, **kwargs)

            return patiently(once, is_finished=is_finished)

        return careful

    return guard
