"""How large a Parquet file becomes, before any of it is unpacked.

The footer says how large each column is, and may lie: Arrow unpacks every page into a buffer of
the size that stands in the page's own header. So the headers are walked, which takes no unpacking.
They are written in Thrift's compact protocol, of which just enough is read here.

    field header   one byte: how much the field's number exceeds the one before, and its type; 0
                   ends a structure. An excess of 0 means that the number follows in full.
    integer        groups of seven bits, lowest first, with the sign in the lowest bit (zigzag)

https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md,
https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift (PageHeader)
"""

from __future__ import annotations

from typing import Any, BinaryIO

PAGE_HEADER_BYTES = 64 * 1024  # statistics in it hold a smallest and a largest cell
UNPACKED, PACKED = 2, 3  # the numbers of the two fields that are needed
_BOOLEANS, _BYTE, _INTEGERS, _DOUBLE, _BINARY = (1, 2), 3, (4, 5, 6), 7, 8
_LISTS, _STRUCTURE = (9, 10), 12
_DEEPEST = 8


def pages(file: BinaryIO, column: Any) -> list[int]:
    """The sizes of a column's pages once unpacked.

    column : a column of a row group, as `pyarrow.parquet` describes it.

    Raises
    ------
    ValueError, IndexError
        If the headers cannot be followed from one page to the next.
    """
    begins = (column.data_page_offset, column.dictionary_page_offset)
    at = min(begin for begin in begins if begin)  # 0 or None of a page that is not there
    end = at + column.total_compressed_size
    sizes = []
    while at < end:
        file.seek(at)
        header = _Header(file.read(PAGE_HEADER_BYTES))
        unpacked, packed = header.sizes()
        sizes.append(unpacked)
        at += header.at + packed
    return sizes


class _Header:
    """A page's header, read from its first byte on; `at` is where it ends."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def sizes(self) -> tuple[int, int]:
        """Of the page: its bytes unpacked and packed."""
        found: dict[int, int] = {}
        number = 0
        while field := self._byte():
            number, kind = self._field(field, number)
            if kind in _INTEGERS:
                found[number] = self._integer()
            else:
                self._skip(kind, _DEEPEST)
        if min(found[UNPACKED], found[PACKED]) < 0:
            raise ValueError("a page of negative size")
        return found[UNPACKED], found[PACKED]

    def _field(self, field: int, before: int) -> tuple[int, int]:
        excess, kind = field >> 4, field & 0x0F
        return (before + excess if excess else self._integer()), kind

    def _skip(self, kind: int, deepest: int) -> None:
        if not deepest:
            raise ValueError("structures within structures")
        if kind == _BYTE:
            self.at += 1
        elif kind in _INTEGERS:
            self._unsigned()
        elif kind == _DOUBLE:
            self.at += 8
        elif kind == _BINARY:
            length = self._unsigned()
            self.at += length
        elif kind in _LISTS:
            self._skip_list(deepest)
        elif kind == _STRUCTURE:
            number = 0
            while field := self._byte():
                number, inner = self._field(field, number)
                self._skip(inner, deepest - 1)
        elif kind not in _BOOLEANS:  # whose value is their type
            raise ValueError("a field of an unknown type")

    def _skip_list(self, deepest: int) -> None:
        head = self._byte()
        count, kind = head >> 4, head & 0x0F
        if count == 0x0F:
            count = self._unsigned()
        if count > len(self._data):
            raise ValueError("a list longer than its header")
        for _ in range(count):
            if kind in _BOOLEANS:  # a byte each inside a list
                self.at += 1
            else:
                self._skip(kind, deepest - 1)

    def _integer(self) -> int:
        """Zigzag: 0, -1, 1, -2 are written 0, 1, 2, 3."""
        number = self._unsigned()
        return (number >> 1) ^ -(number & 1)

    def _unsigned(self) -> int:
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7
            if shift > 63:
                raise ValueError("an integer without an end")

    def _byte(self) -> int:
        byte = self._data[self.at]
        self.at += 1
        return byte
