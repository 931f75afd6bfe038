"""Between an original's own columns and words, and our canonical numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.adoption.original import Input, Kind
from model.schema import Schema
from model.scoring.original import Column

TRUTHS = (False, True)


def columns(schema: Schema, inputs: Sequence[Input]) -> tuple[Column, ...]:
    """Each input as the original takes it, in the schema's order and by its codes."""
    by_name = {column.name: column for column in inputs}
    return tuple(_column(by_name[f.name], f.levels) for f in schema.features)


def _column(each: Input, levels: tuple[float, ...]) -> Column:
    if each.kind is Kind.BOOLEAN:
        return Column(each.name, str(each.kind), (0.0, 1.0), TRUTHS, each.dtype)
    codes = tuple(float(level) for level in levels)
    return Column(each.name, str(each.kind), codes, each.words if codes else (), each.dtype)


def canonical(frame: pd.DataFrame, taken: Sequence[Column]) -> NDArray[np.float64]:
    """(n, inputs) of a table in the original's words; what is no word of its is NaN."""
    values = np.empty((len(frame), len(taken)))
    for at, column in enumerate(taken):
        cells = frame[column.name]
        if not column.codes:
            values[:, at] = pd.to_numeric(cells, errors="coerce")
            continue
        codes = {str(word): code for word, code in zip(column.words, column.codes, strict=True)}
        codes |= {f"{code:g}": code for code in column.codes if f"{code:g}" not in codes}
        values[:, at] = [codes.get(_text(cell), np.nan) for cell in cells]
    return values


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:g}"
    return str(cell)
