"""Which encoding the bytes of a file are in, or why they are no table of text."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from typing import BinaryIO

from model.errors import FileRefused

HEAD = 64 * 1024
BLOCK = 1024 * 1024
OTHER_FORMATS = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"%PDF", "a PDF"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file it stands for"),
    (b"{", "JSON"),
    (b"[", "JSON"),
    (b"<", "HTML or XML"),
)
UTF8_BOM = codecs.BOM_UTF8
WIDE_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CONTROL = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
BROKEN_OFF = FileRefused(
    "damaged-text", "The file breaks off within a character: it is damaged. Export it again."
)
NOT_IN_CP1252 = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])


@dataclass(frozen=True)
class Encoding:
    """How to turn a file's bytes into text: skip so many of them, then decode.

    said : what was understood of the file, each with its code and as a sentence.
    """

    name: str
    skip: int
    said: tuple[tuple[str, str], ...] = ()

    @property
    def is_utf8(self) -> bool:
        return self.name == "utf-8"

    def text(self, file: BinaryIO) -> io.TextIOWrapper:
        """The file's text from its beginning, line ends as they are."""
        file.seek(self.skip)
        return io.TextIOWrapper(file, encoding=self.name, newline="")

    def read(self, file: BinaryIO, characters: int = -1) -> str:
        """The file's text, or so many characters of it.

        Raises
        ------
        FileRefused
            If it breaks off within a character.
        """
        text = self.text(file)
        try:
            return text.read(characters)
        except UnicodeError:
            raise BROKEN_OFF from None
        finally:
            text.detach()


def recognise(file: BinaryIO) -> Encoding:
    """The encoding of a file that can be read twice.

    UTF-8 unless a byte order mark says UTF-16 or UTF-32, or a byte cannot be UTF-8: then
    Windows-1252, of which Latin-1 text is a part.

    Raises
    ------
    FileRefused
        If the file is empty, of another format, or damaged.
    """
    file.seek(0)
    head = file.read(HEAD)
    for mark, name in WIDE_BOMS:
        if head.startswith(mark):
            return Encoding(
                name, len(mark), (("encoding", f"The file is {name.upper()}; read so."),)
            )
    skip = 0
    while head.startswith(UTF8_BOM, skip):
        skip += len(UTF8_BOM)
    require_text(head[skip:])
    said = []
    if skip > len(UTF8_BOM):
        what = "The file begins with more than one byte order mark; they were left out."
        said.append(("byte-order-mark", what))
    if _is_utf8(file, skip):
        return Encoding("utf-8", skip, tuple(said))
    what = "The file is not UTF-8; it was read as Windows-1252 (Latin-1)."
    return Encoding("cp1252", skip, (*said, ("encoding", what)))


def require_text(head: bytes) -> None:
    """Let the beginning of a table of text pass.

    Raises
    ------
    FileRefused
        If it is that of another format, or of nothing.
    """
    bare = head.lstrip()
    if not bare:
        raise FileRefused("empty-file", "The file is empty. Choose one with a header and rows.")
    for mark, what in OTHER_FORMATS:
        if bare.startswith(mark):
            raise FileRefused(
                "not-a-table", f"The file is {what}, not a table of text. Export it as CSV."
            )
    if CONTROL.search(head):
        raise FileRefused(
            "not-a-table",
            "The file holds control characters: it is not text, or damaged. Export it as CSV.",
        )


def _is_utf8(file: BinaryIO, skip: int) -> bool:
    """Whether the whole file is UTF-8; without NUL bytes it must be in any case."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(skip)
    utf8 = single_byte = True
    while block := file.read(BLOCK):
        if b"\0" in block:
            raise FileRefused(
                "nul-bytes",
                "The file holds NUL bytes: it is damaged, or UTF-16 without a byte order mark. "
                "Save it as UTF-8.",
            )
        if block.isascii() and not decoder.getstate()[0]:
            continue
        utf8 = utf8 and _decodes(decoder, block)
        single_byte = single_byte and len(block.translate(None, NOT_IN_CP1252)) == len(block)
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    if not (utf8 or single_byte):
        raise FileRefused(
            "unknown-encoding",
            "The file is neither UTF-8 nor Windows-1252 (Latin-1). Save it as UTF-8.",
        )
    return utf8


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True
