"""What moved the number: the waterfall, drawn, and the plain sentence."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.scale import TICKS, Scale
from dashboard.figures.waterfall import Bar, Kind, grey_bars, how_sure, span, told
from dashboard.report.bars import bars, ordered
from dashboard.report.sheet import Sheet
from dashboard.report.styles import BLACK, BODY, BOTTOM, FINE, LEFT, PALE, RIGHT, SMALL, TOP, Style
from dashboard.text import reading, set_aside
from model.interpretation.reasons import sentence
from model.record import Record
from model.schema import Schema

LABELS = 72.0  # width of the words
FIGURES = 14.0  # width of the figures
AXIS, WIDTH = LEFT + LABELS + 3, RIGHT - LEFT - LABELS - FIGURES - 6
LETTERS, TIGHT_LETTERS = Style(8.5, spacing=1.2), Style(8, spacing=1.2)
MANY = 16  # bars: more are set tighter
SPACE = 0.25  # between rows


def render(sheet: Sheet, record: Record, schema: Schema) -> None:
    """The sentence, the waterfall and how to read it."""
    if not record.contributions:
        sheet.section(needs=10)
        sheet.heading("What moved the number")
        sheet.paragraph("This version does not say what moved the number.", BODY)
        return
    found = ordered(record, schema)
    drawn = bars(record, found)
    style = LETTERS if len(drawn) <= MANY else TIGHT_LETTERS
    rows = [(bar, sheet.lines(bar.label, LABELS, _letters(bar, style))) for bar in drawn]
    tall = sum(_height(lines, style) for _, lines in rows)
    sheet.section(needs=min(tall + 25, BOTTOM - TOP - 10))
    sheet.heading("What moved the number")
    sheet.paragraph(sentence(found), BODY)
    sheet.y += 1.5
    first = True
    while rows:
        page = _page(sheet, rows, style)
        with sheet.tagged("Figure", told(drawn) if first else "The waterfall, continued"):
            _chart(sheet, page, style, Scale(*span(drawn), AXIS, WIDTH))
        _legend(sheet)
        if rows:
            sheet.new_page()
        first = False
    sheet.y += 0.5
    for bar in drawn:
        if bar.remark:
            sheet.paragraph(f"{bar.label}. {bar.remark}", SMALL)
    for said in set_aside(schema, found):
        if said not in record.flags:  # which are printed below
            sheet.paragraph(said, SMALL)
    told_so = reading(record.scale)
    how = f"Figures are {told_so[0].lower()}{told_so[1:]}"
    sheet.paragraph(how + how_sure(found) + grey_bars(found), FINE)


def _page(
    sheet: Sheet, rows: list[tuple[Bar, list[str]]], style: Style
) -> list[tuple[Bar, list[str]]]:
    """Takes as many rows as this page has room for."""
    taken: list[tuple[Bar, list[str]]] = []
    end = sheet.y + FINE.leading + 1
    while rows and (not taken or end + _height(rows[0][1], style) <= BOTTOM):
        end += _height(rows[0][1], style)
        taken.append(rows.pop(0))
    return taken


def _chart(sheet: Sheet, rows: Sequence[tuple[Bar, list[str]]], style: Style, place: Scale) -> None:
    end = sheet.y + sum(_height(lines, style) for _, lines in rows)
    for tick in TICKS:
        at = place(tick / 100)
        sheet.line(at, sheet.y, at, end + 0.6, PALE)
        sheet.write(at, end + 0.6, f"{tick} %", FINE, 0.5)
    joint: tuple[float, float] | None = None
    for bar, lines in rows:
        tall = _height(lines, style)
        letters = _letters(bar, style)
        sheet.written(LEFT, sheet.y, lines, letters)
        sheet.write(RIGHT, sheet.y, bar.figure, letters, 1)
        middle = sheet.y + tall / 2 - SPACE / 2
        thick = style.leading * 0.62
        if joint is not None and bar.kind is not Kind.TOTAL:
            sheet.line(joint[0], joint[1], joint[0], middle - thick / 2, 0.5, 0.15)
        _bar(sheet, bar, middle - thick / 2, thick, place)
        joint = (place(bar.end), middle + thick / 2)
        sheet.y += tall
    sheet.y += 0.6


def _bar(sheet: Sheet, bar: Bar, top: float, thick: float, place: Scale) -> None:
    low, high = sorted((place(bar.start), place(bar.end)))
    _filled(sheet, bar.kind, low, top, high - low, thick)
    if bar.ends is not None:
        one, other = (min(max(place(end), AXIS), AXIS + WIDTH) for end in bar.ends)
        middle = top + thick / 2
        sheet.line(one, middle, other, middle, BLACK, 0.3)
        for end in (one, other):
            sheet.line(end, middle - thick / 4, end, middle + thick / 4, BLACK, 0.3)


def _filled(sheet: Sheet, kind: Kind, x: float, y: float, width: float, height: float) -> None:
    """Told apart by their filling, so that they print in one ink."""
    if kind is Kind.LOWERS:
        sheet.hatched(x, y, width, height)
        return
    fill, edge = {
        Kind.TOTAL: (0.0, 0.0),
        Kind.RAISES: (0.4, 0.2),
        Kind.UNMEASURED: (0.88, 0.6),
    }[kind]
    sheet.box(x, y, width, height, fill, edge)


def _legend(sheet: Sheet) -> None:
    """Under the words, beside the figures of the axis."""
    x, tall = LEFT, 2.2
    for kind, words in ((Kind.RAISES, "raises the risk"), (Kind.LOWERS, "lowers it")):
        with sheet.artifact():
            _filled(sheet, kind, x, sheet.y + (FINE.leading - tall) / 2, 5, tall)
        with sheet.tagged("P"):
            sheet.write(x + 6.5, sheet.y, words, FINE)
        x += 6.5 + sheet.width(words, FINE) + 6
    sheet.y += FINE.leading


def _letters(bar: Bar, style: Style) -> Style:
    if bar.kind is Kind.TOTAL:
        return style.heavy()
    return style.grey() if bar.kind is Kind.UNMEASURED else style


def _height(lines: Sequence[str], style: Style) -> float:
    return len(lines) * style.leading + SPACE
