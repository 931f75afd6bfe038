"""Columns that hold one input between them: one for each answer, or one for each measurement.

``cp_1`` to ``cp_4`` are four questions for yes or no; the first of them, read as the kind of chest
pain, would be a code for every patient, and a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from model.files.understanding import vocabulary, words
from model.files.understanding.header_words import LONGEST_NAME, spread
from model.files.understanding.names import Matches, feature_named, plain_name
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Feature, Schema

BETWEEN = re.compile(r"[\W_]+")
NUMBERED = re.compile(r"(.*?[^\W\d_])(\d+)")
Split = tuple[tuple[str, ...], str]
"""The words of a header before its last, and what follows them: an answer or a number."""


def apart(names: Sequence[str], matches: Matches, schema: Schema) -> dict[str, tuple[int, ...]]:
    """Of each input that several columns seem to hold between them, these columns, from 0."""
    known = vocabulary.of(schema)
    found = {}
    for match in matches.found:
        feature = schema[match.feature]
        mine = split(names[match.at], feature, known)
        if mine is None or plain_name(names[match.at]) == feature.name:
            continue
        begin = mine[0][0][:1]
        others = {
            at: other[1]
            for at, name in enumerate(names)
            if spread(name).strip().casefold()[:1] == begin
            and (other := split(name, feature, known)) is not None
            and other[0] == mine[0]
        }
        if len({*others.values()}) > 1:
            found[match.feature] = tuple(others)
    return found | _numbered(names, {match.feature for match in matches.found}, schema)


def _numbered(
    names: Sequence[str], found: Collection[str], schema: Schema
) -> dict[str, tuple[int, ...]]:
    """Known names with numbers behind them, ``ca0`` and ``ca1``, of inputs not found otherwise."""
    columns: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        numbered = NUMBERED.fullmatch(plain_name(name)[:LONGEST_NAME])
        feature = feature_named(numbered[1], schema) if numbered else None
        if feature is not None and feature not in found:
            columns.setdefault(feature, []).append(at)
    return {feature: tuple(places) for feature, places in columns.items() if len(places) > 1}


def is_one_answer(
    name: str, feature: Feature, known: Vocabulary, numbers: Collection[float]
) -> bool:
    """Whether a column seems to say yes or no to one answer only, and not to yes itself."""
    parts = split(name, feature, known)
    if parts is None or not feature.is_coded or not {*numbers} <= {0.0, 1.0}:
        return False
    if len(feature.levels) > 2:
        return True
    code = words.answers(feature, known).get(words.bare(parts[1]))
    return parts[1] == "0" or code == min(feature.levels)


def split(name: str, feature: Feature, known: Vocabulary) -> Split | None:
    """A header in two, if it ends in one of the answers of an input or in a number."""
    plain = spread(name).strip().casefold()
    parts = [part for part in BETWEEN.split(plain) if part]
    answers: Mapping[str, float] = words.answers(feature, known)
    for at in range(1, len(parts)):
        last = parts[at:]
        if all(part.isdigit() for part in last) or words.bare(" ".join(last)) in answers:
            return tuple(parts[:at]), " ".join(last)
    numbered = NUMBERED.fullmatch(plain)
    return ((numbered[1],), numbered[2]) if numbered else None
