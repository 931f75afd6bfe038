"""Whether a file means what its values seem to mean: its units, its codes, and its origin.

No row can tell: Kaggle's codes are all plausible here, and 21 of 100 patients would change class.
So the guard counts over the whole file, names its evidence, and leaves the conversion to the
reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.errors import FileRefused
from model.files.reading.conversion import Conversions, name_of
from model.intake.cells import Cells, How
from model.schema import BadCopy, Feature, Interval, Recoding, Schema, Unit

Floats = NDArray[np.float64]

FEW = 3  # values from which on a unit is told by the file, not by the row


@dataclass
class Tally:
    """Rows or values that fit only what the study expects, and only the other thing."""

    ours: int = 0
    theirs: int = 0


@dataclass
class Guard:
    """Counts the evidence in a file, chunk by chunk, before anything is converted."""

    schema: Schema
    conversions: Conversions
    rows: int = 0
    units: dict[str, Tally] = field(default_factory=dict)
    codes: dict[str, Tally] = field(default_factory=dict)
    sums: dict[str, float] = field(default_factory=dict)
    blanks: dict[str, int] = field(default_factory=dict)

    def add(self, read: Mapping[str, Cells], values: Floats) -> None:
        """Take in some rows: the cells as they were read, and (n, features) what they mean."""
        count = len(values)
        self.rows += count
        for feature, column in zip(self.schema.features, values.T, strict=True):
            blank = int(np.isnan(column).sum())
            self.blanks[feature.name] = self.blanks.get(feature.name, 0) + blank
        numbers = {
            name: np.where(cells.how == How.WORDS, np.nan, cells.values)
            if cells.how.any()
            else cells.values
            for name, cells in read.items()
        }
        for name, values in numbers.items():
            total = float(values.sum())  # the same as without blanks, if there are none
            self.sums[name] = self.sums.get(name, 0.0) + (
                float(np.nansum(values)) if np.isnan(total) else total
            )
            for unit in self.schema[name].other_units:
                self._add_unit(self.schema[name], unit, values)
        for recoding in self.schema.recodings:
            self._add_codes(recoding, numbers, count)

    def _add_unit(self, feature: Feature, unit: Unit, values: Floats) -> None:
        assert feature.plausible is not None  # only numbers have units
        tally = self.units.setdefault(name_of(unit), Tally())
        ours = _within(values, feature.plausible)
        theirs = _within(unit.canonical(values), feature.plausible)
        tally.ours += int((ours & ~theirs).sum())
        tally.theirs += int((theirs & ~ours).sum())

    def _add_codes(self, recoding: Recoding, numbers: Mapping[str, Floats], count: int) -> None:
        ours, theirs = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        for name, pairs in recoding.codes:
            if name in numbers:
                here, there = set(self.schema[name].levels), {code for code, _ in pairs}
                ours |= np.isin(numbers[name], list(here - there))
                theirs |= np.isin(numbers[name], list(there - here))
        tally = self.codes.setdefault(recoding.name, Tally())
        tally.ours += int((ours & ~theirs).sum())
        tally.theirs += int((theirs & ~ours).sum())

    def merge(self, other: Guard) -> None:
        """Take in what another guard counted in other rows of the same file."""
        self.rows += other.rows
        for name, tally in (*other.units.items(), *other.codes.items()):
            mine = (self.units if name in other.units else self.codes).setdefault(name, Tally())
            mine.ours += tally.ours
            mine.theirs += tally.theirs
        for name, total in other.sums.items():
            self.sums[name] = self.sums.get(name, 0.0) + total
        for name, count in other.blanks.items():
            self.blanks[name] = self.blanks.get(name, 0) + count

    def require_meant(self, *, whole: bool) -> None:
        """Let a file pass whose values mean what they seem to mean.

        whole : whether all its rows were counted; only then can a known copy be told.

        Raises
        ------
        FileRefused
            If the evidence is against it; with the conversion that would repair it, if any.
        """
        # What codes say goes before what blanks say: other codes have one for "missing".
        copies = self.schema.bad_copies if whole else ()
        self._require_none_of([copy for copy in copies if not copy.blanks])
        for recoding in self.schema.recodings:
            self._require_codes(recoding, self.codes.get(recoding.name, Tally()))
        for feature in self.schema.features:
            for unit in feature.other_units:
                self._require_unit(feature, unit, self.units.get(name_of(unit), Tally()))
        self._require_none_of([copy for copy in copies if copy.blanks])

    def _require_none_of(self, copies: Sequence[BadCopy]) -> None:
        for copy in copies:
            same = self.rows == copy.rows and all(
                self.sums.get(name) == total for name, total in copy.sums
            )
            if same and all(self.blanks.get(name) == count for name, count in copy.blanks):
                if copy.recoded in self.conversions.asked:
                    continue
                remedy = (
                    f"Convert it from {copy.recoded}"
                    if copy.recoded
                    else "Use the original files instead"
                )
                raise FileRefused(
                    "bad-copy",
                    f"This is {copy.reason}. {remedy}.",
                    conversion=copy.recoded or None,
                )

    def _require_codes(self, recoding: Recoding, tally: Tally) -> None:
        columns = ", ".join(name for name, _ in recoding.codes)
        if recoding.name in self.conversions.asked:
            if tally.ours > tally.theirs:
                raise FileRefused(
                    "not-recoded",
                    f"{tally.ours:,} rows hold codes that {recoding.label} do not have. Do not "
                    f"convert this file from {recoding.name}.",
                )
        elif tally.theirs > tally.ours:
            raise FileRefused(
                "other-codes",
                f"The file seems to hold {recoding.label} ({columns}): {tally.theirs:,} rows have "
                f"codes that only they have, {tally.ours:,} such as this study has. Convert it "
                f"from {recoding.name}, or correct the codes.",
                conversion=recoding.name,
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


def _within(values: Floats, interval: Interval) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        within: NDArray[np.bool_] = (values >= interval.low) & (values <= interval.high)
    return within
