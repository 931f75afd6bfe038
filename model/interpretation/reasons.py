"""What moved a patient's number, in clinical words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.schema import Schema
from model.scoring.engine import LINKS, LOG_ODDS

MENTIONED = 2
UNUSED = 1e-9  # log-odds: what is left of a term that takes its mean
NEGLIGIBLE = 0.005  # log-odds: less than 0.13 percentage points at any risk


@dataclass(frozen=True)
class Reason:
    """One input of one patient: what was found, and what it did to the log-odds."""

    feature: str
    label: str
    finding: str
    contribution: float
    measured: bool

    incomplete: bool = False

    @property
    def unused(self) -> bool:
        """Not measured, and of no effect on the number."""
        return not self.measured and abs(self.contribution) < UNUSED

    @property
    def set_aside(self) -> bool:
        """Measured, yet of no effect, because the rest of its test is missing."""
        return self.measured and self.incomplete and self.contribution == 0.0


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall: the risk before and after a reason is counted in."""

    reason: Reason
    before: float
    after: float

    @property
    def change(self) -> float:
        """In risk: 0.1 is ten percentage points."""
        return self.after - self.before


def reasons(schema: Schema, patient: pd.Series, contributions: pd.Series) -> tuple[Reason, ...]:
    """Every input of one patient, largest effect first; those not measured at the end.

    Both series are indexed by feature.
    """
    blank = {name for name in schema.names if math.isnan(patient[name])}
    incomplete = {name for parts in schema.tests.values() if blank & {*parts} for name in parts}
    found = [
        Reason(
            feature.name,
            feature.label,
            feature.described(float(patient[feature.name])),
            float(contributions[feature.name]),
            measured=feature.name not in blank,
            incomplete=feature.name in incomplete,
        )
        for feature in schema.features
    ]
    return tuple(sorted(found, key=lambda each: (not each.measured, -abs(each.contribution))))


def steps(base: float, ordered: Sequence[Reason], scale: str = LOG_ODDS) -> Iterator[Step]:
    """From the base to the patient's risk, one reason at a time, in the order given.

    scale : what the contributions add up to; see `engine.LINKS`.

    Log-odds add up in any order; the same steps seen as risk depend on it, so the order is
    part of the picture.
    """
    sums = base + np.cumsum([0.0, *(each.contribution for each in ordered)])
    risk = np.clip(LINKS[scale](sums), 0.0, 1.0)
    for at, reason in enumerate(ordered):
        yield Step(reason, float(risk[at]), float(risk[at + 1]))


def sentence(ordered: Sequence[Reason]) -> str:
    """Raised most by …; lowered most by …: two of each at most."""
    measured = [each for each in ordered if each.measured]
    raised = [each.finding for each in measured if each.contribution > NEGLIGIBLE][:MENTIONED]
    lowered = [each.finding for each in measured if each.contribution < -NEGLIGIBLE][:MENTIONED]
    parts = []
    if raised:
        parts.append(f"raised most by {' and '.join(raised)}")
    if lowered:
        parts.append(f"lowered most by {' and '.join(lowered)}")
    if not parts:
        return "No single finding moves this number much."
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
