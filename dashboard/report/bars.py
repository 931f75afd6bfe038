"""The way from the training average to the patient of a record, as on the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from dashboard.figures import waterfall
from dashboard.figures.waterfall import Bar
from model.interpretation.reasons import Reason, causes, reasons, steps
from model.record import Record
from model.schema import Schema


def ordered(record: Record, schema: Schema) -> tuple[Reason, ...]:
    """The reasons of a record, largest effect first."""
    patient = pd.Series({name: record.values.get(name, math.nan) for name in schema.names})
    shares = pd.Series({name: record.contributions.get(name, 0.0) for name in schema.names})
    bounds = None
    if record.bounds:
        ends = {name: record.bounds.get(name, (0.0, 0.0)) for name in schema.names}
        low = pd.Series({name: pair[0] for name, pair in ends.items()})
        high = pd.Series({name: pair[1] for name, pair in ends.items()})
        bounds = (low, high)
    return reasons(schema, patient, shares, bounds, record.contraries)


def bars(record: Record, found: Sequence[Reason]) -> tuple[Bar, ...]:
    """One bar a finding; a local prevalence, which is in the record's base already, comes first."""
    own = record.base - (record.prevalence.offset if record.prevalence else 0.0)
    average = own if record.average is None else record.average
    why = causes(found, record.prevalence, own - average)
    start = waterfall.risk_at(average, record.scale)
    return waterfall.bars(start, list(steps(average, why, record.scale)))
