"""What was measured of a model, and the verdict drawn from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """A metric with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True)
class Eligibility:
    """Whether a version may take the champion's place: judged at training, against which one."""

    against: str
    eligible: bool
    reasons: tuple[str, ...]
