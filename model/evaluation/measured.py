"""What was measured of a model, and the verdict drawn from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

FULL_REPEATS = 20
"""Of the cross-validation behind the metrics of a version; one with fewer is a quick run."""


def quick(repeats: int | None) -> str:
    """What to say at the metrics of a version with so many repeats; blank if they are enough, or
    nobody knows them.
    """
    if repeats is None or repeats >= FULL_REPEATS:
        return ""
    noun = "repeat" if repeats == 1 else "repeats"
    return (
        f"Quick run: its metrics come from {repeats} {noun} of cross-validation instead "
        f"of {FULL_REPEATS}."
    )


@dataclass(frozen=True)
class Measured:
    """A metric with the ends of its 95 % interval; NaN where none is known."""

    value: float
    low: float = math.nan
    high: float = math.nan

    @property
    def has_interval(self) -> bool:
        """Whether both ends are known."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def ends(self) -> tuple[float, ...]:
        """What a drawing has to have room for."""
        return (self.value, self.low, self.high) if self.has_interval else (self.value,)


class Answer(StrEnum):
    """What is known of a version beside the champion, by the margin its study declares."""

    BETTER = "better"
    NOT_WORSE = "not worse than the margin"
    NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Eligibility:
    """Whether a version may take the champion's place, and against which it was judged.

    answer : None of a version judged before there were margins: then it was eligible unless it was
    significantly worse.
    """

    against: str
    eligible: bool
    reasons: tuple[str, ...]
    answer: Answer | None = None

    @classmethod
    def not_known(cls, against: str, why: str) -> Self:
        """Of one that cannot be judged, which is not eligible."""
        reason = f"Cannot be compared with the champion: {why}."
        return cls(against, False, (reason,), Answer.NOT_KNOWN)

    @property
    def summary(self) -> str:
        """The answer in one line, for a record: ``not known against v1 (reference)``."""
        said = self.answer or ("eligible" if self.eligible else "not eligible")
        return f"{said} against {self.against}" if self.against else str(said)
