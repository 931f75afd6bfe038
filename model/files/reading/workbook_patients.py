"""Patients on a sheet of an Excel workbook: which sheet, where the header stands, and the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO

from model.errors import FileRefused
from model.files.reading import csv_rows, header
from model.files.reading.csv_rows import Chunk
from model.files.reading.dialect import Layout
from model.files.understanding import names
from model.files.understanding.mapping import FileMapping, positions
from model.files.understanding.sample import Sample
from model.intake.issue import Finding, Severity
from model.schema import Schema
from model.tables.wording import listed, rows_above, sheet_read, shown
from model.tables.workbook import LOOKED_AT_ROWS, OpenWorkbook, Sheets, open_workbook

CHUNK_CHARACTERS = 8 * 1024 * 1024


class WorkbookPatients:
    """Patients on the one sheet that holds them; see `readers.open_patients`."""

    def __init__(
        self,
        file: BinaryIO,
        schema: Schema,
        mapping: FileMapping | None = None,
        sheet: str = "",
    ) -> None:
        self._workbook = open_workbook(file)
        self._sheet = choose(self._workbook, schema, sheet)
        rows = self._workbook.rows(self._sheet)
        beginning = [*islice(rows, LOOKED_AT_ROWS)]
        self._has_header = mapping is None or mapping.header
        table = _Table.of(beginning, schema, mapping)
        self._table, self._rows = table, chain(beginning[table.above :], rows)
        understood = header.understand(table.names, schema, mapping)
        self.names = understood.names
        self._layout = Layout(",", understood, table.above, len(self.names), ())
        self.findings = (
            *_said(self._workbook, self._sheet, table.above - int(self._has_header)),
            *understood.findings,
        )

    def pieces(self) -> Iterator[tuple[Chunk, float]]:
        """The rows so many at a time. How many there are is only known at the end."""
        done, given = 0, False
        rows: list[list[str]] = []
        characters = 0
        for row in self._rows:
            cells = self._table.cells(row)
            rows.append(cells)
            characters += sum(map(len, cells))
            if len(rows) >= csv_rows.ROWS or characters > CHUNK_CHARACTERS:
                done += len(rows)
                given = True
                yield csv_rows.from_rows(rows, self._layout), done / (done + csv_rows.ROWS)
                rows, characters = [], 0
        if rows or not given:
            yield csv_rows.from_rows(rows, self._layout), 1.0
        self._workbook.close()

    def read(self, piece: object, *, cells: bool = False) -> Iterator[Chunk]:
        assert isinstance(piece, Chunk)  # what `pieces` gives
        yield piece


class _Table:
    """Where on a sheet the table lies: rows above its first patient, and its columns."""

    def __init__(self, above: int, first: int, columns: Sequence[str]) -> None:
        self.above, self._first, self.names = above, first, tuple(columns)

    @classmethod
    def of(
        cls, beginning: Sequence[list[str]], schema: Schema, mapping: FileMapping | None
    ) -> _Table:
        at = header_row(beginning, schema, mapping)
        row = beginning[at] if at < len(beginning) else []
        filled = [place for place, cell in enumerate(row) if cell.strip()]
        if not filled:
            raise FileRefused(
                "empty-file", "The sheet is empty. Choose one with a header and rows."
            )
        first, last = filled[0], filled[-1] + 1
        if mapping is not None and not mapping.header:
            return cls(at, first, positions(last - first))
        return cls(at + 1, first, row[first:last])

    def cells(self, row: list[str]) -> list[str]:
        """The table's cells of a row; what stands beside it is beyond its width, and told."""
        cells = row[self._first :]
        while len(cells) > len(self.names) and not cells[-1].strip():
            cells.pop()
        return cells + [""] * (len(self.names) - len(cells))


def header_row(
    beginning: Sequence[Sequence[str]], schema: Schema, mapping: FileMapping | None = None
) -> int:
    """The row, from 0, that names the columns: the first that names two inputs, or is filled."""
    filled = [at for at, row in enumerate(beginning) if any(cell.strip() for cell in row)]
    if mapping is not None and mapping.header:
        for at in filled:
            if mapping.recognised(beginning[at]) > 1:
                return at
    elif mapping is None:
        for at in filled:
            sure = [
                match
                for match in names.match(beginning[at], schema).found
                if match.confidence > names.Confidence.UNSURE
            ]
            if len(sure) > 1:
                return at
    return filled[0] if filled else 0


