"""What in a header makes it another quantity than the input its other words name.

``min heart rate``, ``CA 19-9`` and ``mother's age`` hold the whole name of an input, and are not
it. A header is only taken for an input without being asked if nothing in it is left over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from model.files.understanding import header_units, questions
from model.files.understanding.header_words import LONGEST_NAME
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Feature

NUMBER = re.compile(r"\d+")
ION = re.compile(r"\+")


def qualified(
    header: str,
    near: Mapping[str, Collection[str]],
    feature: Feature,
    own: Collection[Collection[str]],
    known: Vocabulary,
) -> bool:
    """Whether a header says more than an input is known by.

    near : of each word of the header the known words that it is, or is a misspelling of.
    own : the words of each of this input's names, and the numbers in them.
    """
    said = {word for known_words in near.values() for word in known_words}
    for word in said & known.of(feature.name).doubtful:
        if not any(word in name and {*name} <= said for name in own):
            return True
    names = {word for name in own for word in name}
    left_over = {
        word
        for word, known_words in near.items()
        if not {*known_words} & names and not questions.is_answer(word, feature, known)
    }
    return bool(left_over) or is_other_code(header, feature, own, known)


def is_other_code(
    header: str, feature: Feature, own: Collection[Collection[str]], known: Vocabulary
) -> bool:
    """Whether a header of an input of few answers has a number that is none of their codes, or a
    unit: ``CA 125`` is a tumour marker, ``Ca++ (mmol/L)`` is calcium.
    """
    begin = header[:LONGEST_NAME]
    if not feature.is_coded or known.of(feature.name).measured:
        return False
    codes = {f"{code:g}" for code in feature.levels}
    codes |= {
        f"{code:g}"
        for coding in known.codings
        for name, pairs in coding.codes
        if name == feature.name
        for code, _ in pairs
    }
    numbers = {*NUMBER.findall(begin)} - codes - {word for name in own for word in name}
    return bool(numbers or ION.search(begin) or header_units.named(begin))
