"""The beginning of a file as cells of text, before anything is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LOOKED_AT_ROWS = 20_000
LOOKED_AT_BYTES = 4_000_000


@dataclass(frozen=True)
class Sample:
    """The first line of a table and rows below it, cell by cell; `sheet` is where they stood."""

    first: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    sheet: str = ""

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]], sheet: str = "") -> Sample:
        """Of rows as they come: so many that looking at them costs no wait."""
        kept: list[Sequence[str]] = []
        left = LOOKED_AT_BYTES
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            left -= sum(map(len, row)) + len(row)
            if len(kept) > LOOKED_AT_ROWS or (kept and left < 0):
                break
            kept.append(row)
        return cls(tuple(kept[0]) if kept else (), kept[1:], sheet)
