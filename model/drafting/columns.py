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

MOST_WORDS = 20
"""A form offers no more answers to choose from."""
MOST_NUMBERS_AS_CODES = 5
FREE_TEXT_LETTERS = 40
MOSTLY = 0.9

# Words that mean "not measured" wherever they stand. "none" is not one: no pain is a finding.
MISSING_WORDS = frozenset(
    [
        "?",
        ".",
        "-",
        "--",
        "na",
        "n/a",
        "n.a.",
        "nan",
        "null",
        "missing",
        "unknown",
        "unk",
        "nd",
        "n.d.",
        "not_done",
        "not_measured",
    ]
) | {"not done", "not measured", "not available"}


class Kind(StrEnum):
    """What a column is to a form."""

    NUMBER = "number"
    CODES = "codes"
    WORDS = "words"
    DATE = "date"
    TEXT = "text"
    MIXED = "mixed"
    CONSTANT = "constant"
    EMPTY = "empty"


@dataclass(frozen=True)
class Column:
    """One column.

    values : as read, with what means "not measured" as NaN.
    missing : the words of `MISSING_WORDS` that were in it, as they are written.
    """

    name: str
    values: pd.Series[Any]
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, given: pd.Series[Any]) -> Column:
        """A column of a table as it was read."""
        if pd.api.types.is_bool_dtype(given):
            given = given.map({True: "True", False: "False"})
        if pd.api.types.is_datetime64_any_dtype(given) or pd.api.types.is_numeric_dtype(given):
            return cls(name, given)
        cells = [None if pd.isna(cell) else str(cell).strip() or None for cell in given]
        found = tuple(sorted({c for c in cells if c and c.casefold() in MISSING_WORDS}))
        words = pd.Series(
            [None if cell in found else cell for cell in cells], index=given.index, dtype="object"
        )
        numbers = pd.to_numeric(words, errors="coerce")
        is_number = bool(found) and bool((numbers.notna() == words.notna()).all())
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
    def kind(self) -> Kind:
        """The first that holds, from nothing at all to free text."""
        present = int((~self.blank).sum())
        if not present:
            return Kind.EMPTY
        if len(self.levels) == 1:
            return Kind.CONSTANT
        if pd.api.types.is_datetime64_any_dtype(self.values):
            return Kind.DATE
        if self.is_numeric:
            return Kind.CODES if self._is_coded() else Kind.NUMBER
        if self._looks_dated():
            return Kind.DATE
        if len(self.not_numbers) < (1 - MOSTLY) * present:
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
        return dated > MOSTLY * len(words)


_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{4}/\d{1,2}/\d")


def columns_of(frame: pd.DataFrame) -> Iterator[Column]:
    """Every column of a table, left to right."""
    for name in frame.columns:
        yield Column.of(str(name), frame[name])


def _in_order(value: object) -> tuple[bool, object]:
    return (isinstance(value, str), value)
