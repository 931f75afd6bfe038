"""Several risks on one scale, each with its interval: a line each, without a chart library."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.risk import line, tick_marks

ROW = "margin:8px 2px 0"
LABEL = "font-size:14px;line-height:20px;overflow-wrap:anywhere"


@dataclass(frozen=True)
class Range:
    """One line: its words, a risk, and the ends of what it may be; None where they are unknown."""

    said: str
    risk: float
    ends: tuple[float, float] | None


def drawn(
    found: Sequence[Range], begins: str, threshold: float | None = None, theme: str | None = None
) -> str:
    """The picture. Words are somebody's text and shown letter by letter.

    begins : in words, what is seen, for those who cannot see it. threshold : the decision
    threshold, a dashed line. theme : ``light`` or ``dark``, where it is known.
    """
    lines = "".join(_line(line, threshold, theme) for line in found)
    axis = f'<div style="position:relative;height:18px;margin:0 2px">{tick_marks(top=2)}</div>'
    told = html.escape(f"{begins} {'; '.join(line.said for line in found)}.")
    return f'<div role="img" aria-label="{told}">{lines}{axis}</div>'


def _line(found: Range, threshold: float | None, theme: str | None) -> str:
    drawing = line(found.risk, found.ends, threshold, theme)
    return (
        f'<div style="{ROW}"><div style="{LABEL}">{html.escape(found.said)}</div>'
        f'<div style="position:relative;height:17px;margin-top:4px">{drawing}</div>'
        "</div>"
    )
