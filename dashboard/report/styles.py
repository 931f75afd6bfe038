"""The page and its letters: what has which size, and where columns stand.

Lengths are millimetres, sizes of letters points; ink is 0 for black and 1 for paper.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

HEIGHT = 297.0  # of A4
LEFT, RIGHT, TOP, BOTTOM = 18.0, 192.0, 12.0, 284.0
COLUMN, GUTTER = 83.0, 8.0  # two columns make the width
POINT = 25.4 / 72
"""Millimetres."""
BLACK, GREY, PALE = 0.0, 0.4, 0.82  # grey on white 5.7:1, so small print can be read


@dataclass(frozen=True)
class Style:
    """How letters look."""

    size: float
    bold: bool = False
    ink: float = BLACK
    spacing: float = 1.4

    @property
    def leading(self) -> float:
        """Millimetres from one line to the next."""
        return self.size * POINT * self.spacing

    @property
    def ascent(self) -> float:
        """Millimetres from the top of a line to what its letters stand on."""
        return self.size * POINT * (self.spacing / 2 + 0.36)

    def grey(self) -> Style:
        return replace(self, ink=GREY)

    def heavy(self) -> Style:
        return replace(self, bold=True)


BODY = Style(9)
SMALL = Style(8)
FINE = Style(7.5, ink=GREY, spacing=1.3)
HEADING = Style(10.5, bold=True)
UNDER_HEADING = HEADING.leading + 1.6  # from the rule above it to the text below
