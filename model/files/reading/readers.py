"""A file of patients, opened: what its columns are, and its rows a chunk at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Protocol, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from model import limits
from model.errors import FileRefused
from model.files import csv_text
from model.files.reading import csv_rows, dialect, header
from model.files.reading.csv_rows import Chunk
from model.files.reading.header import Header
from model.files.reading.sheet import asked_sheet, require_no_sheet
from model.files.reading.workbook_patients import WorkbookPatients
from model.files.understanding.mapping import FileMapping
from model.intake.cells import Column
from model.intake.issue import Finding, Severity
from model.schema import Schema
from model.tables import encoding, parquet
from model.tables.workbook import is_workbook

BLOCK_BYTES = 4 * 1024 * 1024
NUMBERS = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)

Piece: TypeAlias = "bytes | Chunk | pa.RecordBatch"


class Patients(Protocol):
    """A file of patients that can be read."""

    @property
    def names(self) -> tuple[str, ...]:
        """The caller's columns, as they wrote them."""
        ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was understood of the file as a whole."""
        ...

    def pieces(self) -> Iterator[tuple[Piece, float]]:
        """Parts of the file in order, each with how much of it has then been given, 0 to 1.

        At least one, which is empty if the file has no row: its columns have their types.
        """
        ...

    def read(self, piece: Piece, *, cells: bool = False) -> Iterator[Chunk]:
        """The rows of a piece; may be called for several pieces at a time.

        cells : read every column of the caller's, also where rows could be copied as they are.
        """
        ...


def open_patients(
    file: BinaryIO, schema: Schema, mapping: FileMapping | None = None, sheet: str = ""
) -> Patients:
    """Understand a CSV, Parquet or Excel file that can be read twice.

    sheet : of a workbook, the one with the patients; else the mapping's, or the only one like it.

    Raises
    ------
    FileRefused
        If it cannot be read without guessing, or has no such sheet.
    """
    asked = asked_sheet(sheet, mapping)
    file.seek(0)
    head = file.read(8)
    if is_workbook(head):
        return WorkbookPatients(file, schema, mapping, asked)
    require_no_sheet(asked)
    if head.startswith(parquet.MAGIC):
        return ParquetPatients(file, schema, mapping)
    return TextPatients(file, schema, mapping)


class TextPatients:
    """Patients in a table of text; see `open_patients`."""

    def __init__(self, file: BinaryIO, schema: Schema, mapping: FileMapping | None = None) -> None:
        self._file = file
        self._encoding = encoding.recognise(file)
        self._size = max(1, file.seek(0, io.SEEK_END))
        lines = self._first_lines()
        self._layout = dialect.understand(lines, schema, mapping)
        above = "".join(lines[: self._layout.above]).encode(self._encoding.name)
        self._begin = self._encoding.skip + len(above)
        self.names = self._layout.header.names
        said = (Finding(Severity.NORMALISED, *sentence) for sentence in self._encoding.said)
        self.findings = (*said, *self._layout.findings)

    def pieces(self) -> Iterator[tuple[Piece, float]]:
        if not self._encoding.is_utf8 or self._begin == self._size:
            yield from self._carefully(self._begin)
            return
        self._file.seek(self._begin)
        rest, at = b"", self._begin
        while data := self._file.read(BLOCK_BYTES):
            if b'"' in data:  # from here on a row may go over several lines
                yield from self._carefully(at - len(rest))
                return
            at += len(data)
            end = data.rfind(b"\n" if b"\n" in data else b"\r") + 1
            block, rest = (rest + data[:end], data[end:]) if end else (b"", rest + data)
            if len(rest) > limits.ROW_BYTES:
                raise FileRefused("endless-row", "A row is longer than 16 MB. Is this a table?")
            if block:
                yield block, at / self._size
        if rest:
            yield rest, 1.0

    def read(self, piece: Piece, *, cells: bool = False) -> Iterator[Chunk]:
        if isinstance(piece, Chunk):
            yield piece
        elif isinstance(piece, bytes):
            fast = csv_rows.plain(piece, self._layout, cells=cells)
            yield from (fast,) if fast else csv_rows.careful_block(piece, self._layout)

    def _carefully(self, begin: int) -> Iterator[tuple[Piece, float]]:
        self._file.seek(begin)
        text = io.TextIOWrapper(self._file, encoding=self._encoding.name, newline="")
        try:
            for row in csv_rows.careful(text, self._layout):
                yield row, min(1.0, self._file.tell() / self._size)
        finally:
            text.detach()

    def _first_lines(self) -> list[str]:
        """Up to one that is too long to be looked at: as cells it takes thirty times its size."""
        text = self._encoding.text(self._file)
        lines: list[str] = []
        try:
            while len(lines) < dialect.LINES_LOOKED_AT + 3:
                line = text.readline(limits.HEADER_BYTES)
                is_too_long = len(line) == limits.HEADER_BYTES
                if not line or (is_too_long and lines):
                    break
                lines.append(line)
                if is_too_long:
                    break
            return lines
        except UnicodeError:
            raise encoding.BROKEN_OFF from None
        finally:
            text.detach()


class ParquetPatients:
    """Patients in a Parquet file; see `open_patients`."""

    def __init__(self, file: BinaryIO, schema: Schema, mapping: FileMapping | None = None) -> None:
        self._file = parquet.opened(file)
        self._size = file.seek(0, io.SEEK_END)
        understood = columns_of(self._file.schema_arrow, schema, mapping)
        self._places = understood.places
        self.names = understood.names
        self.findings = understood.findings

    def pieces(self) -> Iterator[tuple[Piece, float]]:
        if not self._file.metadata.num_rows:
            yield pa.RecordBatch.from_pylist([], self._file.schema_arrow), 1.0
        yield from parquet.pieces(self._file, self._size)

    def read(self, piece: Piece, *, cells: bool = False) -> Iterator[Chunk]:
        assert isinstance(piece, pa.RecordBatch)  # what `pieces` gives
        yield typed(piece, self._places)


def columns_of(columns: pa.Schema, schema: Schema, mapping: FileMapping | None = None) -> Header:
    """The columns of a Parquet file.

    Raises
    ------
    FileRefused
        As `header.understand`, or if a column holds more than one value a cell.
    """
    if any(pa.types.is_nested(field.type) for field in columns):
        raise FileRefused(
            "nested-column", "A column holds lists or records. Keep one value a cell."
        )
    return header.understand(columns.names, schema, mapping)


def typed(batch: pa.RecordBatch, places: Mapping[str, int]) -> Chunk:
    """Rows of typed columns, of which `places` are the study's.

    Raises
    ------
    FileRefused
        If a column holds what cannot be written as text.
    """
    written = tuple(map(csv_text.decoded, batch.columns))
    for name, column in zip(batch.schema.names, written, strict=True):
        _require_text(name, column)
    columns = {name: _column(written[at]) for name, at in places.items()}
    return Chunk(batch.num_rows, columns, written, None, csv_rows.NOBODY)


def _require_text(name: str, column: pa.Array) -> None:
    if not any(is_plain(column.type) for is_plain in (*NUMBERS, pa.types.is_string)):
        try:
            csv_text.texts(column)
        except pa.ArrowException:
            raise FileRefused(
                "no-text",
                f"Column {name} holds what cannot be written as text ({column.type}). Write it as "
                "text, or leave it out.",
                column=name,
            ) from None


def _column(column: pa.Array) -> Column:
    """Numbers as numbers, anything else as text; null is blank."""
    if any(is_number(column.type) for is_number in NUMBERS):
        numbers = pc.cast(column, pa.float64(), safe=False)
        return numbers.to_numpy(zero_copy_only=False)
    if pa.types.is_temporal(column.type):  # three minutes are not the number 3
        return pc.if_else(column.is_valid(), "a time", "")
    return pc.fill_null(csv_text.texts(column), "")
