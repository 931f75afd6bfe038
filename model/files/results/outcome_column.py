"""What became of the patients of a scored file, where one of its columns says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from model.errors import InputError
from model.files.results.scored_file import ScoredFile
from model.files.understanding import marks, vocabulary, words
from model.intake.cells import MISSING_MARKS, NUMBER
from model.schema import Schema

MOST_VALUES = 10
UNKNOWN_CODES = frozenset({-9.0, -1.0, -8.0, -99.0, -999.0, 8.0, 9.0, 99.0, 999.0})
"""What questionnaires write for "unknown"."""

DOUBTFUL = frozenset(
    {
        "borderline",
        "censored",
        "doubtful",
        "equivocal",
        "indeterminate",
        "lost",
        "maybe",
        "other",
        "pending",
        "possible",
        "uncertain",
        "unclear",
        "unsure",
        "withdrawn",
        "lost to follow up",
        "not sure",
        "to be confirmed",
    }
)
"""Words that are the opposite of neither side."""


def values(file: ScoredFile, column: str) -> tuple[str, ...]:
    """The distinct values of a column of the caller's, sorted; blanks and the like are none.

    Raises
    ------
    InputError
        If there is none, or there are too many to be an outcome.
    """
    found = sorted({text for text in _texts(file, column).unique().to_pylist() if _known(text)})
    if not found:
        raise InputError(f"Column {column} is blank in every row. Name another one.")
    if len(found) > MOST_VALUES:
        raise InputError(
            f"Column {column} has more than {MOST_VALUES} values, so it is no outcome with two "
            "sides. Name another one."
        )
    return tuple(found)


def usual(found: Collection[str], schema: Schema) -> tuple[str, ...]:
    """Those of the values that mean that a patient had it, if that can be told; else none.

    Told by its opposite: a word that is known to mean that they did not, or the code 0. Never all
    values: with 1 and 2 nothing tells which is which. A code such as 9 or -9 beside 0 and 1 means
    that nobody knows. Of several words beside the opposite, each must be known to mean that they
    had it: "pending" beside "yes" and "no" is neither.
    """
    codes = {value: float(value) for value in found if NUMBER.fullmatch(value)}
    if len(codes) == len(found):
        return _by_codes(codes)
    absent = {words.bare(word) for word in (*vocabulary.of(schema).absent, *words.NO)}
    sides = [value for value in found if not marks.is_mark(value)]
    had_not = [value for value in sides if words.bare(value) in absent]
    rest = [value for value in sides if value not in had_not]
    present = {words.bare(word) for word in (*vocabulary.of(schema).present, *words.YES)}
    unknown_words = [value for value in rest if words.bare(value) not in present]
    opposite = len(rest) == 1 and words.bare(rest[0]) not in DOUBTFUL
    return tuple(rest) if had_not and (opposite or not unknown_words) else ()


def _by_codes(codes: Mapping[str, float]) -> tuple[str, ...]:
    """0 means no. Beside it stands one other code, or all from 1 on as in the study's own files."""
    numbers = sorted(code for code in codes.values() if code not in UNKNOWN_CODES)
    counted = numbers == [*range(len(numbers))] and len(numbers) == len(codes)
    if not numbers or numbers[0] != 0 or not (len(numbers) == 2 or counted):
        return ()
    return tuple(value for value, code in codes.items() if code > 0 and code in numbers)


def unknown(found: Collection[str]) -> tuple[str, ...]:
    """Those of the values that seem to say that the outcome is not known."""
    codes = [value for value in found if NUMBER.fullmatch(value)]
    others = [value for value in codes if float(value) not in UNKNOWN_CODES]
    coded = codes if len(others) >= 2 else []
    return tuple(
        value
        for value in found
        if marks.is_mark(value) or (value in coded and float(value) in UNKNOWN_CODES)
    )


def outcome(
    file: ScoredFile, column: str, present: Collection[str], not_known: Collection[str] = ()
) -> NDArray[np.float64]:
    """(n,) 1 where the column holds one of these values, 0 another, NaN none or `not_known`."""
    encoded = _texts(file, column).dictionary_encode()
    parts = [np.zeros(0)]
    for chunk in encoded.chunks:
        texts = chunk.dictionary.to_pylist()
        meaning = np.array(
            [float(w in present) if _known(w) and w not in not_known else np.nan for w in texts]
        )
        parts.append(meaning[chunk.indices.to_numpy(zero_copy_only=False)])
    return np.concatenate(parts)


def _texts(file: ScoredFile, column: str) -> pa.ChunkedArray:
    return pc.utf8_trim_whitespace(pc.fill_null(file.words(column), ""))


def _known(text: str) -> bool:
    return text.casefold() not in MISSING_MARKS
