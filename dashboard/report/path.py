"""The way from the training average to the patient, as bars: what a waterfall shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
import pandas as pd

from model.record import Record
from model.schema import Schema
from model.scoring import risk_of
from model.scoring.reasons import Reason, Step, reasons, steps

NOT_USED = "not used"
START, END = "Average in training", "This patient"
SMALLEST_POINTS = 0.05  # percentage points: what would round to 0.0


class Kind(Enum):
    """What a bar stands for."""

    TOTAL = auto()
    RAISES = auto()
    LOWERS = auto()
    UNMEASURED = auto()


@dataclass(frozen=True)
class Bar:
    """From one risk to another, with the words on its left and the figure on its right."""

    label: str
    start: float
    end: float
    kind: Kind
    figure: str


def ordered(record: Record, schema: Schema) -> tuple[Reason, ...]:
    """The reasons of a record, largest effect first."""
    patient = pd.Series({name: record.values.get(name, math.nan) for name in schema.names})
    shares = pd.Series({name: record.contributions.get(name, 0.0) for name in schema.names})
    return reasons(schema, patient, shares)


def bars(record: Record, found: Sequence[Reason]) -> list[Bar]:
    """From the training average to the patient: one bar a finding, as on the page.

    A local prevalence is the first step: it is in the record's base already.
    """
    offset = record.prevalence.offset if record.prevalence is not None else 0.0
    average, local = (float(each) for each in risk_of(record.base - np.array([offset, 0.0])))
    path = list(steps(record.base, found))
    drawn = [Bar(START, 0.0, average, Kind.TOTAL, percent(average))]
    if record.prevalence is not None:
        label = f"Local prevalence of {100 * record.prevalence.local:.3g} %"
        kind = Kind.RAISES if local >= average else Kind.LOWERS
        drawn.append(Bar(label, average, local, kind, points(local - average)))
    drawn += [
        Bar(step.reason.finding, step.before, step.after, _kind(step), _figure(step))
        for step in path
        if not step.reason.unused
    ]
    if unused := sum(step.reason.unused for step in path):
        label = f"{unused} test{'s' if unused > 1 else ''} not measured"
        drawn.append(Bar(label, record.risk, record.risk, Kind.UNMEASURED, NOT_USED))
    return [*drawn, Bar(END, 0.0, record.risk, Kind.TOTAL, percent(record.risk))]


def told(drawn: Sequence[Bar]) -> str:
    """The same for those who cannot see it."""
    first, *between, last = drawn
    way = "; ".join(
        f"{bar.label}{',' if bar.figure == NOT_USED else ''} {bar.figure}" for bar in between
    )
    return f"From {first.figure}, the average in training, to {last.figure}: {way}."


def percent(risk: float) -> str:
    return f"{100 * risk:.0f} %"


def points(change: float) -> str:
    """Percentage points, with their sign."""
    moved = 100 * change
    return "0" if abs(moved) < SMALLEST_POINTS else f"{moved:+.1f}".replace("-", "−")


def _figure(step: Step) -> str:
    return NOT_USED if step.reason.set_aside else points(step.change)


def _kind(step: Step) -> Kind:
    if not step.reason.measured or step.reason.set_aside:
        return Kind.UNMEASURED
    return Kind.RAISES if step.change >= 0 else Kind.LOWERS
