"""What became of the patients of a scored file, where one of its columns says so."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from model.errors import InputError
from model.files.results.scored_file import ScoredFile
from model.intake.cells import MISSING_MARKS

MOST_VALUES = 10
ABSENT = frozenset({"0", "0.0", "no", "n", "false", "f", "negative", "absent", "healthy"})
"""How people write that a patient does not have it."""


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


def usual(found: Collection[str]) -> tuple[str, ...]:
    """Those of the values that seem to mean that a patient has it."""
    return tuple(value for value in found if value.casefold() not in ABSENT)


def outcome(file: ScoredFile, column: str, present: Collection[str]) -> NDArray[np.float64]:
    """(n,) 1 where the column holds one of these values, 0 another, NaN none."""
    texts = _texts(file, column).dictionary_encode()
    parts = [np.zeros(0)]
    for chunk in texts.chunks:
        words = chunk.dictionary.to_pylist()
        meaning = np.array([float(w in present) if _known(w) else np.nan for w in words])
        parts.append(meaning[chunk.indices.to_numpy(zero_copy_only=False)])
    return np.concatenate(parts)


def _texts(file: ScoredFile, column: str) -> pa.ChunkedArray:
    return pc.utf8_trim_whitespace(pc.fill_null(file.words(column), ""))


def _known(text: str) -> bool:
    return text.casefold() not in MISSING_MARKS
