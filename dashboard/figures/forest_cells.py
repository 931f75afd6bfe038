"""A metric of many versions as small forest plots: one a table cell, all on one axis."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable
from dataclasses import dataclass

from model.evaluation.measured import Measured

WIDTH, HEIGHT, EDGE, TICK, DOT = 150, 34, 8, 4, 4  # pixels
MARGIN_SHARE = 0.04  # of the axis, kept free at either end
MARK = {"light": "#0072B2", "dark": "#56B4E9"}
LINE = {"light": "#14212E", "dark": "#E6EDF3"}


@dataclass(frozen=True)
class Axis:
    """The range all plots of one metric share. champion : where its dashed line stands."""

    low: float
    high: float
    champion: float | None = None

    @classmethod
    def over(cls, measured: Iterable[Measured], champion: Measured | None = None) -> Axis | None:
        """The narrowest that shows every value with its interval; None if there is nothing."""
        shown = [*measured, *([champion] if champion else [])]
        ends = [end for measured in shown for end in measured.ends if math.isfinite(end)]
        if not ends:
            return None
        margin = MARGIN_SHARE * (max(ends) - min(ends)) or 0.01
        value = champion.value if champion and math.isfinite(champion.value) else None
        return cls(min(ends) - margin, max(ends) + margin, value)

    def place(self, value: float) -> float:
        """(pixels) from the left edge of a cell."""
        return EDGE + (WIDTH - 2 * EDGE) * (value - self.low) / (self.high - self.low)

    @property
    def label(self) -> str:
        """Its ends, for the head of the column."""
        # Two digits of the range's width, none behind the point where it is ten or more.
        digits = max(0, min(3, 1 - math.floor(math.log10(self.high - self.low))))
        return f"{self.low:.{digits}f} – {self.high:.{digits}f}"


def cell(measured: Measured | None, axis: Axis, theme: str | None) -> str:
    """A picture as a ``data:`` address: the value as a dot, its interval as a whisker, and the
    champion's value as a dashed line that goes on from row to row.
    """
    ink, mark = LINE.get(theme or "", LINE["light"]), MARK.get(theme or "", MARK["light"])
    middle = HEIGHT / 2
    parts = []
    if axis.champion is not None:
        parts.append(_upright(axis.place(axis.champion), 0, HEIGHT, ink, 'stroke-dasharray="3 3"'))
    if measured is not None and math.isfinite(measured.value):
        if measured.has_interval:
            low, high = axis.place(measured.low), axis.place(measured.high)
            parts.append(
                f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="{mark}" stroke-width="2"/>'
            )
            parts += [_upright(end, middle - TICK, middle + TICK, mark, "") for end in (low, high)]
        place = axis.place(measured.value)
        parts.append(f'<circle cx="{place:.1f}" cy="{middle}" r="{DOT}" fill="{mark}"/>')
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"


def _upright(place: float, top: float, bottom: float, colour: str, dashes: str) -> str:
    return f'<path d="M{place:.1f} {top}V{bottom}" stroke="{colour}" stroke-width="1.5" {dashes}/>'
