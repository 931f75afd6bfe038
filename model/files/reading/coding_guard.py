"""Whether a file means what its values seem to mean: its units and its codes.

No row can tell: codes of another copy are all plausible here, and 21 of 100 patients would change
class. So the guard counts over the whole file and names its evidence; see `understanding.codings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model.errors import FileRefused
from model.files.reading import other_codes, other_units
from model.files.reading.conversion import Conversions, name_of
from model.files.reading.other_units import Tally
from model.files.understanding import codings, vocabulary
from model.files.understanding.code_table import CodeTable
from model.files.understanding.codings import Fit
from model.intake import cells
from model.intake.cells import Cells, Column, How
from model.intake.issue import Finding, Severity
from model.numerics.arrays import Floats
from model.schema import Feature, Interval, Recoding, Schema, Unit


@dataclass
class Guard:
    """Counts the evidence in a file before anything is converted."""

    schema: Schema
    conversions: Conversions
    rows: int = 0
    units: dict[str, Tally] = field(default_factory=dict)
    codes: CodeTable = field(init=False)
    heard: dict[str, set[str]] = field(default_factory=dict)
    """Of each input the words of two meanings that stand there, and those that tell which."""

    _fitted: tuple[int, Fit | None] = (0, None)

    def __post_init__(self) -> None:
        self.codes = CodeTable.of(self.schema, vocabulary.of(self.schema).codings)

    def add(
        self, read: Mapping[str, Cells], count: int, written: Mapping[str, Column] = {}
    ) -> None:
        """Take in some rows: the cells as they were read, and as they were written."""
        for name, column in written.items():
            if listened := self._listened.get(name):
                self.heard.setdefault(name, set()).update(listened & cells.texts(column))
        self.rows += count
        numbers = {
            name: np.where(cells.how == How.WORDS, np.nan, cells.values)
            if cells.how.any()
            else cells.values
            for name, cells in read.items()
        }
        for name, values in numbers.items():
            for unit in vocabulary.of(self.schema).units_of(self.schema[name]):
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
        canonical = unit.canonical(values)
        theirs = _within(canonical, feature.plausible)
        middle = vocabulary.of(self.schema).of(feature.name).middle or feature.plausible
        tally.ours += int((ours & ~theirs).sum())
        tally.theirs += int((theirs & ~ours).sum())
        tally.odd += int((theirs & ~ours & ~_within(canonical, middle)).sum())

    def merge(self, other: Guard, *, follows: bool = False) -> None:
        """Take in what another guard counted in other rows of the same file.

        follows : those rows stand directly below the ones counted so far.
        """
        self.rows += other.rows
        for name, tally in other.units.items():
            self.units.setdefault(name, Tally()).merge(tally)
        self.codes.merge(other.codes, follows=follows)
        for name, words in other.heard.items():
            self.heard.setdefault(name, set()).update(words)

    @cached_property
    def _listened(self) -> dict[str, frozenset[str]]:
        known = vocabulary.of(self.schema)
        return {
            name: frozenset(word for x in each for word in (x.word, *x.beside, *x.unless))
            for name in self.schema.names
            if (each := known.of(name).two_meanings)
        }

    def require_meant(self) -> None:
        """Let a file pass whose values mean what they seem to mean.

        Raises
        ------
        FileRefused
            With the conversion that would repair it, if one alone fits.
        """
        for name, heard in self.heard.items():
            self._require_one_meaning(self.schema[name], heard)
        self._require_codes()
        for feature in self.schema.features:
            self._require_unit(feature)

    def _require_one_meaning(self, feature: Feature, heard: set[str]) -> None:
        for pair in vocabulary.of(self.schema).of(feature.name).two_meanings:
            if pair.is_met(heard) and not self.conversions.has_said(feature.name, pair.word):
                beside = next(word for word in pair.beside if word in heard)
                answers = " or ".join(feature.in_words(level) for level in feature.levels)
                raise FileRefused(
                    "two-meanings",
                    f"{feature.label} ({feature.name}) holds “{pair.word}” beside “{beside}”, "
                    f"where “{pair.word}” can mean {answers}. Say in a mapping what it means, or "
                    "write the answers out.",
                    column=feature.name,
                )

    @property
    def _fit(self) -> Fit:
        """What the codes counted so far say; worked out once for as many rows."""
        rows, fit = self._fitted
        if fit is None or rows != self.rows:
            fit = codings.fit(self.codes, self.schema, vocabulary.of(self.schema))
            self._fitted = self.rows, fit
        return fit

    @property
    def _asked(self) -> Recoding | None:
        return next((x for x in self.conversions.asked.values() if isinstance(x, Recoding)), None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is doubted of a file that may pass."""
        fit = self._fit
        if fit.doubted is None or self._asked is not None:
            return ()
        what = (
            f"Its codes ({', '.join(self.codes.columns)}) are read as this study's, and then mean "
            f"answers that are seldom met together. They would fit {fit.doubted.label} as "
            f"well. Ask who made the file; if they are, convert it from {fit.doubted.name}."
        )
        return (Finding(Severity.FLAGGED, "codes-doubted", what),)

    def _require_codes(self) -> None:
        fit = self._fit
        if fit.mixed is not None:
            raise FileRefused("other-codes", f"{fit.mixed}")
        if self._asked is not None:
            self._require_fits(self._asked, fit)
        elif not fit.is_ours:
            raise other_codes.refusal(fit, self.codes.columns, self.schema)

    def _require_fits(self, asked: Recoding, fit: Fit) -> None:
        """A coding somebody asked for must be one that fits, and none may fit clearly better."""
        if fit.is_ours and self.codes.counts and asked != fit.doubted:
            raise FileRefused(
                "not-recoded",
                f"{fit.ours:,} rows hold codes as this study has them, and {asked.label} do not "
                f"explain more. Do not convert this file from {asked.name}.",
            )
        better = fit.offered
        if better in (None, asked) or asked in [candidate.coding for candidate in fit.near]:
            return
        raise FileRefused(
            "not-recoded",
            f"Its codes do not fit {asked.label}: {better.label} fit, and they alone. Convert it "
            f"from {better.name}, not from {asked.name}.",
            conversion=better.name,
        )

    def _require_unit(self, feature: Feature) -> None:
        """The numbers of an input are in its own unit, or in the one that was asked for."""
        units = vocabulary.of(self.schema).units_of(feature)
        tallies = {unit: self.units.get(name_of(unit), Tally()) for unit in units}
        asked = [unit for unit in units if name_of(unit) in self.conversions.asked]
        if asked:
            _require_fits_unit(feature, asked[0], tallies[asked[0]])
            return
        likely = {unit: tally for unit, tally in tallies.items() if tally.is_likely}
        if likely:
            raise other_units.refusal(feature, likely)


def _require_fits_unit(feature: Feature, unit: Unit, tally: Tally) -> None:
    if tally.ours <= tally.theirs and not tally.is_odd:
        return
    fit = f"{tally.ours:,} values fit {feature.unit} only"
    if tally.ours <= tally.theirs:
        fit = f"{tally.odd:,} values would be unusual"
    raise FileRefused(
        "not-other-unit",
        f"{feature.label} ({feature.name}) does not look like {unit.name}: {fit}. Do not convert "
        "it.",
        column=feature.name,
    )


def _within(values: Floats, interval: Interval) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        within: NDArray[np.bool_] = (values >= interval.low) & (values <= interval.high)
    return within
