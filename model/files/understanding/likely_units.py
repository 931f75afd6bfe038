"""Which other unit the numbers of a column fit, and only it."""

from __future__ import annotations

from collections import Counter

import numpy as np

from model.files.understanding.content import Content
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Feature, Interval, Unit

FEW_VALUES = 3
"""Values from which on a unit is told by the column, and not by the row."""


def of(content: Content, feature: Feature, known: Vocabulary) -> tuple[Unit, ...]:
    """The other units that more values fit, and only they, if their middle is met in patients."""
    if feature.plausible is None:
        return ()
    return tuple(
        unit
        for unit in known.units_of(feature)
        if _fits(unit, content, feature.plausible, known.of(feature.name).middle)
    )


def _fits(unit: Unit, content: Content, plausible: Interval, middle: Interval | None) -> bool:
    ours = theirs = 0
    converted = Counter[float]()
    for number, rows in content.numbers.items():
        canonical = float(unit.canonical(np.array([number]))[0])
        here, there = number in plausible, canonical in plausible
        ours += rows * (here and not there)
        theirs += rows * (there and not here)
        converted[canonical] += rows
    if theirs <= ours or not (theirs >= FEW_VALUES or theirs == content.filled):
        return False
    return middle is None or float(np.median([*converted.elements()])) in middle
