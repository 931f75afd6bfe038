"""Makes an engine of a model that gives a number and reasons, and nothing else: no submodels, no
interval. Those of adopted versions are such.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

import numpy as np

from model.numerics.arrays import Floats
from model.scoring.engine import PROBABILITY, Bounded, Explained


class SmallEngine(Protocol):
    """What an adopted model has to give. Arrays are (n, features), canonical, NaN for a blank."""

    @property
    def features(self) -> tuple[str, ...]: ...

    @property
    def scale(self) -> str | None:
        """On what it adds up: log-odds, probability, or neither, and then it is not explained."""
        ...

    @property
    def attribution(self) -> str: ...

    def risk(self, values: Floats) -> Floats:
        """(n,) risks."""
        ...

    def score(self, values: Floats) -> Floats:
        """(n,) what the contributions add up to, on its scale."""
        ...

    def shapley(self, values: Floats) -> tuple[Floats | float, Floats]:
        """Base, of each or of all, and (n, features) contributions."""
        ...

    def to_json(self) -> str: ...


class AdoptedEngine:
    """See `Engine`."""

    FILE: ClassVar[str] = ""
    LIBRARIES: ClassVar[tuple[str, ...]] = ()
    has_interval: ClassVar[bool] = False

    def __init__(self, small: SmallEngine) -> None:
        self.small = small

    @property
    def features(self) -> tuple[str, ...]:
        return self.small.features

    def contribution_bounds(self, values: Floats) -> None:
        """Nobody knows how sure an adopted model is."""

    @property
    def scale(self) -> str:
        return self.small.scale or PROBABILITY

    @property
    def attribution(self) -> str:
        return self.small.attribution

    @property
    def average(self) -> None:
        return None

    @property
    def absences(self) -> Sequence[tuple[str, ...]]:
        return ((),)

    def risk(self, values: Floats) -> Floats:
        return self.small.risk(values)

    def log_odds(self, values: Floats) -> Floats:
        """(n,) on the engine's own scale."""
        return self.small.score(values)

    def bounded(self, values: Floats) -> Bounded:
        nowhere = np.full(len(values), np.nan)
        which = np.zeros(len(values), dtype=np.intp)
        return Bounded(which, self.small.score(values), nowhere, nowhere)

    def explained(self, values: Floats) -> Explained:
        base, shares = self.small.shapley(values)
        bases = np.broadcast_to(np.asarray(base, dtype=np.float64), len(values)).copy()
        nowhere = np.full(len(values), np.nan)
        which = np.zeros(len(values), dtype=np.intp)
        return Explained(which, bases + shares.sum(axis=1), nowhere, nowhere, bases, shares)

    def contrast(self, ones: Floats, others: Floats) -> tuple[float, float]:
        """The difference of the means; how sure it is nobody knows, which is told as 0."""
        return float(self.small.score(ones).mean() - self.small.score(others).mean()), 0.0

    def to_json(self) -> str:
        return self.small.to_json()
