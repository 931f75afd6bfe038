"""One column of a file, and how it is proposed to be read as an input."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from model.files.understanding import (
    header_units,
    levels,
    likely_units,
    marks,
    questions,
    two_sided_marks,
    words,
)
from model.files.understanding.content import Content
from model.files.understanding.mapping import ColumnMapping
from model.files.understanding.names import Confidence
from model.files.understanding.vocabulary import Vocabulary
from model.files.understanding.words import Meaning
from model.intake.cells import MISSING_MARKS
from model.schema import Feature, Unit

MOST_WORDS = 60
"""Distinct texts; a column with more holds notes or names, and no answers."""
LISTED_WORDS = 12
"""Words without a meaning that a mapping may name; of more, none: they may be names of people."""
UNTELLING = re.compile(r"[^\d]{1,40}")
"""An unclear word that a mapping may hold: no number, no note; and more than one patient has it."""
MISFIT = 0.5
"""A column of which less than this share can be read is no input, whatever it is called."""
SUGAR_UNIT = "mg/dl"


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
    units: tuple[Unit, ...] = ()
    """The other units its numbers may be in; of several nobody could say which."""
    two_sided: tuple[str, ...] = ()
    """Marks that are an answer elsewhere: ``none`` is no value, or no pain."""

    @cached_property
    def mapping(self) -> ColumnMapping:
        """As it would be agreed to."""
        plain = words.said_plainly(self.feature)
        known = [
            (text, meaning.code)
            for text, meaning in self.meanings.items()
            if meaning is not None and text.casefold() not in plain
        ]
        unclear = tuple(
            text
            for text in self.unclear
            if text.casefold() in plain
            or (self.content.words[text] > 1 and UNTELLING.fullmatch(text.strip()))
        )
        return ColumnMapping(
            self.column,
            self.feature.name,
            (*known, *((mark, None) for mark in self.marks)),
            self.unit.name if self.unit else "",
            self.above,
            unclear,
        )

    @cached_property
    def unclear(self) -> tuple[str, ...]:
        """Words that nobody could read, if they are few: for its owner's own screen."""
        found = tuple(text for text, meaning in self.meanings.items() if meaning is None)
        return found if self.feature.is_coded and len(found) <= LISTED_WORDS else ()

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
    two_sided = two_sided_marks.among(content, feature, known)
    content = content.with_words(two_sided)
    codes, measures = _codes(feature, known), known.of(feature.name).measured or ()
    above = _above(content, feature, known)
    if above is not None:  # then no number that can be measured is a mark, though it is no code
        codes = frozenset(x for x in content.numbers if x in measures)
    numbers = marks.in_numbers(content.numbers, feature, known, codes)
    texts_for_none = [text for text in content.words if marks.is_mark(text)]
    meant = _meanings(content, feature, known)
    for text in texts_for_none:
        if meant.get(text) is None:
            meant.pop(text, None)
    asked = questions.numbers_asked(column, feature, known)
    if asked and content.numbers.keys() <= asked.keys():
        meant |= _asked(asked, content, feature)
    elif content.numbers and (asked or questions.is_asked(column, feature, known)):
        confidence = _doubted(confidence)
    if levels.is_one_answer(column, feature, known, content.numbers) and not asked:
        confidence = _doubted(confidence)
    missing = [text for text in texts_for_none if text not in meant]
    units = likely_units.of(content, feature, known)
    unit = units[0] if len(units) == 1 else None
    if feature.plausible is not None or above is not None:
        others = known.units_of(feature)
        said = (
            header_units.unit_of(column, feature, others) if above is None else _sugar_unit(column)
        )
        if isinstance(said, Unit) and content.numbers.keys() <= {*numbers}:
            unit = said  # nothing contradicts it
        elif said in units:
            unit = next(each for each in units if each == said)
        elif said is not None or (units and header_units.named(column)):
            confidence, unit, units = _doubted(confidence), None, ()  # values contradict the header
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
        units,
        tuple(two_sided) if optional else (),
    )


def _doubted(confidence: Confidence) -> Confidence:
    return confidence if confidence is Confidence.CHOSEN else Confidence.UNSURE


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
    texts = [
        text for text in content.words if feature.required or text.casefold() not in MISSING_MARKS
    ]
    if not feature.is_coded or len(texts) > MOST_WORDS:
        return dict.fromkeys(texts)
    meant = words.meanings(texts, feature, known)
    folded = {text: text.casefold() for text in texts}
    for pair in known.of(feature.name).two_meanings:
        if pair.is_met({*folded.values()}):
            meant |= {text: None for text in texts if folded[text] == pair.word}
    return meant


def _asked(
    asked: Mapping[float, float], content: Content, feature: Feature
) -> dict[str, Meaning | None]:
    """What numbers, yes and no mean below a header that asks for one answer."""
    said = {f"{number:g}": code for number, code in asked.items() if number in content.numbers}
    said = {text: code for text, code in said.items() if float(text) != code}
    if asked.keys() == {0, 1}:
        answers = {**dict.fromkeys(words.YES, asked[1]), **dict.fromkeys(words.NO, asked[0])}
        own = words.said_plainly(feature)
        said |= {
            text: answers[text.casefold()]
            for text in content.words
            if text.casefold() in answers and text.casefold() not in own
        }
    return {text: Meaning(code, Confidence.SURE) for text, code in said.items()}


def _sugar_unit(header: str) -> str | None:
    """The unit of sugar that a header names, if it is not the one its limit is in."""
    unit = header_units.named(header)
    return unit if unit not in (None, SUGAR_UNIT) else None


def _above(content: Content, feature: Feature, known: Vocabulary) -> float | None:
    """The limit above which a measured value means yes, where a column holds the value itself."""
    limit, measures = known.of(feature.name).above, known.of(feature.name).measured
    if limit is None or measures is None or not content.numbers:
        return None
    measured = sum(rows for number, rows in content.numbers.items() if number in measures)
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
        if fits or f"{number:g}" in meant or number in missing:
            read += rows
    return read / filled