def choose(workbook: OpenWorkbook, schema: Schema, asked: str = "") -> str:
    """The sheet with the patients: the one asked for, or the only visible one that is like it.

    Raises
    ------
    FileRefused
        If it is not there, or several could be it.
    """
    sheets = workbook.sheets
    if asked:
        if asked not in (*sheets.visible, *sheets.hidden):
            raise FileRefused(
                "sheet-missing",
                f"The workbook has no sheet “{shown(asked)}”. It has: {listed(sheets.visible)}.",
            )
        return asked
    found = _possible(workbook, schema)
    if len(found) > 1:
        raise FileRefused(
            "several-sheets",
            f"Several sheets could hold the patients: {listed(found)}. Name one of them: with "
            "--sheet at the command line, as sheet in a mapping.",
        )
    return found[0]


def sheets_of(file: BinaryIO, schema: Schema) -> tuple[Sheets, str]:
    """A workbook's sheets, and the one with the patients; blank where several could be it.

    Raises
    ------
    FileRefused
        If it cannot be read, or has no sheet that can be seen.
    """
    workbook = open_workbook(file)
    try:
        possible = _possible(workbook, schema)
        return workbook.sheets, possible[0] if len(possible) == 1 else ""
    finally:
        workbook.close()


def _possible(workbook: OpenWorkbook, schema: Schema) -> list[str]:
    """The visible sheets that could hold the patients: those like the study, else those with cells.

    Raises
    ------
    FileRefused
        If none can be seen, or none can be read.
    """
    sheets = workbook.sheets
    if not sheets.visible:
        raise FileRefused("empty-file", "The workbook has no sheet that can be seen.")
    if len(sheets.visible) == 1:
        return [sheets.visible[0]]
    filled: dict[str, list[list[str]]] = {}
    refused: FileRefused | None = None
    for name in sheets.visible:
        try:
            beginning = [*islice(workbook.rows(name), LOOKED_AT_ROWS)]
        except FileRefused as error:  # of another sheet that matters only if none is left
            refused = error
            continue
        if any(cell.strip() for row in beginning for cell in row):
            filled[name] = beginning
    if refused and not filled:
        raise refused
    like = [name for name, beginning in filled.items() if _is_like(beginning, schema)]
    return like or [*filled] or [sheets.visible[0]]


def sample(file: BinaryIO, schema: Schema, sheet: str = "") -> Sample:
    """The beginning of the sheet with the patients, and its name if the workbook has others.

    Raises
    ------
    FileRefused
        As `choose`, and as the workbook's rows.
    """
    workbook = open_workbook(file)
    try:
        chosen = choose(workbook, schema, sheet)
        rows = workbook.rows(chosen)
        beginning = [*islice(rows, LOOKED_AT_ROWS)]
        at = header_row(beginning, schema)
        first = next(
            (
                place
                for place, cell in enumerate(beginning[at] if beginning else ())
                if cell.strip()
            ),
            0,
        )
        below = chain(beginning[at:], rows)
        others = len(workbook.sheets.visible) + len(workbook.sheets.hidden) > 1
        return Sample.of((_trimmed(row[first:]) for row in below), chosen if others else "")
    finally:
        workbook.close()


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1].strip():
        row = row[:-1]
    return row


def _is_like(beginning: Sequence[list[str]], schema: Schema) -> bool:
    row = beginning[header_row(beginning, schema)]
    return len(names.match(row, schema).found) > 1


def _said(workbook: OpenWorkbook, sheet: str, above: int) -> Iterator[Finding]:
    if said := sheet_read(workbook.sheets, sheet):
        yield Finding(Severity.NORMALISED, "sheet", said)
    if above > 0:
        yield Finding(Severity.NORMALISED, "rows-above-header", rows_above(above))
