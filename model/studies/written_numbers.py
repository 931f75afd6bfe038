"""Numbers as people write them: with a decimal comma, or with a sign every three digits."""

from __future__ import annotations

import re
from collections.abc import Collection
from math import isfinite
from typing import Any

import pandas as pd

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")
_WITH_COMMA = re.compile(r"[+-]?\d+,\d+")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3})+|(?:\.\d{3})+)")
MOST_SHARE = 0.5
"""Of the texts of a column that have to be numbers."""


def number_of(text: str) -> float | None:
    """The number that a text is, with a decimal point; None of other texts, and of endless ones."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def are_grouped(texts: Collection[str]) -> bool:
    """Whether every number with a comma or point has it before each three digits.

    Then 150.000 may be a hundred and fifty thousand as well as a hundred and fifty.
    """
    signed = [text for text in texts if _NUMBER.fullmatch(text) and ("," in text or "." in text)]
    return bool(signed) and all(_GROUPED.fullmatch(text) for text in signed)


def read(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column of texts as numbers, if they are; a decimal comma is a point from here on.

    Texts that may be thousands as well as decimals stay as they are, as do words among them.
    """
    if pd.api.types.is_numeric_dtype(column):
        return column
    texts = {cell.strip() for cell in column if isinstance(cell, str) and cell.strip()}
    numbers = [text for text in texts if _NUMBER.fullmatch(text)]
    if len(numbers) < MOST_SHARE * len(texts) or not numbers or are_grouped(texts):
        return column
    if any(_WITH_COMMA.fullmatch(text) for text in numbers) and not any("." in n for n in numbers):
        column = column.map(_with_point, na_action="ignore")
    try:
        return pd.to_numeric(column)
    except (ValueError, TypeError):
        return column


def _with_point(cell: object) -> object:
    if isinstance(cell, str) and _WITH_COMMA.fullmatch(cell.strip()):
        return cell.strip().replace(",", ".")
    return cell
