"""An Excel workbook, opened with care: what is in it, and the rows of one sheet as text.

Read with openpyxl, row by row. (calamine is faster, and lays a sheet out whole: two cells at
opposite corners of a file of 5 kB end the process.) What openpyxl keeps whole is bounded before it
is read, by sizes that the zip module then holds the file to: the strings and styles of a workbook,
and the length of one row.
"""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from model.errors import FileRefused

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MOST_PARTS = 2_000
LARGEST_SHEETS_BYTES = 512 * 1024 * 1024
LARGEST_STRINGS_BYTES = 64 * 1024 * 1024
LARGEST_PART_BYTES = 2 * 1024 * 1024
"""Of styles, relations and the like, which are kept whole."""
LONGEST_ROW_BYTES = 2 * 1024 * 1024
MOST_ROWS = 1_048_576
MOST_CELLS = 60_000_000
MOST_CHARACTERS = 512 * 1024 * 1024
SCANNED_BYTES = 1024 * 1024
OVERLAP_BYTES = 256
BELOW_ROWS_BYTES = 14 * 1024 * 1024
"""Of links and formats, which stand below the last row."""

ROW = re.compile(rb"<(?:[A-Za-z0-9]+:)?row[\s/>]")
UNCALCULATED = re.compile(
    rb"(?:</(?:[A-Za-z0-9]+:)?f>|<(?:[A-Za-z0-9]+:)?f(?:\s[^<>]*)?/>)"
    rb"\s*(?:<(?:[A-Za-z0-9]+:)?v\s*/>\s*)?</(?:[A-Za-z0-9]+:)?c>"
)
"""A formula without the value it had when the workbook was saved."""

DAMAGED = FileRefused(
    "damaged-workbook", "The Excel workbook is damaged or unfinished. Save it again as .xlsx."
)
TOO_LARGE = FileRefused(
    "workbook-too-large",
    "The Excel workbook is larger than this program reads. Save the sheet as CSV.",
)


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
        raise _old(file)
    with _archive(file) as archive:
        _require_bounded(archive)
        sheets = [part for part in archive.namelist() if _is_sheet(part)]
        uncalculated = [part for part in sheets if _scan(archive, part)]
    return OpenWorkbook(_load(file), uncalculated)


def _scan(archive: zipfile.ZipFile, part: str) -> bool:
    """Look through a sheet for what openpyxl could not bear; whether formulas have no value."""
    # `seen` bytes lie before the block; `tail` is the end of the last one, so that nothing that
    # stands across two blocks is overlooked.
    seen, last_row, tail, uncalculated = 0, 0, b"", False
    with archive.open(part) as stream:
        while block := _read(stream):
            text, begin = tail + block, seen - len(tail)
            if b"\0" in block or b"<!DOCTYPE" in text:
                raise DAMAGED
            uncalculated = uncalculated or bool(UNCALCULATED.search(text))
            for found in ROW.finditer(text):
                at = begin + found.start()
                if at - last_row > LONGEST_ROW_BYTES:
                    raise TOO_LARGE
                last_row = at
            seen += len(block)
            if seen - last_row > LONGEST_ROW_BYTES + BELOW_ROWS_BYTES:
                raise TOO_LARGE
            tail = text[-OVERLAP_BYTES:]
    return uncalculated


def _read(stream: IO[bytes]) -> bytes:
    try:
        return stream.read(SCANNED_BYTES)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        raise DAMAGED from None


def _load(file: BinaryIO) -> Workbook:
    import warnings

    import openpyxl

    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts it passes over: charts, validation rules
            return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception:  # whatever it meets in a part it did not expect; its text may quote a cell
        raise DAMAGED from None


def _archive(file: BinaryIO) -> zipfile.ZipFile:
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileRefused(
            "not-a-table",
            "The file is a ZIP archive or an Excel workbook, and damaged or unfinished. Save it "
            "again as .xlsx, or as CSV.",
        ) from None


def _require_bounded(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise _other("a binary Excel workbook (.xlsb)")
    if "mimetype" in names or "content.xml" in names:
        raise _other("an OpenDocument file")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise FileRefused(
            "not-a-table", "The file is a ZIP archive, not a table. Unpack it, or export as CSV."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise _encrypted()
    if len(parts) > MOST_PARTS:
        raise TOO_LARGE
    sheets = sum(part.file_size for part in parts if _is_sheet(part.filename))
    if sheets > LARGEST_SHEETS_BYTES:
        raise TOO_LARGE
    if any(part.file_size > _limit(part.filename) for part in parts):
        raise TOO_LARGE


def _is_sheet(part: str) -> bool:
    return part.startswith("xl/worksheets/") and part.endswith(".xml")


def _limit(part: str) -> int:
    """How many bytes a part may unpack to; pictures and the like are never unpacked."""
    if _is_sheet(part):
        return LARGEST_SHEETS_BYTES
    if part.casefold().endswith("sharedstrings.xml"):
        return LARGEST_STRINGS_BYTES
    kept_whole = part.endswith((".xml", ".rels"))
    return LARGEST_PART_BYTES if kept_whole else LARGEST_SHEETS_BYTES


def _old(file: BinaryIO) -> FileRefused:
    """An OLE file: an encrypted workbook, or one from before 2007."""
    file.seek(0)
    tail = b""
    while block := file.read(SCANNED_BYTES):
        if ENCRYPTED in tail + block:
            return _encrypted()
        tail = block[-len(ENCRYPTED) :]
    return _other("an Excel workbook of the old kind (.xls)")


def _encrypted() -> FileRefused:
    return FileRefused(
        "encrypted-workbook",
        "The Excel workbook is protected by a password, so nothing of it can be read. Save a copy "
        "without a password.",
    )


def _other(what: str) -> FileRefused:
    return FileRefused("not-a-table", f"The file is {what}. Save it as .xlsx or CSV.")


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
