"""Numbers that stand in a table for "not measured", and lie apart from all values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.drafting import quantities, words
from model.drafting.columns import MOST_NUMBERS_AS_CODES, Column
from model.drafting.redcap import Field
from model.files.understanding import marks

ALSO_CODES = frozenset({-1.0, -2.0, -3.0})
"""Marks in some files, and in others answers such as falling, the same, rising."""
APART = 0.5
"""Of the range of all other values: as far from them a mark lies at least."""
FEWEST_ROWS = 2


@dataclass(frozen=True)
class Marks:
    """Columns without the numbers that stand for "not measured", and what is said of them.

    doubts : sentences about a column, by its name.
    """

    columns: tuple[Column, ...]
    doubts: Mapping[str, str]


def is_number_mark(level: object) -> bool:
    """Whether a value is a number that questionnaires have for "not measured"."""
    if isinstance(level, str):
        return False
    value = float(level)  # type: ignore[arg-type]
    return value in marks.NUMBERS or bool(marks.REPEATED.fullmatch(f"{value:g}"))


def without(columns: Sequence[Column], fields: Mapping[str, Field], kept: Collection[str]) -> Marks:
    """The columns, with numbers that are marks made blank; `kept` are left as they are.

    A mark is blanked only where the study's file can say so: a number in every column, or zeros in
    one. Where another column has the number as a value, it is only doubted.
    """
    found = {
        column.name: _found(column, fields.get(column.name))
        for column in columns
        if column.name not in kept
    }
    doubts: dict[str, str] = {}
    made = []
    for column in columns:
        blanked: list[float] = []
        told = []
        for mark, rows in found.get(column.name, {}).items():
            is_value = mark != 0 and any(_has(other, mark, found) for other in columns)
            sure = rows >= FEWEST_ROWS and mark not in ALSO_CODES and not is_value
            sure = sure and (mark != 0 or _cannot_be(0, column))
            blanked += [mark] if sure else []
            told.append(_sentence(mark, rows, sure))
        if told:
            doubts[column.name] = " ".join(told)
        values = column.values.mask(column.values.isin(blanked)) if blanked else column.values
        made.append(replace(column, values=values, marked=tuple(blanked)))
    return Marks(tuple(made), doubts)


def _found(column: Column, field: Field | None) -> dict[float, int]:
    """Numbers that look like marks, and how many rows have each."""
    if not column.is_numeric or (field is not None and field.choices):
        return {}
    values = column.values.dropna().to_numpy(dtype=np.float64)
    levels = np.unique(values).tolist()
    possible = [level for level in levels if level == 0 or is_number_mark(level)]
    rest = values[~np.isin(values, possible)]
    if not possible or len(np.unique(rest)) < 2:
        return {}
    plausible = _plausible(column.name, float(np.median(rest)))
    if len(levels) <= MOST_NUMBERS_AS_CODES:
        plausible, possible = None, [mark for mark in possible if mark]  # 0 is an answer
    low, high = float(rest.min()), float(rest.max())
    apart = APART * (high - low)
    return {
        mark: int((values == mark).sum())
        for mark in possible
        if (plausible is not None and not plausible[0] <= mark <= plausible[1])
        or (mark > high + apart)
        or (mark < 0 <= low)
        or (mark == 0 < low - apart and plausible is None)
    }


def _plausible(name: str, middle: float) -> tuple[float, float] | None:
    known = quantities.known(words.plain(name), middle)
    return known[1].plausible if known and known[1] else None


def _cannot_be(number: float, column: Column) -> bool:
    """Whether no patient can have it, as the quantity is known."""
    others = column.values[column.values != number]
    plausible = _plausible(column.name, float(others.median()))
    return plausible is not None and not plausible[0] <= number <= plausible[1]


def _has(column: Column, mark: float, found: Mapping[str, Mapping[float, int]]) -> bool:
    """Whether a number stands in a column as a value."""
    if mark in found.get(column.name, {}):
        return False
    return mark in column.levels or f"{mark:g}" in column.levels


def _sentence(mark: float, rows: int, sure: bool) -> str:
    stands = f"{mark:g} stands in {rows:,} {'row' if rows == 1 else 'rows'}, apart from all other"
    if not sure:
        return f"{stands} values. If it means that nothing was measured, leave those cells blank."
    where = "data.zero_means_missing" if mark == 0 else "data.missing"
    return f"{stands} values: taken for not measured. If it is a value, take it out of {where}."
