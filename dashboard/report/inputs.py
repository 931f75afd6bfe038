"""What was known of the patient, in the order of the visit, and what was missing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dashboard.report.glyphs import cut
from dashboard.report.sheet import Sheet
from dashboard.report.styles import BOTTOM, COLUMN, GUTTER, LEFT, SMALL, TOP, Style
from model.evaluation.wording import listed
from model.record import Record
from model.schema import Schema

VALUE = Style(8.5, bold=True, spacing=1.3)
LABEL = Style(8.5, spacing=1.3)
GROUP = Style(7.5, bold=True).grey()
UNDER_GROUP = GROUP.leading + 1.2  # from above its name to its first row
LABEL_SHARE = 0.6
GAP = 1.5
"""Millimetres."""
SHORT, MOST = 60, 4000  # characters of a label, and of the list of what is missing
TALLEST_COLUMN = 105.0  # of a column that stands beside the result


@dataclass(frozen=True)
class Row:
    """One input, broken into lines. `group` is its part of the visit, named above the `first`."""

    group: str
    first: bool
    label: list[str]
    value: list[str]
    measured: bool

    @property
    def height(self) -> float:
        """Millimetres, with the name of its group and the space below it."""
        above = UNDER_GROUP if self.first else 0
        return above + max(len(self.label), len(self.value)) * LABEL.leading + 0.5

    def continued(self) -> Row:
        """At the top of a column: the name of the group is told again."""
        return self if self.first else replace(self, group=f"{self.group}, continued", first=True)


def are_few(sheet: Sheet, record: Record, schema: Schema) -> bool:
    """Whether they fit into one column, beside the result."""
    return sum(row.height for row in _rows(sheet, record, schema, COLUMN)) <= TALLEST_COLUMN


def beside(sheet: Sheet, record: Record, schema: Schema) -> None:
    """The inputs in one column on the left."""
    for row in _rows(sheet, record, schema, COLUMN):
        sheet.y = _draw(sheet, row, LEFT, sheet.y, COLUMN)
    sheet.paragraph(_missing(record, schema), SMALL, width=COLUMN, above=2, longest=MOST)


def across(sheet: Sheet, record: Record, schema: Schema) -> None:
    """The inputs in two columns over the whole width, on as many pages as they need."""
    rows = list(_rows(sheet, record, schema, COLUMN))
    while rows:
        # Half of what is left and the tallest row make a column: the left one may be a row longer,
        # and the right one then holds the rest, unless the page ends first.
        top, deepest = sheet.y, sheet.y
        left = sum(row.height for row in rows)
        limit = min(BOTTOM, top + left / 2 + max(row.height for row in rows))
        for column in range(2):
            x, y = LEFT + column * (COLUMN + GUTTER), top
            rows[:1] = [row.continued() for row in rows[:1]]
            while rows and (y + rows[0].height <= limit or y == TOP):
                y = _draw(sheet, rows.pop(0), x, y, COLUMN)
            deepest = max(deepest, y)
        sheet.y = deepest
        if rows:
            sheet.new_page()
    sheet.paragraph(_missing(record, schema), SMALL, above=2, longest=MOST)


def _rows(sheet: Sheet, record: Record, schema: Schema, width: float) -> Iterator[Row]:
    for group, features in schema.groups.items():
        for at, feature in enumerate(features):
            value = record.values.get(feature.name, math.nan)
            measured = not math.isnan(value)
            yield Row(
                group,
                at == 0,
                sheet.lines(feature.label, width * LABEL_SHARE - GAP, LABEL),
                sheet.lines(
                    feature.in_words(value),
                    width * (1 - LABEL_SHARE),
                    VALUE if measured else LABEL,
                ),
                measured,
            )


def _draw(sheet: Sheet, row: Row, x: float, y: float, width: float) -> float:
    end = y + row.height
    if row.first:
        with sheet.tagged("H3"):
            sheet.write(x, y + 0.9, sheet.fitted(row.group, width, GROUP), GROUP)
        y += UNDER_GROUP
    with sheet.tagged("P"):
        sheet.written(x, y, row.label, LABEL if row.measured else LABEL.grey())
        style = VALUE if row.measured else LABEL.grey()
        sheet.written(x + width * LABEL_SHARE, y, row.value, style)
    return end


def _missing(record: Record, schema: Schema) -> str:
    gone = [
        cut(feature.label, SHORT)
        for feature in schema.features
        if math.isnan(record.values.get(feature.name, math.nan))
    ]
    return f"Not measured: {listed(gone)}." if gone else "Nothing is missing."
