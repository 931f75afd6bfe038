"""Reads Universal Binary JSON, in which XGBoost keeps models; see ubjson.org, draft 12."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

NUMBERS = {
    b"i": ">i1",
    b"U": ">u1",
    b"I": ">i2",
    b"l": ">i4",
    b"L": ">i8",
    b"d": ">f4",
    b"D": ">f8",
}
CONSTANTS = {b"Z": None, b"T": True, b"F": False}
DEEPEST = 64


def loads(data: bytes) -> Any:
    """The value that the bytes hold; an array of numbers of one type becomes a list of them.

    Raises
    ------
    ValueError
        If they are no Universal Binary JSON, or nested more than 64 deep.
    """
    try:
        reader = _Reader(data)
        value = reader.value(reader.take(1), 0)
    except (struct.error, UnicodeDecodeError, KeyError, IndexError) as error:
        raise ValueError("no Universal Binary JSON") from error
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        """The next bytes."""
        if count < 0 or self._at + count > len(self._data):
            raise ValueError("no Universal Binary JSON: it ends too early")
        self._at += count
        return self._data[self._at - count : self._at]

    def value(self, kind: bytes, depth: int) -> Any:
        """The value of a type that begins here."""
        if depth > DEEPEST:
            raise ValueError("no Universal Binary JSON: nested too deep")
        if kind in NUMBERS:
            return self._numbers(kind, 1)[0]
        if kind in CONSTANTS:
            return CONSTANTS[kind]
        if kind in (b"S", b"H"):
            return self._text()
        if kind == b"C":
            return self.take(1).decode("ascii")
        if kind == b"[":
            return self._array(depth)
        if kind == b"{":
            return self._object(depth)
        raise ValueError(f"no Universal Binary JSON: a value of type {kind!r}")

    def _numbers(self, kind: bytes, count: int) -> list[Any]:
        of = np.dtype(NUMBERS[kind])
        numbers: list[Any] = np.frombuffer(self.take(count * of.itemsize), dtype=of).tolist()
        return numbers

    def _length(self) -> int:
        kind = self.take(1)
        if kind not in NUMBERS or kind in (b"d", b"D"):
            raise ValueError("no Universal Binary JSON: a length that is no whole number")
        return int(self._numbers(kind, 1)[0])

    def _text(self) -> str:
        return self.take(self._length()).decode("utf-8")

    def _header(self) -> tuple[bytes | None, int | None]:
        """Of a container, the type all its values have, and how many they are, where it says."""
        kind, count = None, None
        if self._peek() == b"$":
            self.take(1)
            kind = self.take(1)
        if self._peek() == b"#":
            self.take(1)
            count = self._length()
            # Nulls take no bytes: a short file could promise any number of them.
            if count > len(self._data):
                raise ValueError("no Universal Binary JSON: it ends too early")
        return kind, count

    def _peek(self) -> bytes:
        return self._data[self._at : self._at + 1]

    def _array(self, depth: int) -> list[Any]:
        kind, count = self._header()
        if kind in NUMBERS and count is not None:
            return self._numbers(kind, count)
        values: list[Any] = []
        while (count is None and self._peek() != b"]") or (
            count is not None and len(values) < count
        ):
            values.append(self.value(kind or self.take(1), depth + 1))
        if count is None:
            self.take(1)
        return values

    def _object(self, depth: int) -> dict[str, Any]:
        kind, count = self._header()
        values: dict[str, Any] = {}
        read = 0
        while (count is None and self._peek() != b"}") or (count is not None and read < count):
            name = self._text()
            values[name] = self.value(kind or self.take(1), depth + 1)
            read += 1
        if count is None:
            self.take(1)
        return values
