"""Where a risk lies along the width of a picture, on a page and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TICKS = (0, 25, 50, 75, 100)
"""Marked risks, in percent."""

PERCENT_AXIS: dict[str, Any] = {
    "tickvals": [tick / 100 for tick in TICKS],
    "ticktext": [f"{tick} %" for tick in TICKS],
}
"""An axis of a chart for risks and other shares, written as everywhere on the pages."""


@dataclass(frozen=True)
class Scale:
    """From a risk to its place.

    low, high : the risks at both ends. start, width : where the picture begins and how wide it is,
    in its own unit: percent of the page's width, or millimetres.
    """

    low: float
    high: float
    start: float = 0.0
    width: float = 100.0

    def __call__(self, risk: float) -> float:
        return self.start + self.width * (risk - self.low) / (self.high - self.low)


def of_100(risk: float, interval: tuple[float, float] | None) -> tuple[int, int, int]:
    """How many of 100 patients like this one have the outcome: at the lower end of the interval, as
    expected, and at its upper end; all the same where no interval is known.
    """
    low, high = interval or (risk, risk)
    sure, expected, most = (round(100 * share) for share in (low, risk, high))
    return sure, expected, most
