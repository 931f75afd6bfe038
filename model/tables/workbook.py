"""An Excel workbook, opened with care: what is in it, and the rows of one sheet as text.

Read with openpyxl, row by row. (calamine is faster, and lays a sheet out whole: two cells at
opposite corners of a file of 5 kB end the process.) What openpyxl keeps whole is bounded before it
is read, by sizes that the zip module then holds the file to: the strings and styles of a workbook,
and the length of one row.
"""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from model.errors import FileRefused
from model.tables.workbook_bounds import (
    DAMAGED,
    OLE,
    TOO_LARGE,
    ZIP,
    archive_of,
    is_sheet,
    older,
    require_bounded,
    require_few_strings,
    scan,
)

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

LOOKED_AT_ROWS = 20
"""Rows among which a table's header is looked for: people write a title above it."""
MOST_ROWS = 1_048_576
MOST_CELLS = 60_000_000
MOST_CHARACTERS = 512 * 1024 * 1024


@dataclass(frozen=True)
class Sheets:
    """Which sheets a workbook has, by whether people see them."""

    visible: tuple[str, ...]
    hidden: tuple[str, ...]


def is_workbook(head: bytes) -> bool:
    """Whether a file begins as an Excel workbook does, of any age, or another archive."""
    return head.startswith((ZIP, OLE))


class OpenWorkbook:
    """A workbook that was opened; see `open_workbook`."""

    def __init__(self, workbook: Workbook, uncalculated: Collection[str]) -> None:
        self._workbook, self._uncalculated = workbook, uncalculated

    @property
    def sheets(self) -> Sheets:
        """The names of its sheets, those in sight and the others."""
        named = {True: [], False: []}  # type: dict[bool, list[str]]
        for sheet in self._workbook.worksheets:
            named[sheet.sheet_state == "visible"].append(str(sheet.title))
        return Sheets(tuple(named[True]), tuple(named[False]))

    def rows(self, name: str) -> Iterator[list[str]]:
        """The rows of a sheet, cell by cell as text; formulas give their values.

        Raises
        ------
        FileRefused
            If it is damaged, larger than is read, or has formulas nobody calculated.
        """
        sheet: Any = self._workbook[name]
        if str(sheet._worksheet_path).lstrip("/") in self._uncalculated:
            raise FileRefused(
                "formulas-without-values",
                "The sheet has formulas that were never calculated, so their values are not in the "
                "file. Open it in Excel or LibreOffice, save it, and try again.",
            )
        sheet.reset_dimensions()  # what a workbook says of its own size may be anything
        cells = characters = 0
        for number, row in enumerate(_guarded(sheet.iter_rows(values_only=True)), start=1):
            texts = [*map(_text, row)]
            cells += len(texts)
            characters += sum(map(len, texts))
            if number > MOST_ROWS or cells > MOST_CELLS or characters > MOST_CHARACTERS:
                raise TOO_LARGE
            yield texts

    def close(self) -> None:
        """Let go of the file's parts; the file itself stays open."""
        self._workbook.close()


def open_workbook(file: BinaryIO) -> OpenWorkbook:
    """Open a workbook that can be read twice.

    Raises
    ------
    FileRefused
        If it is encrypted, of another kind than ``.xlsx``, damaged, or larger than is read.
    """
    file.seek(0)
    if file.read(4).startswith(OLE):
        raise older(file)
    with archive_of(file) as archive:
        require_bounded(archive)
        require_few_strings(archive)
        sheets = [part for part in archive.namelist() if is_sheet(part)]
        uncalculated = [part for part in sheets if scan(archive, part)]
    return OpenWorkbook(_load(file), uncalculated)


def _load(file: BinaryIO) -> Workbook:
    import openpyxl

    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts it passes over: charts, validation rules
            return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception:  # whatever it meets in a part it did not expect; its text may quote a cell
        raise DAMAGED from None


def _guarded(rows: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from rows
    except Exception:  # as in `_load`
        raise DAMAGED from None


def _text(value: object) -> str:
    """A cell as it would stand in a CSV file; a date as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
