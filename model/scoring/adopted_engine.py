"""Makes an engine of a model that gives a number and reasons, and nothing else: no submodels, no
interval. Those of adopted versions are such.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from model.numerics.arrays import Floats
from model.scoring.engine import PROBABILITY, Bounded, Explained
from model.scoring.small_engine import SmallEngine


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
