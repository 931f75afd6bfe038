"""What stands in some cells of a file: for the one who handed it in, on their own screen alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import BinaryIO

import numpy as np

from model.errors import FileRefused
from model.files import csv_text
from model.files.reading.readers import open_patients
from model.files.understanding.mapping import FileMapping
from model.intake.cells import Column
from model.schema import Schema

LONGEST_TEXT = 40

Place = tuple[int, str]
"""A data row, from 1, and the name of an input."""


def cells_at(
    file: BinaryIO,
    schema: Schema,
    places: Collection[Place],
    mapping: FileMapping | None = None,
    sheet: str = "",
) -> dict[Place, str]:
    """The cells at these places as they were written; what cannot be read is left out."""
    found: dict[Place, str] = {}
    wanted = sorted(places)
    if not wanted:
        return found
    try:
        patients = open_patients(file, schema, mapping, sheet)
        first = 1
        for piece, _ in patients.pieces():
            for chunk in patients.read(piece):
                here = [place for place in wanted if first <= place[0] < first + chunk.count]
                for row, name in here:
                    if name in chunk.columns:
                        found[row, name] = _text(chunk.columns[name], row - first)
                first += chunk.count
            if first > wanted[-1][0]:
                break
    except FileRefused:
        pass  # the check says why
    return found


def _text(column: Column, at: int) -> str:
    if isinstance(column, np.ndarray):
        return "" if np.isnan(column[at]) else f"{column[at]:.10g}"
    text = csv_text.decoded(column)[at].as_py()
    return str(text or "")[:LONGEST_TEXT]
