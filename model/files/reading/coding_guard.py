"""Whether a file means what its values seem to mean: its units and its codes.

No row can tell: codes of another copy are all plausible here, and 21 of 100 patients would change
class. So the guard counts over the whole file, names its evidence, and leaves the conversion to
the reader. What it counts of codes is compared with every coding that circulates; see
`understanding.codings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.errors import FileRefused
from model.files.reading.conversion import Conversions, name_of
from model.files.understanding import codings, vocabulary
from model.files.understanding.code_table import CodeTable
from model.files.understanding.codings import Fit
from model.intake.cells import Cells, How
from model.schema import Feature, Interval, Recoding, Schema, Unit

Floats = NDArray[np.float64]

FEW = 3  # values from which on a unit is told by the file, not by the row


@dataclass
class Tally:
    """Values that fit only what the study expects, and only the other thing."""

    ours: int = 0
    theirs: int = 0


@dataclass
class Guard:
    """Counts the evidence in a file, chunk by chunk, before anything is converted."""

    schema: Schema
    conversions: Conversions
    rows: int = 0
    units: dict[str, Tally] = field(default_factory=dict)
    codes: CodeTable = field(init=False)

    def __post_init__(self) -> None:
        self.codes = CodeTable.of(self.schema, vocabulary.of(self.schema).codings)

    def add(self, read: Mapping[str, Cells], count: int) -> None:
        """Take in some rows: the cells as they were read."""
        self.rows += count
        numbers = {
            name: np.where(cells.how == How.WORDS, np.nan, cells.values)
            if cells.how.any()
            else cells.values
            for name, cells in read.items()
        }
        for name, values in numbers.items():
            for unit in self.schema[name].other_units:
                self._add_unit(self.schema[name], unit, values)
        spoken = {
            name: cells.values[cells.how == How.WORDS]
            for name, cells in read.items()
            if (cells.how == How.WORDS).any()
        }
        self.codes.add(numbers, count, spoken)

    def _add_unit(self, feature: Feature, unit: Unit, values: Floats) -> None:
        assert feature.plausible is not None  # only numbers have units
        tally = self.units.setdefault(name_of(unit), Tally())
        ours = _within(values, feature.plausible)
        theirs = _within(unit.canonical(values), feature.plausible)
        tally.ours += int((ours & ~theirs).sum())
        tally.theirs += int((theirs & ~ours).sum())

    def merge(self, other: Guard) -> None:
        """Take in what another guard counted in other rows of the same file."""
        self.rows += other.rows
        for name, tally in other.units.items():
            mine = self.units.setdefault(name, Tally())
            mine.ours += tally.ours
            mine.theirs += tally.theirs
        self.codes.merge(other.codes)

    def require_meant(self) -> None:
        """Let a file pass whose values mean what they seem to mean.

        Raises
        ------
        FileRefused
            If the evidence is against it; with the conversion that would repair it, if one alone
            fits.
        """
        self._require_codes()
        for feature in self.schema.features:
            for unit in feature.other_units:
                self._require_unit(feature, unit, self.units.get(name_of(unit), Tally()))

    def _require_codes(self) -> None:
        fit = codings.fit(self.codes, self.schema, vocabulary.of(self.schema))
        asked = next((x for x in self.conversions.asked.values() if isinstance(x, Recoding)), None)
        if asked is not None:
            self._require_fits(asked, fit)
        elif not fit.is_ours:
            raise _other_codes(fit, self.codes.columns)

    def _require_fits(self, asked: Recoding, fit: Fit) -> None:
        """A coding somebody asked for must be one that fits, and none may fit clearly better."""
        if fit.is_ours and self.codes.counts:
            raise FileRefused(
                "not-recoded",
                f"{fit.ours:,} rows hold codes as this study has them, and {asked.label} do not "
                f"explain more. Do not convert this file from {asked.name}.",
            )
        better = fit.offered
        if better in (None, asked) or asked in [each.coding for each in fit.near]:
            return
        raise FileRefused(
            "not-recoded",
            f"Its codes do not fit {asked.label}: {better.label} fit, and they alone. Convert it "
            f"from {better.name}, not from {asked.name}.",
            conversion=better.name,
        )

    def _require_unit(self, feature: Feature, unit: Unit, tally: Tally) -> None:
        name = name_of(unit)
        if name in self.conversions.asked:
            if tally.ours > tally.theirs:
                raise FileRefused(
                    "not-other-unit",
                    f"{feature.label} ({feature.name}) does not look like {unit.name}: "
                    f"{tally.ours:,} values fit {feature.unit} only. Do not convert it.",
                    column=feature.name,
                )
        elif tally.theirs >= FEW and tally.theirs > tally.ours:
            raise FileRefused(
                "other-unit",
                f"{feature.label} ({feature.name}) looks like {unit.name}: {tally.theirs:,} values "
                f"fit that unit only, {tally.ours:,} fit {feature.unit} only. Convert it from "
                f"{name}, or give it in {feature.unit}.",
                column=feature.name,
                conversion=name,
            )


def _other_codes(fit: Fit, columns: tuple[str, ...]) -> FileRefused:
    """The codes are not the study's: which they are, or between which one cannot decide."""
    rows = max(each.rows for each in fit.candidates)
    listed = ", ".join(columns)
    seen = f"{rows:,} rows have codes that are not this study's all together ({listed})"
    if fit.offered is not None:
        coding = fit.offered
        return FileRefused(
            "other-codes",
            f"The file seems to hold {coding.label}: {seen}, and of all codings that are known "
            f"this one alone fits. Convert it from {coding.name}, or correct the codes.",
            conversion=coding.name,
        )
    if fit.near:
        alike = "; ".join(f"{each.coding.label} ({each.coding.name})" for each in fit.near)
        return FileRefused(
            "other-codes",
            f"The file holds other codes: {seen}. More than one coding fits, so none is offered: "
            f"{alike}. {codings.difference(fit)} Ask who made the file which it is.",
        )
    return FileRefused(
        "other-codes",
        f"The file holds other codes: {seen}. No coding that is known fits. Correct the codes.",
    )


def _within(values: Floats, interval: Interval) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        within: NDArray[np.bool_] = (values >= interval.low) & (values <= interval.high)
    return within
