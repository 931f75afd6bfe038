"""Why the texts of a column are no numbers and no answers, said of how they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from model.drafting.columns import MOST_SHARE, Column, Kind
from model.studies.written_numbers import are_grouped

NUMBER = r"[+-]?\d+(?:[.,]\d+)*"
_ALONE = re.compile(NUMBER)
_LIMIT = re.compile(rf"[<>≤≥]=?\s*{NUMBER}|{NUMBER}\s*[<>+]")
_PAIR = re.compile(r"\d+(?:[.,]\d+)?\s*/\s*\d+(?:[.,]\d+)?")
_WITH_UNIT = re.compile(rf"{NUMBER}\s*([^\W\d_][\w/%²³.*^]{{0,11}}|[%°]\w?)")


def why_no_number(column: Column) -> str:
    """What is odd about texts that are numbers to people, as a sentence; "" if nothing is."""
    if column.kind not in (Kind.TEXT, Kind.MIXED, Kind.WORDS):
        return ""
    cells = [str(cell).strip() for cell in column.values.dropna()]
    if are_grouped(set(cells)) and share(cells, _ALONE) == 1:
        return (
            "Has a point or comma before every three digits, which may be thousands or decimals. "
            "Write the numbers without."
        )
    if share(cells, _ALONE) == 1:
        return "Has decimal points and decimal commas. Write all numbers with one of them."
    if share(cells, _PAIR) > MOST_SHARE:
        return (
            "Holds two numbers with a slash between them, as of a blood pressure. Make a column of "
            "each."
        )
    units = {found[1] for cell in cells if (found := _WITH_UNIT.fullmatch(cell))}
    with_unit = share(cells, _WITH_UNIT)
    if len(units) == 1 and with_unit and with_unit + share(cells, _ALONE) > MOST_SHARE:
        return (
            f"Has a unit behind its numbers ({units.pop()}). Write the numbers alone, and the unit "
            "into the header."
        )
    limits = [row for row, cell in enumerate(column.values) if _LIMIT.fullmatch(str(cell).strip())]
    alone = share(cells, _ALONE)
    if limits and alone and len(limits) + alone * len(cells) > MOST_SHARE * len(cells):
        more = f" and {len(limits) - 1:,} more have" if len(limits) > 1 else " has"
        return (
            f"Row {limits[0] + 1}{more} a limit, with < or >, where the others have a number. "
            "Write a number there, or leave the column out."
        )
    return ""


def units_row(columns: Sequence[Column]) -> list[str]:
    """Columns of numbers whose first row alone holds a word: two or more are a row of units."""
    found = [
        column.name
        for column in columns
        if column.kind in (Kind.MIXED, Kind.TEXT, Kind.WORDS)
        and column.not_numbers.tolist() == [0]
        and int((~column.blank).sum()) > 2
    ]
    return found if len(found) > 1 else []


def share(cells: Sequence[str], pattern: re.Pattern[str]) -> float:
    """The part of these cells, 0 to 1, that is written like that from end to end."""
    return sum(bool(pattern.fullmatch(cell)) for cell in cells) / max(1, len(cells))
