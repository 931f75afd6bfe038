"""Which column of a file seems to be which input, judged by its header alone.

A header is compared with all the names an input is known by: letter by letter without spaces and
accents; then word by word, abbreviations written out and units left out; then by likeness, for
what is misspelt. Each comparison looks things up, so a header of 20,000 columns costs no wait;
likeness, which costs more, is looked for in a bounded number of columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from model.files.understanding import known_names, questions
from model.files.understanding.header_words import skeleton
from model.files.understanding.known_names import LIKELY_SCORE, SURE_SCORE, KnownNames
from model.schema import Schema

COMPARED_COLUMNS = 500
"""Columns in which misspelt names are looked for; of the others only known names are told."""


class Confidence(IntEnum):
    """How sure a proposal is. What is unsure is only done if somebody says so."""

    UNSURE = 1
    LIKELY = 2
    SURE = 3
    CHOSEN = 4  # by the file's owner


@dataclass(frozen=True)
class NameMatch:
    """A column, from 0, and the input its header seems to mean."""

    at: int
    feature: str
    score: float

    @property
    def confidence(self) -> Confidence:
        if self.score >= SURE_SCORE:
            return Confidence.SURE
        return Confidence.LIKELY if self.score >= LIKELY_SCORE else Confidence.UNSURE


def plain_name(written: str) -> str:
    """A header without the spaces around it and without capitals."""
    return written.replace("\ufeff", "").strip().casefold()


@dataclass(frozen=True)
class Matches:
    """Columns with the input each seems to be; `rivals` seem to be an input found elsewhere."""

    found: tuple[NameMatch, ...]
    rivals: tuple[NameMatch, ...] = ()


def match(names: Sequence[str], schema: Schema) -> Matches:
    """The likeliest input of each column, each input once, in the order of the columns.

    An exact name of the study's goes before everything else. A column is no candidate if it is
    known to hold what became of the patients.
    """
    known = known_names.of(schema)
    exact = {name: at for at, name in reversed([*enumerate(map(plain_name, names))])}
    settled = [NameMatch(exact[n], n, 1.0) for n in schema.names if n in exact]
    taken = {match.at for match in settled}
    done = {match.feature for match in settled}
    rivals = []
    for match in sorted(
        _candidates(names, known, taken), key=lambda match: (-match.score, match.at)
    ):
        if match.at in taken:
            continue
        if match.feature not in done:
            settled.append(match)
            taken.add(match.at)
            done.add(match.feature)
        elif match.confidence >= Confidence.LIKELY:
            rivals.append(match)
    named = tuple(match for match in rivals if match.at not in taken)
    return Matches(tuple(sorted(settled, key=lambda match: match.at)), named)


def known(names: Sequence[str], schema: Schema) -> int:
    """How many of these headers are a name that an input is known by, letter by letter."""
    index = known_names.of(schema)
    return sum(skeleton(name) in index.skeletons for name in names)


def feature_named(name: str, schema: Schema) -> str | None:
    """The input that is known by a name, letter by letter."""
    return known_names.of(schema).skeletons.get(skeleton(name))


def _candidates(names: Sequence[str], known: KnownNames, taken: set[int]) -> Iterator[NameMatch]:
    budget = COMPARED_COLUMNS
    for at, name in enumerate(names):
        plain = "" if at in taken else skeleton(name)
        if not plain or plain in known.outcomes:
            continue
        if plain in known.skeletons:
            feature_name = known.skeletons[plain]
            yield NameMatch(at, feature_name, known.exactly(name, feature_name))
        elif budget:
            budget -= 1
            for feature in known.schema.features:
                if questions.is_asked(name, feature, known.vocabulary):
                    yield NameMatch(at, feature.name, known.asked(name, feature))
            yield from (NameMatch(at, each, score) for each, score in known.compared(name))
