"""A column as somebody wrote it, read as numbers. Vectorised; strict about what a number is."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.schema import Feature

MISSING_MARKS = frozenset(
    {"", "?", "-", "--", ".", "na", "n/a", "#n/a", "nan", "none", "null", "missing"}
    | {"unknown", "not measured", "<na>"}
)
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)


@dataclass(frozen=True)
class Cells:
    """n cells of one column: their values (NaN where blank or unread) and how each was read."""

    values: NDArray[np.float64]
    unreadable: NDArray[np.bool_]
    from_words: NDArray[np.bool_]


def read(column: pd.Series, feature: Feature) -> Cells:
    """Numbers, the feature's labels in words, and the usual marks for missing."""
    if pd.api.types.is_bool_dtype(column.dtype):
        column = column.astype(object)
    elif pd.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        endless = np.isinf(values)
        none = np.zeros(len(values), dtype=bool)
        return Cells(np.where(endless, np.nan, values), endless, none)
    words = _words(feature)
    # Few distinct texts stand in a clinical column: read each once.
    places, texts = pd.factorize(column.map(_text), use_na_sentinel=False)
    read_once = [_read_text(text, words) for text in texts]
    values = np.array([each[0] for each in read_once], dtype=np.float64)
    unreadable = np.array([each[1] for each in read_once], dtype=bool)
    from_words = np.array([each[2] for each in read_once], dtype=bool)
    return Cells(values[places], unreadable[places], from_words[places])


def _text(cell: object) -> str:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, np.bool_ | bool):
        return str(bool(cell))
    if isinstance(cell, np.number):
        return repr(cell.item())
    return str(cell).strip()


def _words(feature: Feature) -> dict[str, float]:
    return {
        word.casefold(): code.value
        for code in feature.codes
        for word in (code.label, *code.aliases)
    }


def _read_text(text: str, words: dict[str, float]) -> tuple[float, bool, bool]:
    """Value, unreadable, from words."""
    folded = text.casefold()
    if folded in words:
        return words[folded], False, True
    if folded in MISSING_MARKS:
        return np.nan, False, False
    if NUMBER.fullmatch(text) and np.isfinite(float(text)):  # 1e999 is endless
        return float(text), False, False
    return np.nan, True, False
