"""Whether the first line of a file names its columns, or is a patient already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from model.files.understanding import words
from model.files.understanding.columns import propose
from model.files.understanding.mapping import positions
from model.files.understanding.marks import is_mark
from model.files.understanding.names import Confidence
from model.files.understanding.sample import Sample
from model.files.understanding.vocabulary import Vocabulary
from model.intake import cells
from model.schema import Schema

Rows = Sequence[Sequence[str]]


def told(
    sample: Sample, schema: Schema, known: Vocabulary, named: int
) -> tuple[bool, tuple[str, ...], Rows, tuple[str, ...]]:
    """Whether there is a header, the names of the columns, the rows, and without a header the
    inputs in their published order, if the columns are in it.

    named : how many of the first line's cells seem to be names of inputs.
    """
    first = sample.first
    rows = [first, *sample.rows]
    if not named and _in_published_order(rows, schema, known):
        return False, positions(len(first)), rows, tuple(schema.names[: len(first)])
    # Its cells would be shown and kept as names: they are a patient's.
    if _answers(first, schema, known) > named and _are_answers(first, schema, known):
        return False, positions(len(first)), rows, ()
    return True, first, sample.rows, ()


def _in_published_order(rows: Rows, schema: Schema, known: Vocabulary) -> bool:
    """Whether each column of the published order makes sense, and the first line by itself."""
    first = rows[0]
    if not len(schema.names) <= len(first) <= len(schema.names) + 1:
        return False
    read = [
        propose(at, name, schema[name], Confidence.LIKELY, texts_at(rows, at), known)
        for at, name in enumerate(schema.names)
    ]
    return not any(column.confidence is Confidence.UNSURE for column in read) and _is_patient(
        first, schema
    )


def _is_patient(first: Sequence[str], schema: Schema) -> bool:
    read = [
        cells.read(pa.array([text], pa.string()), feature)
        for text, feature in zip(first, schema.features, strict=False)
    ]
    numbers = sum(bool(~np.isnan(column.values[0])) for column in read)
    return not any(column.unreadable[0] for column in read) and 2 * numbers > len(read)


def _are_answers(first: Sequence[str], schema: Schema, known: Vocabulary) -> bool:
    filled = sum(bool(text.strip()) for text in first)
    return 2 * _answers(first, schema, known) > filled


def _answers(first: Sequence[str], schema: Schema, known: Vocabulary) -> int:
    """How many cells are numbers, or answers in words, which no column is called."""
    said = {word for feature in schema.features for word in words.answers(feature, known)}
    return sum(
        cells.number_of(text) is not None or is_mark(text) or words.bare(text) in said
        for text in first
        if text.strip()
    )


def texts_at(rows: Rows, at: int) -> list[str]:
    """One column of rows, blank where a row is too short."""
    return [row[at] if at < len(row) else "" for row in rows]
