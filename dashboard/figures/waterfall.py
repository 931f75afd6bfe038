"""How a risk builds up, one bar a finding: as data, as HTML, and in words.

Drawn without a chart library: a browser fetches megabytes before it can draw with one, and the
reasons stand on the first page.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from model.interpretation.reasons import Step

AVERAGE, PATIENT = "Average in training", "This patient"
BEGINS = "the average in training"
NOT_USED = "not used"
SMALLEST_POINTS = 0.05  # percentage points: what would round to 0.0
TICKS = (0, 25, 50, 75, 100)
ROOM = 0.89  # of the width for the scale; the rest for what stands beside the last bar
CRAMPED = 0.16  # of the scale: a bar that begins before it has its figure on the right
LABEL = "font-size:13px;line-height:18px;margin-top:7px"
FIGURE = "position:absolute;font-size:12px;line-height:14px;white-space:nowrap"


class Kind(Enum):
    """What a bar stands for."""

    TOTAL = auto()
    RAISES = auto()
    LOWERS = auto()
    UNMEASURED = auto()


COLOURS = {
    Kind.TOTAL: "#5B6B7B",
    Kind.RAISES: "#D55E00",
    Kind.LOWERS: "#0072B2",
    Kind.UNMEASURED: "#8C96A0",
}


@dataclass(frozen=True)
class Bar:
    """From one risk to another, with its words and its figure."""

    label: str
    start: float
    end: float
    kind: Kind
    figure: str


def bars(
    base: float, steps: Sequence[Step], start: str = AVERAGE, end: str = PATIENT
) -> tuple[Bar, ...]:
    """One bar a finding, from where the risk begins to the patient's.

    base : the risk at the mean log-odds of the training patients. start, end : what the risk is
    of where it begins, and where it ends. Tests that were not used share a bar without length.
    """
    risk = steps[-1].after if steps else base
    drawn = [step for step in steps if not step.reason.unused]
    found = [Bar(start, 0.0, base, Kind.TOTAL, percent(base))]
    found += [
        Bar(step.reason.finding, step.before, step.after, _kind(step), _figure(step))
        for step in drawn
    ]
    if unused := len(steps) - len(drawn):
        label = "1 test not measured" if unused == 1 else f"{unused} tests not measured"
        found.append(Bar(label, risk, risk, Kind.UNMEASURED, NOT_USED))
    return (*found, Bar(end, 0.0, risk, Kind.TOTAL, percent(risk)))


def drawn(path: Sequence[Bar], begins: str = BEGINS) -> str:
    """The picture. Labels are somebody's text and shown letter by letter; each stands over its
    bar, so that the bars have the whole width and no finding is too long for a narrow page.

    begins : in words, what the first bar is.
    """
    rows = "".join(map(_row, path))
    lines = "".join(
        f'<div style="position:absolute;left:{tick * ROOM}%;top:0;bottom:22px;'
        'border-left:1px solid currentColor;opacity:.13"></div>'
        for tick in TICKS
    )
    ticks = "".join(
        f'<span style="{FIGURE};left:{tick * ROOM}%;transform:translateX(-50%)">{tick} %</span>'
        for tick in TICKS
    )
    return (
        f'<div role="img" aria-label="{html.escape(told(path, begins))}" '
        'style="position:relative;padding:0 8px 0 14px"><div style="position:relative">'
        f'{lines}{rows}<div style="position:relative;height:22px;margin-top:8px">{ticks}</div>'
        "</div></div>"
    )


def told(path: Sequence[Bar], begins: str = BEGINS) -> str:
    """The same for those who cannot see it."""
    first, *between, last = path
    way = "; ".join(
        f"{bar.label}{',' if bar.figure == NOT_USED else ''} {bar.figure}" for bar in between
    )
    return f"From {first.figure}, {begins}, to {last.figure}: {way}."


def percent(risk: float) -> str:
    return f"{100 * risk:.0f} %"


def _row(bar: Bar) -> str:
    low, high = (100 * ROOM * end for end in sorted((bar.start, bar.end)))
    width = f"max({high - low:.3f}%,1px)" if bar.end != bar.start else "0"
    beside = f"left:calc({high:.3f}% + 5px)"
    if bar.kind is Kind.LOWERS and min(bar.start, bar.end) > CRAMPED:
        beside = f"right:calc({100 - low:.3f}% + 5px)"
    weight = ";font-weight:600" if bar.kind is Kind.TOTAL else ""
    return (
        f'<div style="{LABEL}">{html.escape(bar.label)}</div>'
        '<div style="position:relative;height:14px">'
        f'<div style="position:absolute;left:{low:.3f}%;width:{width};height:14px;'
        f'background:{COLOURS[bar.kind]}"></div>'
        f'<span style="{FIGURE};{beside}{weight}">{bar.figure}</span></div>'
    )


def _kind(step: Step) -> Kind:
    if not step.reason.measured or step.reason.set_aside:
        return Kind.UNMEASURED
    return Kind.RAISES if step.change >= 0 else Kind.LOWERS


def _figure(step: Step) -> str:
    """Percentage points, with their sign."""
    if step.reason.set_aside:
        return NOT_USED
    points = 100 * step.change
    return "0" if abs(points) < SMALLEST_POINTS else f"{points:+.1f}".replace("-", "−")
