"""What of a workbook may be unpacked at all: its sizes, and what stands in a sheet's text."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import IO, BinaryIO

from model.errors import FileRefused

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MOST_PARTS = 2_000
LARGEST_SHEETS_BYTES = 512 * 1024 * 1024
LARGEST_STRINGS_BYTES = 64 * 1024 * 1024
MOST_STRINGS = 1_000_000
"""Different texts of a workbook: openpyxl makes an object of each before it reads a cell, some
100 MB and ten seconds for so many."""
LARGEST_PART_BYTES = 2 * 1024 * 1024
"""Of styles, relations and the like, which are kept whole."""
LONGEST_ROW_BYTES = 2 * 1024 * 1024
SCANNED_BYTES = 1024 * 1024
OVERLAP_BYTES = 256
BELOW_ROWS_BYTES = 14 * 1024 * 1024
"""Of links and formats, which stand below the last row."""

ROW = re.compile(rb"<(?:[A-Za-z0-9]+:)?row[\s/>]|</(?:[A-Za-z0-9]+:)?sheetData")
"""Where a row begins, or the last one has ended."""
STRINGS = "sharedstrings.xml"
STRING = re.compile(rb"<(?:[A-Za-z0-9]+:)?si[\s/>]")
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


def scan(archive: zipfile.ZipFile, part: str) -> bool:
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


def require_few_strings(archive: zipfile.ZipFile) -> None:
    """Let a workbook pass that has few enough different texts.

    Raises
    ------
    FileRefused
    """
    for part in archive.namelist():
        if not part.casefold().endswith(STRINGS):
            continue
        count, tail = 0, b""
        with archive.open(part) as stream:
            while block := _read(stream):
                text = tail + block
                end = text.rfind(b"<")  # a tag that stands across two blocks is told in the second
                count += len(STRING.findall(text, 0, end))
                tail = text[end:][:OVERLAP_BYTES] if end >= 0 else b""
                if count > MOST_STRINGS:
                    raise TOO_LARGE


def _read(stream: IO[bytes]) -> bytes:
    try:
        return stream.read(SCANNED_BYTES)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        raise DAMAGED from None


def archive_of(file: BinaryIO) -> zipfile.ZipFile:
    """The directory of a workbook; nothing of it is unpacked.

    Raises
    ------
    FileRefused
        If it is damaged.
    """
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileRefused(
            "not-a-table",
            "The file is a ZIP archive or an Excel workbook, and damaged or unfinished. Save it "
            "again as .xlsx, or as CSV.",
        ) from None


def require_bounded(archive: zipfile.ZipFile) -> None:
    """Let a workbook pass whose parts come to few enough bytes, as its directory says.

    Raises
    ------
    FileRefused
        If it is no workbook, has a password, or comes to more.
    """
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
    sheets = sum(part.file_size for part in parts if is_sheet(part.filename))
    if sheets > LARGEST_SHEETS_BYTES:
        raise TOO_LARGE
    if any(part.file_size > _limit(part.filename) for part in parts):
        raise TOO_LARGE


def is_sheet(part: str) -> bool:
    """Whether a part of the archive, by its name, is a sheet of cells."""
    return part.startswith("xl/worksheets/") and part.endswith(".xml")


def _limit(part: str) -> int:
    """How many bytes a part may unpack to; pictures and the like are never unpacked."""
    if is_sheet(part):
        return LARGEST_SHEETS_BYTES
    if part.casefold().endswith(STRINGS):
        return LARGEST_STRINGS_BYTES
    kept_whole = part.endswith((".xml", ".rels"))
    return LARGEST_PART_BYTES if kept_whole else LARGEST_SHEETS_BYTES


def older(file: BinaryIO) -> FileRefused:
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
