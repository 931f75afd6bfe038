"""One risk, drawn without a chart library: its interval as a bar.

It is HTML of numbers alone, in colours that stand out in either theme.
"""

from __future__ import annotations

from dashboard.figures.scale import TICKS, of_100
from model.evaluation.wording import percent

COLOUR, COLOUR_IN_THE_DARK = "#0072B2", "#56B4E9"


def bar(
    risk: float,
    interval: tuple[float, float] | None,
    threshold: float | None = None,
    theme: str | None = None,
) -> str:
    """The 95 % interval on the whole scale, with the risk and the decision threshold as marks.

    interval : both ends, or None where it is not known.

    theme : ``light`` or ``dark``, where it is known.
    """
    said = f"{text(risk, interval)}"
    if threshold is not None:
        said += f" Decision threshold {percent(threshold)}."
    return (
        f'<div role="img" aria-label="{said}" style="position:relative;height:40px;margin:5px 2px">'
        f"{line(risk, interval, threshold, theme)}{tick_marks(top=18)}</div>"
    )


def text(risk: float, interval: tuple[float, float] | None) -> str:
    """The same for those who cannot see it."""
    if interval is None:
        return f"{round(100 * risk)} of 100 patients; no interval is known."
    sure, expected, most = of_100(risk, interval)
    return f"{expected} of 100 patients, 95 % interval {sure} to {most}."


def colour(theme: str | None) -> str:
    """The colour of a risk: bright enough on the page's own ground."""
    return COLOUR_IN_THE_DARK if theme == "dark" else COLOUR


def line(
    risk: float,
    interval: tuple[float, float] | None,
    threshold: float | None,
    theme: str | None,
) -> str:
    """A ground as long as the scale, the interval on it, and marks at the risk and the threshold:
    what `bar` draws, without its scale and its words.
    """
    blue = colour(theme)
    track = (
        '<div style="position:absolute;left:0;right:0;top:0;height:14px;border-radius:3px;'
        'background:currentColor;opacity:.1"></div>'
    )
    sure = ""
    if interval is not None:
        sure = _span(*interval, 0, 14, f"background:{blue};opacity:.38;border-radius:3px")
    here = _mark(risk, -3, 20, f"border-left:4px solid {blue}")
    limit = ""
    if threshold is not None:
        limit = _mark(threshold, -3, 20, "border-left:2px dashed currentColor;opacity:.75")
    return track + sure + here + limit


def tick_marks(top: int) -> str:
    """The scale in words, so many pixels below the top of its box."""
    return "".join(
        f'<span style="position:absolute;left:{tick}%;top:{top}px;font-size:12px;'
        f'white-space:nowrap;transform:translateX(-{tick}%)">{tick} %</span>'
        for tick in TICKS
    )


def _span(low: float, high: float, top: int, height: int, look: str) -> str:
    """A stretch of the scale; `top` and `height` in pixels."""
    place = f"left:{100 * low:.2f}%;width:{100 * (high - low):.2f}%;top:{top}px;height:{height}px"
    return f'<div style="position:absolute;{place};{look}"></div>'


def _mark(at: float, top: int, height: int, look: str) -> str:
    """A place on the scale; `top` and `height` in pixels."""
    place = f"left:calc({100 * at:.2f}% - 1px);top:{top}px;height:{height}px"
    return f'<div style="position:absolute;{place};{look}"></div>'
