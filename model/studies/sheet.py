"""The sheet of a workbook that holds a study's patients, and its table as text."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import chain, islice
from statistics import median

from model.errors import ExtraMissing, FileRefused, TableRefused
from model.studies.table_bounds import require_size
from model.tables import workbook
from model.tables.wording import listed, rows_above, sheet_read
from model.tables.workbook import LOOKED_AT_ROWS, OpenWorkbook

WIDE_SHARE = 0.8


@dataclass(frozen=True)
class Sheet:
    """A table on a sheet.

    title : of the sheet, blank where the workbook has no other. text : the table as CSV.
    said : what was understood of the workbook.
    """

    title: str
    text: str
    said: tuple[str, ...]


def candidates(data: bytes, name: str, outcome: str = "") -> tuple[str, ...]:
    """The visible sheets that could hold the patients: those with the outcome, else with a table.

    Raises
    ------
    TableRefused, ExtraMissing
        If it is no workbook that can be read.
    """
    opened = _opened(data, name)
    try:
        return _candidates(opened, outcome)
    except FileRefused as error:
        raise TableRefused(f"{name}: {error}") from None
    finally:
        opened.close()


def read(data: bytes, name: str, asked: str = "", outcome: str = "") -> Sheet:
    """The sheet that is asked for, or else the only one that could hold the patients.

    Raises
    ------
    TableRefused, ExtraMissing
        If it is no workbook that can be read, has no such sheet, or several could be it.
    """
    opened = _opened(data, name)
    try:
        title = _chosen(opened, name, asked, outcome)
        return _table(opened, name, title, outcome)
    except FileRefused as error:
        raise TableRefused(f"{name}: {error}") from None
    finally:
        opened.close()


def _opened(data: bytes, name: str) -> OpenWorkbook:
    if not workbook.is_workbook(data[:8]):
        raise TableRefused(
            f"{name} is no Excel workbook, though its name says so. Name it by what it is, such as "
            ".csv, or save it again as .xlsx."
        )
    try:
        return workbook.open_workbook(BytesIO(data))
    except FileRefused as error:
        raise TableRefused(f"{name}: {error}") from None
    except ImportError:
        raise ExtraMissing("Reading an Excel table", "openpyxl>=3.1,<4") from None


def _candidates(opened: OpenWorkbook, outcome: str) -> tuple[str, ...]:
    tables: list[str] = []
    holding: list[str] = []
    refused: FileRefused | None = None
    for title in opened.sheets.visible:
        try:
            beginning = [*islice(opened.rows(title), LOOKED_AT_ROWS)]
        except FileRefused as error:
            refused = error
            continue
        at = _header_row(beginning, outcome)
        below = [row for row in beginning[at + 1 :] if any(cell.strip() for cell in row)]
        if below and len(_filled(beginning[at])) > 1:
            tables.append(title)
            if outcome in map(str.strip, beginning[at]):
                holding.append(title)
    if refused and not (holding or (tables and not outcome)):
        raise refused
    return tuple(holding or tables)


def _chosen(opened: OpenWorkbook, name: str, asked: str, outcome: str) -> str:
    sheets = opened.sheets
    if asked:
        if asked not in (*sheets.visible, *sheets.hidden):
            raise TableRefused(
                f"{name} has no sheet {asked[:60]!r}. It has: {listed(sheets.visible)}."
            )
        return asked
    found = _candidates(opened, outcome)
    if len(found) > 1:
        raise TableRefused(
            f"{name} has several sheets that could hold the patients: {listed(found)}. Name one "
            "with --sheet; in a study's file it is data.sheet."
        )
    if not found:
        raise TableRefused(
            f"{name} holds no patients on a sheet that can be seen. It needs a header and a row a "
            "patient."
        )
    return found[0]


def _table(opened: OpenWorkbook, name: str, title: str, outcome: str) -> Sheet:
    rows = opened.rows(title)
    beginning = [*islice(rows, LOOKED_AT_ROWS)]
    at = _header_row(beginning, outcome)
    filled = _filled(beginning[at]) if beginning else []
    if not filled:
        raise TableRefused(f"{name} holds nothing on the sheet {title[:60]!r}. Name another one.")
    first, last = filled[0], filled[-1] + 1
    require_size(0, last - first, name)
    text, beside, count = StringIO(), 0, 0
    writer = csv.writer(text)
    for row in chain(beginning[at:], rows):
        cells = row[first:last]
        beside += any(cell.strip() for cell in (*row[:first], *row[last:]))
        if any(cell.strip() for cell in cells):
            require_size(count, 0, name)
            count += 1
            writer.writerow([*cells, *[""] * (last - first - len(cells))])
    sheets = opened.sheets
    said = [sentence] if (sentence := sheet_read(sheets, title)) else []
    if above := len([row for row in beginning[:at] if _filled(row)]):
        said.append(rows_above(above))
    if beside:
        said.append("What stands beside the table was left out.")
    several = len(sheets.visible) + len(sheets.hidden) > 1
    return Sheet(title if several else "", text.getvalue(), tuple(said))


def _header_row(beginning: Sequence[Sequence[str]], outcome: str) -> int:
    """The row, from 0, that names the columns: with the outcome, or the first as wide as most."""
    for at, row in enumerate(beginning if outcome else []):
        if outcome in map(str.strip, row):
            return at
    widths = [len(_filled(row)) for row in beginning]
    usual = median(filter(None, widths)) if any(widths) else 0
    return next((at for at, width in enumerate(widths) if width >= WIDE_SHARE * usual), 0)


def _filled(row: Sequence[str]) -> list[int]:
    return [place for place, cell in enumerate(row) if cell.strip()]
