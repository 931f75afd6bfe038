"""One risk, drawn without a chart library: its interval as a bar, and 100 patients as icons.

Both are HTML of numbers alone, in colours that stand out in either theme.
"""

from __future__ import annotations

from urllib.parse import quote

from dashboard.figures.scale import TICKS, of_100
from model.evaluation.wording import percent

COLOUR, COLOUR_IN_THE_DARK = "#0072B2", "#56B4E9"
OUTLINE = "#768696"
PALE, PALER = 0.5, 0.2
COLUMNS = 10
CELL, HEAD, SHOULDERS = 12.0, 1.9, 3.3  # of one icon, in the units of the drawing


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


def icons(risk: float, interval: tuple[float, float] | None, theme: str | None = None) -> str:
    """100 patients like this one: full up to the lower end, pale where it is uncertain.

    A picture of its own: the page takes no drawing in its text.
    """
    sure, expected, most = of_100(risk, interval)
    blue = colour(theme)
    groups = (
        (range(0, sure), f'fill="{blue}"'),
        (range(sure, expected), f'fill="{blue}" fill-opacity="{PALE}" stroke="{blue}"'),
        (range(expected, most), f'fill="{blue}" fill-opacity="{PALER}" stroke="{blue}"'),
        (range(most, 100), f'fill="none" stroke="{OUTLINE}"'),
    )
    paths = "".join(
        f'<path d="{"".join(map(_person, places))}" {look} stroke-width=".7"/>'
        for places, look in groups
        if places
    )
    side = CELL * COLUMNS
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side:g} {side:g}">{paths}</svg>'
    )
    return (
        f'<img alt="{text(risk, interval)}" src="data:image/svg+xml,{quote(drawing)}" '
        'style="width:100%;max-width:140px;display:block;margin:auto">'
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


def _person(place: int) -> str:
    """The outline of the icon at a place, row by row from the top left."""
    row, column = divmod(place, COLUMNS)
    x, y = (column + 0.5) * CELL, row * CELL
    head = (
        f"M{x - HEAD:g} {y + 3:g}a{HEAD} {HEAD} 0 1 0 {2 * HEAD:g} 0"
        f"a{HEAD} {HEAD} 0 1 0 -{2 * HEAD:g} 0Z"
    )
    body = f"M{x - SHOULDERS:g} {y + 11:g}v-2.6a{SHOULDERS} 2.8 0 0 1 {2 * SHOULDERS:g} 0v2.6Z"
    return head + body
