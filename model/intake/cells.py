"""A column as somebody wrote it, read as numbers. Vectorised; strict about what a number is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from model.schema import Feature

MISSING_MARKS = frozenset(
    {"", "?", "-", "--", ".", "na", "n/a", "#n/a", "nan", "none", "null", "missing"}
    | {"unknown", "not measured", "<na>", "#null!"}
    | {f".{letter}" for letter in "_abcdefghijklmnopqrstuvwxyz"}
)
"""What stands for "not measured"; SPSS writes ``#NULL!``, Stata and SAS ``.a``."""
PLAIN_NUMBER = r"^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$"
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
# 1,234 may be a thousand and more, and is not read; 2,3 and 0,125 can only be decimals.
DECIMAL_COMMA = re.compile(r"[+-]?(?:0?,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,}))", re.ASCII)
MANY = 1_000  # distinct texts from which on plain numbers are read all at once

Column: TypeAlias = "pd.Series | pa.Array | NDArray[np.float64]"


class How(IntEnum):
    """How a cell was read."""

    PLAIN = 0  # a number or a blank
    WORDS = 1
    COMMA = 2
    SPACED = 3  # with spaces around it that no keyboard writes
    UNREADABLE = 4


@dataclass(frozen=True)
class Cells:
    """n cells of one column: their values (NaN where blank or unread) and how each was read."""

    values: NDArray[np.float64]
    how: NDArray[np.uint8]

    @property
    def unreadable(self) -> NDArray[np.bool_]:
        unreadable: NDArray[np.bool_] = self.how == How.UNREADABLE
        return unreadable

    def unread(self, rows: NDArray[np.bool_]) -> Cells:
        """The same cells, of which some are taken as not understood."""
        return replace(
            self,
            values=np.where(rows, np.nan, self.values),
            how=np.where(rows, np.uint8(How.UNREADABLE), self.how),
        )


def read(column: Column, feature: Feature, agreed: Mapping[str, float] | None = None) -> Cells:
    """Numbers, the feature's labels in words, and the usual marks for missing.

    agreed : what further words mean, without capitals; NaN for "not measured", infinity for
    what must not be read. A word that is a number is meant however it is written: 1, 1.0 and 01.
    """
    agreed = agreed or {}
    if isinstance(column, pd.Series):
        column = _from_pandas(column)
    if isinstance(column, pa.Array):
        if not pa.types.is_floating(column.type):
            return _from_texts(column, _words(feature), agreed)
        column = column.to_numpy(zero_copy_only=False)
    endless = np.isinf(column)
    cells = _as_agreed(Cells(column, np.zeros(len(column), dtype=np.uint8)), agreed)
    return cells.unread(endless) if endless.any() else cells


def read_number(text: str) -> float | None:
    """One number as somebody typed it; None where it is blank or can be read in two ways.

    A comma is a decimal comma. ``1,234`` may be a thousand and more, and is not read.
    """
    value, how = _read_text(text, {}, {})
    return None if np.isnan(value) or np.isinf(value) or how is How.UNREADABLE else float(value)


def _from_pandas(column: pd.Series) -> pa.Array | NDArray[np.float64]:
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return pa.array([_text(cell) for cell in column.astype(object)], pa.string())


def _text(cell: object) -> str:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, np.bool_ | bool):
        return str(bool(cell))
    if isinstance(cell, np.number):
        return repr(cell.item())
    return str(cell).encode("utf-8", "replace").decode()  # half a surrogate pair is no text


def _from_texts(column: pa.Array, words: dict[str, float], agreed: Mapping[str, float]) -> Cells:
    """Few distinct texts stand in a clinical column: each is read once."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    texts = encoded.dictionary
    values = np.full(len(texts), np.nan)
    how = np.zeros(len(texts), dtype=np.uint8)
    rest = np.arange(len(texts))
    if len(texts) > MANY:
        plain = pc.match_substring_regex(texts, PLAIN_NUMBER).to_numpy(zero_copy_only=False)
        values[plain] = pc.cast(texts.filter(pa.array(plain)), pa.float64()).to_numpy()
        rest = np.flatnonzero(~plain)
    for at, text in zip(rest, texts.take(pa.array(rest)).to_pylist(), strict=True):
        values[at], how[at] = _read_text(text, words, agreed)
    unreadable = np.isinf(values)
    values[unreadable], how[unreadable] = np.nan, How.UNREADABLE
    distinct = _as_agreed(Cells(values, how), agreed)
    places = encoded.indices.to_numpy(zero_copy_only=False)
    return Cells(distinct.values[places], distinct.how[places])


def texts(column: Column) -> frozenset[str]:
    """The distinct texts of a column, without capitals; none of a column of numbers."""
    if not isinstance(column, pa.Array) or pa.types.is_floating(column.type):
        return frozenset()
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    found = encoded.dictionary[: MANY + 1]
    return frozenset((text or "").strip().casefold() for text in found.to_pylist())


def number_of(word: str) -> float | None:
    """The number that a word is; None of any other."""
    value, how = _read_text(word, {}, {})
    return None if how in (How.WORDS, How.UNREADABLE) or not np.isfinite(value) else float(value)


def _as_agreed(read: Cells, agreed: Mapping[str, float]) -> Cells:
    """Numbers that were agreed to be words: whether a file was read as text or as numbers."""
    meant = {number_of(word): value for word, value in agreed.items()}
    meant.pop(None, None)
    if not meant:
        return read
    values, how = read.values.copy(), read.how.copy()
    numbers = (how != How.WORDS) & (how != How.UNREADABLE)
    for number, value in meant.items():
        here = numbers & (read.values == number)
        values[here] = value
        how[here] = How.PLAIN if np.isnan(value) else How.WORDS
    return Cells(values, how).unread(np.isinf(values))


def _words(feature: Feature) -> dict[str, float]:
    """Words as written, and without capitals where that makes no two of them one."""
    written = {
        word: code.value
        for code in feature.codes
        for word in (code.label, *code.aliases, code.written)
        if word
    }
    meant: dict[str, set[float]] = {}
    for word, value in written.items():
        meant.setdefault(word.casefold(), set()).add(value)
    folded = {word: min(values) for word, values in meant.items() if len(values) == 1}
    return folded | written


def _read_text(
    text: str | None, words: dict[str, float], agreed: Mapping[str, float]
) -> tuple[float, How]:
    bare = (text or "").strip()
    folded = bare.casefold()
    if folded in agreed:
        value = agreed[folded]
        return value, How.PLAIN if np.isnan(value) else How.WORDS
    # A category may be called "unknown": what the study has a code for is no mark for missing.
    for word in (bare, folded):
        if word in words:
            return words[word], How.WORDS
    if folded in MISSING_MARKS:
        return np.nan, How.PLAIN
    if NUMBER.fullmatch(bare):
        spaced = bare != (text or "").strip(" \t\r\n")
        return float(bare), How.SPACED if spaced else How.PLAIN
    if DECIMAL_COMMA.fullmatch(bare):
        return float(bare.replace(",", ".")), How.COMMA
    return np.nan, How.UNREADABLE
