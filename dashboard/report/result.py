"""The number, how sure it is, and what it means for a hundred patients."""

from __future__ import annotations

from dashboard.figures.scale import TICKS, of_100
from dashboard.report.sheet import Sheet
from dashboard.report.styles import BODY, FINE, PALE, SMALL, Style
from dashboard.text import NO_INTERVAL, answered, of_hundred, percent, percent_range
from model.record import Record
from model.schema import Schema

NUMBER = Style(28, bold=True, spacing=1.1)
SENTENCE = Style(8.5, bold=True)
ACROSS = 10
NOTE = Style(7.3)
PITCH, RADIUS = 3.2, 1.2
ARRAY = ACROSS * PITCH
CERTAIN, UNCERTAIN = 0.15, 0.75  # ink of the icons; the rest are outlines


def height(sheet: Sheet, record: Record, schema: Schema, width: float) -> float:
    """Millimetres that the number takes with all that stands below it, at most."""
    outcome = schema.outcome
    texts = (
        (outcome.heading, BODY),
        (of_hundred(record.risk, outcome, _limits(record)), SENTENCE),
        (_answered(record, schema), NOTE),
    )
    lines = sum(len(sheet.lines(text, width, style)) * style.leading for text, style in texts)
    return lines + 40


def number(sheet: Sheet, record: Record, schema: Schema, x: float, y: float, width: float) -> float:
    """The number with its interval and its sentence; the y where they end."""
    outcome = schema.outcome
    y = sheet.block(x, y, width, outcome.heading, BODY)
    with sheet.tagged("P"):
        shown = percent(record.risk)
        sheet.write(x, y, shown, NUMBER)
        beside, low = x + sheet.width(shown, NUMBER) + 5, y + NUMBER.ascent - BODY.ascent
        limits = _limits(record)
        if limits is not None:
            sheet.write(beside, low - BODY.leading, "95 % interval", BODY)
            sheet.write(beside, low, percent_range(*limits), BODY)
    y = interval(sheet, record, x, y + NUMBER.leading + 2, width)
    said = sheet.balanced(of_hundred(record.risk, outcome, limits), width, SENTENCE)
    with sheet.tagged("P"):
        y = sheet.written(x, y + 2, said, SENTENCE)
    if record.prevalence is not None:
        y = sheet.block(x, y + 1.2, width, str(record.prevalence), NOTE)
    if limits is None:
        y = sheet.block(x, y + 1.2, width, NO_INTERVAL, NOTE)
    y = sheet.block(x, y + 1.2, width, _answered(record, schema), NOTE)
    if record.flags:
        count = "1 flag" if len(record.flags) == 1 else f"{len(record.flags)} flags"
        y = sheet.block(x, y + 1.2, width, f"{count} below: trust this number less.", NOTE.heavy())
    return y


def _limits(record: Record) -> tuple[float, float] | None:
    """Both ends of the interval; None where it is not known."""
    if record.low is None or record.high is None:
        return None
    return record.low, record.high


def _answered(record: Record, schema: Schema) -> str:
    return answered(record.submodel, complete=set(schema.names) <= set(record.values))


def interval(sheet: Sheet, record: Record, x: float, y: float, width: float) -> float:
    """The 95 % interval as a bar on the whole scale, the risk as a mark on it."""
    left, scale, tall = x + 1, (width - 2) / 100, 4.0
    limits = _limits(record)
    low, high = (100 * end for end in limits or (record.risk, record.risk))
    told = f"95 % interval from {low:.0f} % to {high:.0f} %" if limits else f"Risk {low:.0f} %"
    with sheet.tagged("Figure", told):
        sheet.line(left, y + tall / 2, left + 100 * scale, y + tall / 2, PALE)
        sheet.box(left + low * scale, y, (high - low) * scale, tall, fill=0.7)
        mark = left + 100 * record.risk * scale
        sheet.box(mark - 0.4, y - 1, 0.8, tall + 2, fill=0)
        for tick in TICKS:
            at = left + tick * scale
            sheet.line(at, y + tall + 1.4, at, y + tall + 2.2, 0.5)
            flush = {0: 0.1, 100: 0.9}.get(tick, 0.5)
            sheet.write(at, y + tall + 2.2, f"{tick} %", FINE, flush)
    return y + tall + 2.2 + FINE.leading


def icons(sheet: Sheet, record: Record, x: float, y: float, width: float) -> float:
    """A hundred patients, those the interval leaves open shaded; the y where they end."""
    limits = _limits(record)
    low, _, high = of_100(record.risk, limits)
    legend = (
        (low, CERTAIN, CERTAIN, "even at the lower end of the interval" if limits else "with it"),
        (high - low, UNCERTAIN, CERTAIN, "only towards its upper end"),
        (100 - high, None, 0.45, "not even at its upper end" if limits else "without"),
    )
    alt = f"Of 100 icons {low} are solid, {high - low} shaded and {100 - high} empty."
    with sheet.tagged("Figure", alt):
        for at in range(100):
            # The first `low` icons are of the first kind, those up to `high` of the second.
            _, fill, edge, _ = legend[(at >= low) + (at >= high)]
            row, column = divmod(at, ACROSS)
            sheet.disc(x + (column + 0.5) * PITCH, y + (row + 0.5) * PITCH, RADIUS, fill, edge)
    text, top = x + ARRAY + 4, y + 0.2
    for count, fill, edge, words in legend:
        if not count:
            continue
        with sheet.artifact():
            sheet.disc(text + RADIUS, top + SMALL.leading / 2, RADIUS, fill, edge)
        top = (
            sheet.block(text + 5, top, x + width - text - 5, f"{count} of 100: {words}", SMALL)
            + 1.5
        )
    return max(y + ARRAY, top)
