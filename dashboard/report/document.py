"""What a report says, and in which order."""

from __future__ import annotations

from contextlib import closing

from dashboard.report import inputs, provenance, result, what_moved
from dashboard.report.sheet import Sheet
from dashboard.report.styles import BODY, COLUMN, GUTTER, HEADING, LEFT, RIGHT, UNDER_HEADING, Style
from model.record import Record
from model.schema import RESEARCH_USE, Schema
from model.scoring.documents import Card, Evaluation

TITLE = Style(18, bold=True, spacing=1.2)
FLAGS = 18.0  # from the margin, beside their heading


def pdf(
    record: Record,
    schema: Schema,
    card: Card | None,
    evaluation: Evaluation | None,
) -> bytes:
    """The report of one number, for A4; the same record gives the same bytes.

    Inputs first, then the number and what moved it, then where it comes from. What it says of the
    patient is on its pages only: title and other properties of the file hold nothing of it.

    Parameters
    ----------
    record : whose base, risk and interval are already at the local prevalence, if it has one.
    schema, card, evaluation : of the version that answered.
    """
    # The first time round counts the pages, which every foot tells.
    with closing(_drawn(record, schema, card, evaluation, 0)) as counted:
        pages = counted.pages
    with closing(_drawn(record, schema, card, evaluation, pages)) as sheet:
        return sheet.bytes()


def _drawn(
    record: Record,
    schema: Schema,
    card: Card | None,
    evaluation: Evaluation | None,
    pages: int,
) -> Sheet:
    version = f"{record.origin.study} v{record.origin.version}"
    sheet = Sheet(
        f"{schema.title}: the report of one patient",
        record.when,
        f"{version} · {RESEARCH_USE}",
        pages,
    )
    _head(sheet, record, schema, version)
    if inputs.are_few(sheet, record, schema):
        _side_by_side(sheet, record, schema)
    else:
        _one_after_the_other(sheet, record, schema)
    what_moved.render(sheet, record, schema)
    _flags(sheet, record)
    provenance.render(sheet, record, card, evaluation)
    return sheet


def _head(sheet: Sheet, record: Record, schema: Schema, version: str) -> None:
    """What this is, of when, and what it is not."""
    day = record.when
    made = f"{day.day} {day:%B %Y, %H:%M} {day.tzname() or ''}".strip()
    lines = sheet.lines(schema.title, RIGHT - LEFT - 70, TITLE)
    top = sheet.y
    with sheet.tagged("H1"):
        sheet.y = sheet.written(LEFT, top, lines, TITLE)
    with sheet.tagged("P"):
        sheet.write(RIGHT, top + 0.8, sheet.clean(made), BODY, flush=1)
        sheet.write(RIGHT, top + 0.8 + BODY.leading, sheet.fitted(version, 68, BODY), BODY, flush=1)
    sheet.paragraph(RESEARCH_USE, BODY.heavy())


def _side_by_side(sheet: Sheet, record: Record, schema: Schema) -> None:
    """The inputs, and the result on their right."""
    sheet.section(needs=inputs.TALLEST_COLUMN)
    top, x = sheet.y, LEFT + COLUMN + GUTTER
    sheet.heading("Inputs", width=COLUMN)
    inputs.beside(sheet, record, schema)
    end, sheet.y = sheet.y, top
    sheet.heading("Result", x, COLUMN)
    y = result.number(sheet, record, schema, x, sheet.y, COLUMN)
    sheet.y = max(end, result.icons(sheet, record, x, y + 2.2, COLUMN))


def _one_after_the_other(sheet: Sheet, record: Record, schema: Schema) -> None:
    """The inputs over the whole width, and the result below."""
    sheet.section(needs=20)
    sheet.heading("Inputs")
    inputs.across(sheet, record, schema)
    sheet.section(needs=result.height(sheet, record, schema, COLUMN))
    sheet.heading("Result")
    y = result.number(sheet, record, schema, LEFT, sheet.y, COLUMN)
    sheet.y = max(y, result.icons(sheet, record, LEFT + COLUMN + GUTTER, sheet.y, COLUMN))


def _flags(sheet: Sheet, record: Record) -> None:
    """Beside their heading: mostly there is none."""
    sheet.section(needs=0)
    below = sheet.y + UNDER_HEADING
    sheet.heading("Flags")
    sheet.y -= UNDER_HEADING - (HEADING.ascent - BODY.ascent) - 0.9
    for flag in record.flags or ("None.",):
        sheet.paragraph(flag, BODY, LEFT + FLAGS, RIGHT - LEFT - FLAGS)
    sheet.y = max(sheet.y, below - 2)
