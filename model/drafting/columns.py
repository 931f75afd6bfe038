"""What each column of a table holds, seen without knowing what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.files.understanding.marks import is_mark
from model.studies.written_numbers import are_grouped

MOST_WORDS = 20
"""A form offers no more answers to choose from."""
MOST_NUMBERS_AS_CODES = 5
FREE_TEXT_LETTERS = 40
MOST_SHARE = 0.9
LARGEST_NUMBER = 1e15
"""Above it a form could not show every digit."""

FINDINGS = frozenset({"none", "nil", "inconclusive", "undetermined"})
"""Marks for "not measured" in files of patients, and answers here: no pain is a finding."""
ALSO_MISSING = frozenset({"not measured", "not_measured", "n.b."})


class Kind(StrEnum):
    """What a column is to a form."""

    NUMBER = "number"
    CODES = "codes"
    WORDS = "words"
    DATE = "date"
    TEXT = "text"
    MIXED = "mixed"
    ENDLESS = "endless"
    LISTS = "lists"
    CONSTANT = "constant"
    EMPTY = "empty"


@dataclass(frozen=True)
class Column:
    """One column.

    values : as read, with what means "not measured" as NaN.
    missing : the words for it that were in it, as they are written.
    marked : numbers that stood for it; 0 only in this column.
    has_lists : whether its cells are no single values; then `values` has none of them.
    """

    name: str
    values: pd.Series[Any]
    missing: tuple[str, ...] = ()
    marked: tuple[float, ...] = ()
    has_lists: bool = False

    @classmethod
    def of(cls, name: str, given: pd.Series[Any]) -> Column:
        """A column of a table as it was read."""
        if pd.api.types.is_bool_dtype(given):
            given = given.map({True: "True", False: "False"})
        if pd.api.types.is_numeric_dtype(given) and len(_endless(given)):
            given = given.astype("object")
        if pd.api.types.is_datetime64_any_dtype(given) or pd.api.types.is_numeric_dtype(given):
            return cls(name, given)
        if any(isinstance(cell, list | tuple | dict | set | np.ndarray) for cell in given):
            return cls(name, given.where(given.isna(), None), has_lists=True)
        cells = [None if pd.isna(cell) else str(cell).strip() or None for cell in given]
        found = tuple(sorted({c for c in cells if c and _is_mark(c)}))
        words = pd.Series(
            [None if cell in found else cell for cell in cells], index=given.index, dtype="object"
        )
        numbers = pd.to_numeric(words, errors="coerce")
        if are_grouped({str(word) for word in words.dropna()}):
            return cls(name, words, found)  # 150.000 may be thousands
        is_number = bool((numbers.notna() == words.notna()).all()) and not len(_endless(numbers))
        return cls(name, numbers if is_number and numbers.notna().any() else words, found)

    @cached_property
    def blank(self) -> NDArray[np.bool_]:
        """(n,) which patients have none."""
        return np.asarray(self.values.isna(), dtype=np.bool_)

    @cached_property
    def levels(self) -> tuple[object, ...]:
        """Every value in it, sorted."""
        return tuple(sorted(self.values.dropna().unique().tolist(), key=_in_order))

    @property
    def is_numeric(self) -> bool:
        return pd.api.types.is_numeric_dtype(self.values)

    @cached_property
    def not_numbers(self) -> NDArray[np.int64]:
        """Rows (from 0) whose cell is no number, in a column that is mostly numbers."""
        numbers = pd.to_numeric(self.values, errors="coerce")
        wrong = np.asarray(numbers.isna() & self.values.notna())
        return np.flatnonzero(wrong)

    @cached_property
    def endless(self) -> NDArray[np.int64]:
        """Rows (from 0) whose number has no end, or is larger than a form can show."""
        if pd.api.types.is_datetime64_any_dtype(self.values):
            return np.zeros(0, dtype=np.int64)
        return _endless(pd.to_numeric(self.values, errors="coerce"))

    @cached_property
    def kind(self) -> Kind:
        """The first that holds, from nothing at all to free text."""
        if self.has_lists:
            return Kind.LISTS
        present = int((~self.blank).sum())
        if not present:
            return Kind.EMPTY
        if len(self.endless):
            return Kind.ENDLESS
        if len(self.levels) == 1:
            return Kind.CONSTANT
        if pd.api.types.is_datetime64_any_dtype(self.values):
            return Kind.DATE
        if self.is_numeric:
            return Kind.CODES if self._is_coded() else Kind.NUMBER
        if self._looks_dated():
            return Kind.DATE
        if len(self.not_numbers) < (1 - MOST_SHARE) * present:
            return Kind.MIXED
        longest = max(len(str(word)) for word in self.levels)
        few = len(self.levels) <= min(MOST_WORDS, max(2, present // 3))
        return Kind.WORDS if few and longest <= FREE_TEXT_LETTERS else Kind.TEXT

    @property
    def is_unique(self) -> bool:
        """Whether no two patients have the same value."""
        return len(self.levels) == int((~self.blank).sum()) > 1

    def _is_coded(self) -> bool:
        """Two values of any kind, or a few whole numbers close together."""
        levels = np.asarray(self.levels, dtype=np.float64)
        if len(levels) == 2:
            return True
        whole = bool((levels == np.rint(levels)).all())
        few = len(levels) <= MOST_NUMBERS_AS_CODES and float(np.ptp(levels)) <= 10
        return whole and few

    def _looks_dated(self) -> bool:
        """Whether nearly all cells are written as a date is; numbers alone are none."""
        words = [str(word) for word in self.levels[:200]]
        dated = sum(bool(_DATE.match(word)) for word in words)
        return dated > MOST_SHARE * len(words)


_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{4}/\d{1,2}/\d")


def columns_of(frame: pd.DataFrame) -> Iterator[Column]:
    """Every column of a table, left to right."""
    for name in frame.columns:
        yield Column.of(str(name), frame[name])


def _is_mark(word: str) -> bool:
    folded = word.casefold()
    return folded in ALSO_MISSING or (is_mark(word) and folded not in FINDINGS)


def _endless(numbers: pd.Series[Any]) -> NDArray[np.int64]:
    return np.flatnonzero(
        np.abs(numbers.to_numpy(dtype=np.float64, na_value=np.nan)) > LARGEST_NUMBER
    )


def _in_order(value: object) -> tuple[bool, object]:
    return (isinstance(value, str), value)
