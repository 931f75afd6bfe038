"""What may be done to a file if its owner says so: another unit, or another copy's codes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from model.errors import InputError
from model.intake.cells import Cells, How
from model.intake.issue import Finding, Severity
from model.schema import Feature, Recoding, Schema, Unit

Other = Recoding | tuple[Feature, Unit]


def offered(schema: Schema) -> dict[str, Other]:
    """The conversions a study knows, by the word that asks for them: ``mmol``, ``kaggle``."""
    units = {
        name_of(unit): (feature, unit)
        for feature in schema.features
        for unit in feature.other_units
    }
    return {**units, **{recoding.name: recoding for recoding in schema.recodings}}


def name_of(unit: Unit) -> str:
    """The word that asks for a conversion from a unit: ``mmol`` from mmol/L."""
    return re.split(r"[^a-z0-9]", unit.name.casefold())[0]


@dataclass(frozen=True)
class Conversions:
    """Those that were asked for."""

    asked: Mapping[str, Other]

    @classmethod
    def of(cls, schema: Schema, names: Collection[str]) -> Conversions:
        """Those of these names.

        Raises
        ------
        InputError
            If the study knows no such conversion.
        """
        known = offered(schema)
        for name in names:
            if name not in known:
                listed = ", ".join(known) or "none"
                raise InputError(f"There is no conversion {name!r}. This study knows: {listed}.")
        return cls({name: known[name] for name in names})

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is done, to be said with the result."""
        return tuple(
            Finding(Severity.NORMALISED, "converted", _done(other)) for other in self.asked.values()
        )

    def apply(self, name: str, cells: Cells) -> Cells:
        """The numbers of one input in canonical units and codes; words need no conversion."""
        for other in self.asked.values():
            if isinstance(other, Recoding):
                cells = _recoded(cells, dict(other.codes).get(name))
            elif other[0].name == name:
                cells = replace(cells, values=other[1].canonical(cells.values))
        return cells


def _recoded(cells: Cells, pairs: tuple[tuple[float, float | None], ...] | None) -> Cells:
    if pairs is None:
        return cells
    values = np.full(len(cells.values), np.nan)
    spoken = cells.how == How.WORDS
    known = np.isnan(cells.values) | spoken
    values[spoken] = cells.values[spoken]
    for theirs, ours in pairs:
        here = ~spoken & (cells.values == theirs)
        values[here] = np.nan if ours is None else ours
        known |= here
    return replace(cells, values=values).unread(~known | cells.unreadable)


def _done(other: Other) -> str:
    if isinstance(other, Recoding):
        return f"Converted from {other.label}, as you asked."
    feature, unit = other
    return f"{feature.label} converted from {unit.name} to {feature.unit}, as you asked."
