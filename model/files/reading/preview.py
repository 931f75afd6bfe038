"""A few patients of a file as a mapping reads them: what stands there, and what it is read as."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.files.reading.conversion import Conversions
from model.files.understanding.headers import texts_at
from model.files.understanding.mapping import FileMapping, positions
from model.files.understanding.sample import Sample
from model.intake import cells
from model.intake.cells import Cells, How
from model.schema import NOT_MEASURED, Feature, Schema

SHOWN_ROWS = 3
LOOKED_AT_ROWS = 2_000
UNREAD = "cannot be read"


@dataclass(frozen=True)
class Before:
    """One input before and after, row by row."""

    feature: Feature
    written: tuple[str, ...]
    read: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """Some rows of a file, from 1, and what becomes of their inputs."""

    rows: tuple[int, ...]
    inputs: tuple[Before, ...]


def preview(
    sample: Sample,
    mapping: FileMapping,
    schema: Schema,
    words: Collection[tuple[str, str]] = (),
) -> Preview:
    """The inputs that the mapping reads otherwise than they stand there, in three rows that show
    these words of inputs, and in which most is filled.

    Raises
    ------
    FileRefused
        If a column of the mapping is not in the file.
    """
    if mapping.header:
        names, rows = sample.first, [*sample.rows[:LOOKED_AT_ROWS]]
    else:
        names = positions(len(sample.first))
        rows = [sample.first, *sample.rows[: LOOKED_AT_ROWS - 1]]
    conversions = Conversions.of(schema, (), mapping)
    texts: dict[str, list[str]] = {}
    after: dict[str, Cells] = {}
    for name, at in mapping.places(names).items():
        column = texts_at(rows, at)
        written = pa.array(column, pa.string())
        read = conversions.apply(name, conversions.read(written, schema[name]))
        if _is_changed(cells.read(written, schema[name]), read):
            texts[name], after[name] = column, read
    shown = _most_telling(texts, len(rows), words)
    inputs = (
        Before(
            schema[name],
            tuple(texts[name][at].strip() for at in shown),
            tuple(_in_words(after[name], at, schema[name]) for at in shown),
        )
        for name in schema.names
        if name in texts
    )
    return Preview(tuple(at + 1 for at in shown), tuple(inputs))


def _is_changed(plain: Cells, read: Cells) -> bool:
    """Whether a column is read otherwise, or has words, which mean what somebody says."""
    same = np.array_equal(plain.values, read.values, equal_nan=True)
    same = same and np.array_equal(plain.unreadable, read.unreadable)
    return not same or bool((read.how == How.WORDS).any())


def _most_telling(
    texts: Mapping[str, Sequence[str]], rows: int, words: Collection[tuple[str, str]]
) -> list[int]:
    """Rows in the file's order: each the first with the most words not shown yet, then the fullest
    of these columns.
    """
    filled: NDArray[np.intp] = np.zeros(rows, dtype=np.intp)
    for column in texts.values():
        filled += [bool(text.strip()) for text in column]
    shown: list[int] = []
    wanted = {(name, word) for name, word in words if name in texts}
    while len(shown) < min(SHOWN_ROWS, rows):
        told = filled.copy()
        for name, word in wanted:
            told += [(len(texts) + 1) * (text.strip() == word) for text in texts[name]]
        told[shown] = -1
        at = int(told.argmax())
        shown.append(at)
        wanted -= {(name, column[at].strip()) for name, column in texts.items()}
    return sorted(shown)


def _in_words(read: Cells, at: int, feature: Feature) -> str:
    if read.unreadable[at]:
        return UNREAD
    value = float(read.values[at])
    if np.isnan(value):
        return NOT_MEASURED
    if feature.is_coded:
        return feature.in_words(value) if value in feature.levels else UNREAD
    return f"{value:.4g} {feature.unit}".strip()
