"""One column of a file, and how it is proposed to be read as an input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from model.files.understanding import marks, words
from model.files.understanding.mapping import ColumnMapping
from model.files.understanding.names import Confidence
from model.files.understanding.vocabulary import Vocabulary
from model.files.understanding.words import Meaning
from model.intake import cells
from model.intake.cells import MISSING_MARKS
from model.schema import Feature, Unit

FEW_VALUES = 3
"""Values from which on a unit is told by the column, and not by the row."""
MOST_WORDS = 60
"""Distinct texts; a column with more holds notes or names, and no answers."""
LISTED_WORDS = 12
"""Words without a meaning that a mapping may name; of more, none: they may be names of people."""
MISFIT = 0.5
"""A column of which less than this share can be read is no input, whatever it is called."""
SUGAR_RANGE = (40.0, 700.0)
"""Numbers in mg/dL that cannot be an answer of yes or no."""


@dataclass(frozen=True)
class Content:
    """What stands in a column: how often each number, and each text that is none."""

    texts: tuple[str, ...]
    numbers: Mapping[float, int]
    words: Mapping[str, int]
    blank: int

    @classmethod
    def of(cls, texts: Sequence[str], feature: Feature) -> Content:
        """The content of a column, read as this input's words and numbers."""
        counts = Counter(map(str.strip, texts))
        distinct = [*counts]
        read = cells.read(pa.array(distinct, pa.string()), feature)
        numbers, others, blank = Counter[float](), Counter[str](), 0
        for text, value, how in zip(distinct, read.values, read.how, strict=True):
            if how in (cells.How.UNREADABLE, cells.How.WORDS):
                others[text] += counts[text]
            elif np.isnan(value):
                blank += counts[text]
            else:
                numbers[float(value)] += counts[text]
        return cls(tuple(texts), numbers, others, blank)

    @property
    def filled(self) -> int:
        return len(self.texts) - self.blank


@dataclass(frozen=True)
class ColumnProposal:
    """How one column is proposed to be read.

    meanings : what its words seem to mean, None where nobody could say. marks : texts that stand
    for "not measured". unit : what its numbers are in, if not in the canonical one.
    """

    at: int
    column: str
    feature: Feature
    confidence: Confidence
    content: Content
    meanings: Mapping[str, Meaning | None]
    marks: tuple[str, ...]
    unit: Unit | None
    above: float | None

    @cached_property
    def mapping(self) -> ColumnMapping:
        """As it would be agreed to."""
        plain = words.said_plainly(self.feature)
        known = [
            (text, meaning.code)
            for text, meaning in self.meanings.items()
            if meaning is not None and text.casefold() not in plain
        ]
        unclear = tuple(text for text, meaning in self.meanings.items() if meaning is None)
        return ColumnMapping(
            self.column,
            self.feature.name,
            (*known, *((mark, None) for mark in self.marks)),
            self.unit.name if self.unit else "",
            self.above,
            unclear if len(unclear) <= LISTED_WORDS else (),
        )

    @property
    def samples(self) -> tuple[str, ...]:
        """Some of what stands there, the commonest first; for its owner's own screen."""
        told = Counter({f"{number:g}": rows for number, rows in self.content.numbers.items()})
        told.update(self.content.words)
        return tuple(text for text, _ in told.most_common(4))

    @property
    def unread(self) -> int:
        """Cells that nobody could read as this input."""
        return sum(self.content.words[text] for text, said in self.meanings.items() if said is None)


def propose(
    at: int,
    column: str,
    feature: Feature,
    confidence: Confidence,
    texts: Sequence[str],
    known: Vocabulary,
) -> ColumnProposal:
    """How a column that seems to be an input is to be read, judged by what stands in it."""
    content = Content.of(texts, feature)
    codes = _codes(feature, known)
    numbers = marks.in_numbers(content.numbers, feature, known, codes)
    texts_for_none = [text for text in content.words if marks.is_mark(text)]
    meant = _meanings(content, feature, known)
    for text in texts_for_none:
        if meant.get(text) is None:
            meant.pop(text, None)
    missing = [text for text in texts_for_none if text not in meant]
    unit = _unit(content, feature)
    above = _above(content, feature, known)
    misfit = confidence < Confidence.CHOSEN
    if misfit and _share_read(content, feature, codes, unit, above, meant, {*numbers}) < MISFIT:
        confidence = min(confidence, Confidence.UNSURE)
    optional = not feature.required
    return ColumnProposal(
        at,
        column,
        feature,
        confidence,
        content,
        meant,
        (*missing, *(f"{number:g}" for number in numbers)) if optional else (),
        unit,
        above,
    )


def _codes(feature: Feature, known: Vocabulary) -> frozenset[float]:
    """Every code that is an answer in some coding."""
    theirs = (
        code
        for coding in known.codings
        for name, pairs in coding.codes
        if name == feature.name
        for code, _ in pairs
    )
    return frozenset((*feature.levels, *theirs))


def _meanings(content: Content, feature: Feature, known: Vocabulary) -> dict[str, Meaning | None]:
    texts = [text for text in content.words if text.casefold() not in MISSING_MARKS]
    if not feature.is_coded or len(texts) > MOST_WORDS:
        return dict.fromkeys(texts)
    return words.meanings(texts, feature, known)


def _unit(content: Content, feature: Feature) -> Unit | None:
    """The other unit that more values fit, and only they."""
    if feature.plausible is None:
        return None
    for unit in feature.other_units:
        ours = theirs = 0
        for number, rows in content.numbers.items():
            here = number in feature.plausible
            there = float(unit.canonical(np.array([number]))[0]) in feature.plausible
            ours += rows * (here and not there)
            theirs += rows * (there and not here)
        if theirs > ours and (theirs >= FEW_VALUES or theirs == content.filled):
            return unit
    return None


def _above(content: Content, feature: Feature, known: Vocabulary) -> float | None:
    """The limit above which a measured value means yes, where a column holds the value itself."""
    limit = known.of(feature.name).above
    if limit is None or not content.numbers:
        return None
    low, high = SUGAR_RANGE
    measured = sum(rows for number, rows in content.numbers.items() if low <= number <= high)
    return limit if measured >= 0.9 * sum(content.numbers.values()) else None


def _share_read(
    content: Content,
    feature: Feature,
    codes: frozenset[float],
    unit: Unit | None,
    above: float | None,
    meant: Mapping[str, Meaning | None],
    missing: set[float],
) -> float:
    """The share of filled cells that make sense as this input, in some coding or unit."""
    filled = content.filled
    if not filled:
        return 1.0
    read = sum(
        rows for text, rows in content.words.items() if meant.get(text) or marks.is_mark(text)
    )
    for number, rows in content.numbers.items():
        canonical = unit.factor * number if unit else number
        fits = canonical in feature.plausible if feature.plausible is not None else number in codes
        if fits or number in missing or above is not None:
            read += rows
    return read / filled
