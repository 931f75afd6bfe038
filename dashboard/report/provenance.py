"""Which version gave the number, from which data, how to check it, and what it is for."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.report.glyphs import LACKING
from dashboard.report.sheet import Sheet
from dashboard.report.styles import BOTTOM, COLUMN, GUTTER, LEFT, RIGHT, TOP, UNDER_HEADING, Style
from dashboard.text import site_warnings
from model.record import Record
from model.scoring.documents import Card, Evaluation

NAMES = 24.0  # width of the names before the values
HASHES = Style(7, spacing=1.25)
TEXT = Style(7.5, spacing=1.2)
ABOVE = 1.0  # between paragraphs
ORIGIN, PURPOSE = COLUMN - 12, COLUMN + 12  # widths side by side: sentences need more than hashes
CHECK = (
    "To check it: python -m model verify RECEIPT.json, with the receipt of this number from the "
    "Patient page, scores the patient again and compares."
)
Paragraph = tuple[str, Style]


def render(sheet: Sheet, record: Record, card: Card | None, evaluation: Evaluation | None) -> None:
    """Where the number comes from and what it is for, side by side where both fit."""
    told = list(_purpose(card, evaluation))
    origin = ABOVE + _height(sheet, [(CHECK, TEXT)], ORIGIN)
    origin += sum(len(lines) * HASHES.leading for _, lines in _origin(sheet, record, ORIGIN))
    tallest = max(origin, _height(sheet, told, PURPOSE))
    if UNDER_HEADING + tallest <= BOTTOM - TOP:
        sheet.section(needs=tallest)
        top = sheet.y
        _where_from(sheet, record, LEFT, ORIGIN)
        end, sheet.y = sheet.y, top
        _what_for(sheet, told, LEFT + ORIGIN + GUTTER, PURPOSE)
        sheet.y = max(sheet.y, end)
    else:
        sheet.section(needs=40)
        _where_from(sheet, record, LEFT, RIGHT - LEFT)
        sheet.section(needs=20)
        _what_for(sheet, told, LEFT, RIGHT - LEFT)
    if sheet.lacked:
        sheet.y += ABOVE
        sheet.paragraph(
            f"{LACKING} stands for a character that this report has no letter for.", TEXT
        )


def _where_from(sheet: Sheet, record: Record, x: float, width: float) -> None:
    sheet.heading("Where the number comes from", x, width)
    for name, lines in _origin(sheet, record, width):
        sheet.room(len(lines) * HASHES.leading)
        with sheet.tagged("P"):
            sheet.write(x, sheet.y, name, HASHES.grey())
            sheet.y = sheet.written(x + NAMES, sheet.y, lines, HASHES)
    sheet.paragraph(CHECK, TEXT, x, width, ABOVE)


def _what_for(sheet: Sheet, told: list[Paragraph], x: float, width: float) -> None:
    sheet.heading("What it is for", x, width)
    for text, style in told:
        sheet.paragraph(text, style, x, width, _above(style))


def _origin(sheet: Sheet, record: Record, width: float) -> Iterator[tuple[str, list[str]]]:
    """Names and hashes that never change."""
    found = record.origin
    for name, value in (
        ("Version", f"{found.study} v{found.version}, {found.estimator}"),
        ("Model", found.model_id),
        ("Run", found.run_id),
        ("Manifest sha256", found.digest),
        ("Data sha256", found.data_sha256),
        ("Git commit", found.git_commit),
        ("Scored", record.route),
    ):
        yield name, sheet.lines(value or "not known", width - NAMES, HASHES)


def _purpose(card: Card | None, evaluation: Evaluation | None) -> Iterator[Paragraph]:
    """What the card and the other sites say, a paragraph each."""
    use = card.intended_use if card is not None else ""
    yield use or "The model's card does not say.", TEXT
    against = list(card.out_of_scope) if card is not None else []
    against += site_warnings(evaluation)
    if against:
        yield "What it is not for", TEXT.heavy()
    for contrary in against:
        yield f"– {contrary}", TEXT


def _above(style: Style) -> float:
    return ABOVE if style.bold else 0


def _height(sheet: Sheet, told: list[Paragraph], width: float) -> float:
    return sum(
        _above(style) + len(sheet.lines(text, width, style)) * style.leading for text, style in told
    )
