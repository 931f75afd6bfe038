"""Headers that say which answer their numbers mean: ``female``, ``is_male``, ``sex (1=F, 2=M)``.

Below `female` a 1 is a woman, whatever 1 means in the study. A header that says it in two ways, or
not in full, says nothing; such a column is only read if its owner says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from model.files.understanding.header_words import words
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Feature

LEGEND = re.compile(r"(?<!\d)(\d)\s*[=:]\s*([^\W\d_]+)|([^\W\d_]+)\s*[=:]\s*(\d)(?!\d)")
NOTHING: Mapping[float, float] = {}


def is_asked(header: str, feature: Feature, known: Vocabulary) -> bool:
    """Whether a header has a word or a legend that makes it a question for one answer."""
    return bool(_codes(header, feature, known) or numbers_asked(header, feature, known))


def is_answer(word: str, feature: Feature, known: Vocabulary) -> bool:
    """Whether a word of a header is one of the answers."""
    return bool(_codes(word, feature, known)) or _code(word, feature, known) is not None


def numbers_asked(header: str, feature: Feature, known: Vocabulary) -> Mapping[float, float]:
    """Of each number below such a header the code it means; empty where that cannot be told."""
    if len(feature.levels) != 2 or not known.of(feature.name).asks:
        return NOTHING
    other = dict(zip(feature.levels, reversed(feature.levels), strict=True))
    said: dict[float, float] = {}
    for number, word, word_first, number_after in LEGEND.findall(header):
        code = _code(word or word_first, feature, known)
        if code is None or said.setdefault(float(number or number_after), code) != code:
            return NOTHING
    if len(said) == 1:
        ((number, code),) = said.items()
        return {number: code, 1 - number: other[code]} if number in (0, 1) else NOTHING
    if said:
        return said if len({*said.values()}) == len(said) == 2 else NOTHING
    codes = _codes(header, feature, known)
    if len(codes) != 1 or any(letter.isdigit() for letter in header):
        return NOTHING
    (code,) = codes
    return {1.0: code, 0.0: other[code]}


def _codes(header: str, feature: Feature, known: Vocabulary) -> frozenset[float]:
    said = {*words(header, known)}
    return frozenset(
        code
        for code, asking in known.of(feature.name).asks.items()
        for word in asking
        if said & {*words(word, known)}
    )


def _code(word: str, feature: Feature, known: Vocabulary) -> float | None:
    """The code that one word of a legend means."""
    folded = word.casefold()
    for code in feature.codes:
        elsewhere = known.of(feature.name).words.get(code.value, ())
        if folded in (code.label.casefold(), *code.aliases, *elsewhere):
            return code.value
    return None
