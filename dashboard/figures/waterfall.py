"""How a risk builds up, one bar a finding: as data, as HTML, and in words.

Drawn without a chart library: a browser fetches megabytes before it can draw with one, and the
reasons stand on the first page.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from dashboard.figures.scale import TICKS, Scale
from dashboard.text import percent, points
from model.interpretation.reasons import Reason, Step
from model.scoring.engine import LINKS

AVERAGE, PATIENT = "Average patient in training", "This patient"
BEGINS = "the average patient in training"
NOT_USED = "not used"
ROW = "display:flex;align-items:center;gap:10px;margin-top:5px;font-size:14px;line-height:18px"
LABEL = "flex:0 1 42%;min-width:0;overflow-wrap:anywhere"
TRACK = "position:relative;flex:1 1 46%;height:16px"
REMARK = "font-size:12px;line-height:16px;margin:1px 0 3px;padding-left:10px;opacity:.85"
# A line between two ends, in the colour of the words and edged, so that it is seen on any bar.
WHISKER = (
    "border-left:2px solid;border-right:2px solid;box-sizing:border-box;opacity:.85;"
    "background:linear-gradient(currentColor,currentColor) center/100% 2px no-repeat"
)
FIGURE = "flex:0 0 62px;text-align:right;white-space:nowrap"


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
    """From one risk to another, with its words and its figure.

    ends : where it would end at either end of its 95 % interval; None where that is not known.
    remark : a line below the label; blank for none.
    """

    label: str
    start: float
    end: float
    kind: Kind
    figure: str
    ends: tuple[float, float] | None = None
    remark: str = ""


def bars(
    base: float, steps: Sequence[Step], start: str = AVERAGE, end: str = PATIENT
) -> tuple[Bar, ...]:
    """One bar a finding, from where the risk begins to the patient's.

    base : the risk at the mean log-odds of the training patients. start, end : what the risk is
    of where it begins, and where it ends. Tests that were not used share a bar without length.
    """
    # Bars follow each other without a gap: what is too small to be drawn, and so is left out on the
    # way, is one bar at the end, from where the others end to the patient's risk.
    risk = steps[-1].after if steps else base
    used = [step for step in steps if not step.reason.unused]
    drawn = [step for step in used if step.reason.set_aside or points(step.change) != "0"]
    found = [Bar(start, 0.0, base, Kind.TOTAL, percent(base))]
    at = base
    for step in drawn:
        found.append(
            Bar(
                step.reason.finding,
                at,
                at + step.change,
                _kind(step),
                _figure(step),
                _ends(step, at),
                step.reason.against_expectation or "",
            )
        )
        at += step.change
    if small := len(used) - len(drawn):
        label = "1 small effect" if small == 1 else f"{small} small effects together"
        rest = risk - at
        kind = Kind.RAISES if rest >= 0 else Kind.LOWERS
        found.append(Bar(label, at, risk, kind, points(rest)))
    if unused := len(steps) - len(used):
        label = "1 test not measured" if unused == 1 else f"{unused} tests not measured"
        found.append(Bar(label, risk, risk, Kind.UNMEASURED, NOT_USED))
    return (*found, Bar(end, 0.0, risk, Kind.TOTAL, percent(risk)))


def span(path: Sequence[Bar]) -> tuple[float, float]:
    """Both ends of the scale: 0 to 1, and wider where large effects undo each other on the way."""
    ends = [end for bar in path for end in (bar.start, bar.end)]
    return min(0.0, *ends), max(1.0, *ends)


def risk_at(base: float, scale: str) -> float:
    """The risk that a sum of contributions stands for, where bars begin."""
    return float(LINKS[scale](np.array([base]))[0])


def grey_bars(causes: Sequence[Reason]) -> str:
    """What the grey bars among these are, behind a space; blank where there is none."""
    grey = any(not reason.measured and not reason.unused for reason in causes)
    return " Grey: not measured, and yet of effect in this model." if grey else ""


def how_sure(causes: Sequence[Reason]) -> str:
    """What the thin lines in the bars are, or that none is known, behind a space."""
    if any(reason.low is not None for reason in causes):
        return " The thin line in a bar is its 95 % interval."
    return " How sure a single bar is, is not known."


def drawn(path: Sequence[Bar], begins: str = BEGINS) -> str:
    """The picture: label, bar and figure in a line each. Labels are somebody's text and shown
    letter by letter.

    begins : in words, what the first bar is.
    """
    low, high = span(path)
    place = Scale(low, high)
    rows = "".join(_row(bar, place) for bar in path)
    ticks = "".join(
        f'<span style="position:absolute;left:{place(tick / 100):.2f}%;font-size:12px;'
        f'transform:translateX(-50%)">{tick}</span>'
        for tick in TICKS
    )
    axis = (
        f'<div style="{ROW};margin-top:2px"><span style="{LABEL}"></span>'
        f'<div style="{TRACK}">{ticks}</div><span style="{FIGURE};font-size:12px">points</span>'
        "</div>"
    )
    return f'<div role="img" aria-label="{html.escape(told(path, begins))}">{rows}{axis}</div>'


def told(path: Sequence[Bar], begins: str = BEGINS) -> str:
    """The same for those who cannot see it."""
    first, *between, last = path
    way = "; ".join(
        f"{bar.label}{',' if bar.figure == NOT_USED else ''} {bar.figure}{_aside(bar)}"
        for bar in between
    )
    return f"From {first.figure}, {begins}, to {last.figure}: {way}."


def _row(bar: Bar, place: Scale) -> str:
    low, high = (place(end) for end in sorted((bar.start, bar.end)))
    width = f"max({high - low:.3f}%,1px)" if bar.end != bar.start else "0"
    weight = ";font-weight:600" if bar.kind is Kind.TOTAL else ""
    lines = "".join(
        f'<div style="position:absolute;left:{place(tick / 100):.2f}%;top:-4px;bottom:-4px;'
        'border-left:1px solid currentColor;opacity:.13"></div>'
        for tick in TICKS
    )
    remark = f'<div style="{REMARK}">{html.escape(bar.remark)}</div>' if bar.remark else ""
    return (
        f'<div style="{ROW}{weight}"><span style="{LABEL}">{html.escape(bar.label)}</span>'
        f'<div style="{TRACK}">{lines}<div style="position:absolute;left:{low:.3f}%;width:{width};'
        f'height:16px;background:{COLOURS[bar.kind]}"></div>{_whisker(bar, place)}</div>'
        f'<span style="{FIGURE}">{bar.figure}</span></div>{remark}'
    )


def _whisker(bar: Bar, place: Scale) -> str:
    """The interval of a bar's end, as far as it lies on the scale."""
    if bar.ends is None:
        return ""
    low, high = (min(max(place(end), 0.0), 100.0) for end in bar.ends)
    return (
        f'<div style="position:absolute;left:{low:.3f}%;width:{high - low:.3f}%;top:4px;height:8px;'
        f'{WHISKER}"></div>'
    )


def _ends(step: Step, at: float) -> tuple[float, float] | None:
    """Where a bar that begins at `at` would end."""
    if step.changes is None or step.reason.set_aside:
        return None
    low, high = step.changes
    return at + low, at + high


def _aside(bar: Bar) -> str:
    """The interval and the remark of a bar, in words."""
    sure = ""
    if bar.ends is not None:
        low, high = (points(end - bar.start) for end in bar.ends)
        sure = f" ({low} to {high})"
    return sure + (f", {bar.remark.rstrip('.')}" if bar.remark else "")


def _kind(step: Step) -> Kind:
    if not step.reason.measured or step.reason.set_aside:
        return Kind.UNMEASURED
    return Kind.RAISES if step.change >= 0 else Kind.LOWERS


def _figure(step: Step) -> str:
    """Percentage points, with their sign."""
    return NOT_USED if step.reason.set_aside else points(step.change)
