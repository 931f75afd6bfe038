"""What may be done to a file if its owner says so: words, marks, another unit, another coding."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from model.errors import InputError
from model.files.understanding import vocabulary
from model.files.understanding.mapping import ColumnMapping, FileMapping
from model.files.understanding.vocabulary import Vocabulary
from model.intake import cells
from model.intake.cells import Cells, Column, How
from model.intake.issue import Finding, Severity
from model.schema import Feature, Recoding, Schema, Unit

Other = Recoding | tuple[Feature, Unit]


def offered(schema: Schema) -> dict[str, Other]:
    """The conversions a study knows, by the word that asks for them: ``mmol``, ``kaggle``."""
    known = vocabulary.of(schema)
    units = {
        name_of(unit): (feature, unit)
        for feature in schema.features
        for unit in known.units_of(feature)
    }
    return {**units, **{coding.name: coding for coding in known.codings}}


def name_of(unit: Unit) -> str:
    """The word that asks for a conversion from a unit: ``mmol`` from mmol/L, ``g/l`` from g/L."""
    name = unit.name.casefold()
    first: str = re.split(r"[^a-z0-9]", name)[0]
    return first if len(first) > 1 else name


@dataclass(frozen=True)
class Conversions:
    """Those that were asked for, by name or with a mapping of the file's columns."""

    asked: Mapping[str, Other]
    mapping: FileMapping | None = None
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    @classmethod
    def of(
        cls, schema: Schema, names: Collection[str], mapping: FileMapping | None = None
    ) -> Conversions:
        """Those of these names, and those a mapping has.

        Raises
        ------
        InputError
            If the study knows no such conversion, or two codings are asked for.
        """
        known = offered(schema)
        asked = {name: known.get(name) for name in (*names, *_mapped(schema, mapping))}
        for name, other in asked.items():
            if other is None:
                listed = ", ".join(known) or "none"
                raise InputError(f"There is no conversion {name!r}. This study knows: {listed}.")
        codings = [name for name, other in asked.items() if isinstance(other, Recoding)]
        if len(codings) > 1:
            raise InputError(
                f"A file has one coding, and {' and '.join(codings)} were asked for. Name one."
            )
        return cls({name: known[name] for name in asked}, mapping, vocabulary.of(schema))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is done, to be said with the result."""
        done = [*map(_done, self.asked.values())]
        if self.mapping is not None:
            done += _mapped_in_words(self.mapping)
        return tuple(Finding(Severity.NORMALISED, "converted", what) for what in done)

    def read(self, column: Column, feature: Feature) -> Cells:
        """A column's cells: words and marks as agreed, before any conversion of numbers."""
        agreed = self._agreed.get(feature.name)
        if agreed is None:
            return cells.read(column, feature)
        read = cells.read(column, feature, agreed.words)
        if agreed.above is not None:
            known = (read.how != How.WORDS) & ~np.isnan(read.values)
            span = self.vocabulary.of(feature.name).measured
            measured = np.ones(len(known), dtype=bool)
            if span is not None:
                with np.errstate(invalid="ignore"):
                    measured = (span.low <= read.values) & (read.values <= span.high)
            answers = np.where(read.values > agreed.above, 1.0, 0.0)
            read = replace(read, values=np.where(known, answers, read.values))
            read = read.unread(known & ~measured)
        return read

    def has_said(self, name: str, word: str) -> bool:
        """Whether it was agreed what a word of an input means, or that it is left unread."""
        return name in self._agreed and word in self._agreed[name].words

    def apply(self, name: str, cells: Cells) -> Cells:
        """The numbers of one input in canonical units and codes; words need no conversion."""
        for other in self.asked.values():
            if isinstance(other, Recoding):
                cells = _recoded(cells, dict(other.codes).get(name))
            elif other[0].name == name:
                cells = replace(cells, values=other[1].canonical(cells.values))
        return cells

    @cached_property
    def _agreed(self) -> dict[str, _Agreed]:
        columns = self.mapping.columns if self.mapping else ()
        return {
            column.feature: _Agreed.of(column)
            for column in columns
            if column.words or column.unclear or column.above is not None
        }


@dataclass(frozen=True)
class _Agreed:
    """What was agreed to of one column, made to be looked up.

    words : texts without capitals, NaN for "not measured", infinity for those left unclear.
    """

    words: Mapping[str, float]
    above: float | None

    @classmethod
    def of(cls, column: ColumnMapping) -> _Agreed:
        words = {text.strip().casefold(): np.inf for text in column.unclear}
        words |= {
            text.strip().casefold(): np.nan if code is None else code for text, code in column.words
        }
        return cls(words, column.above)


def _mapped(schema: Schema, mapping: FileMapping | None) -> Iterator[str]:
    if mapping is None:
        return
    if mapping.coding:
        yield mapping.coding
    known = vocabulary.of(schema)
    for column in mapping.columns:
        unit = column.other_unit(known.units_of(schema[column.feature]))
        if unit is not None:
            yield name_of(unit)


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


def _mapped_in_words(mapping: FileMapping) -> Iterator[str]:
    """What a mapping does beside its conversions; names of inputs, and no word of the file's."""
    spoken = [
        column.feature for column in mapping.columns if any(c is not None for _, c in column.words)
    ]
    marked = [
        column.feature for column in mapping.columns if any(c is None for _, c in column.words)
    ]
    if spoken:
        yield f"Words read as agreed: {', '.join(spoken)}."
    if marked:
        yield f"Marks read as not measured, as agreed: {', '.join(marked)}."
    for column in mapping.columns:
        if column.above is not None:
            yield f"{column.feature} read as yes above {column.above:g}, as agreed."
