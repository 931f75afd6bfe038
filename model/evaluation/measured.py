"""What was measured of a model, and the verdict drawn from it."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """A metric with the ends of its 95 % interval; NaN where none is known."""

    value: float
    low: float = math.nan
    high: float = math.nan

    @property
    def has_interval(self) -> bool:
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def ends(self) -> tuple[float, ...]:
        """What a drawing has to have room for."""
        return (self.value, self.low, self.high) if self.has_interval else (self.value,)

    def __str__(self) -> str:
        if not self.has_interval:
            return f"{self.value:.3f}"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True)
class Eligibility:
    """Whether a version may take the champion's place: judged at training, against which one."""

    against: str
    eligible: bool
    reasons: tuple[str, ...]
