"""How a table of text is laid out: its separator, its header, and how many cells a row has."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from model.errors import FileRefused
from model.files.reading import header
from model.files.reading.header import Header
from model.files.understanding.mapping import FileMapping, positions
from model.files.understanding.names import plain_name
from model.intake.cells import DECIMAL_COMMA, MISSING_MARKS, NUMBER
from model.intake.check import check
from model.intake.issue import Finding, Severity
from model.schema import Schema

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
LINES_LOOKED_AT = 20
LINE_ENDS = re.compile(r"[\u2028\u2029\u0085\v\f]")


@dataclass(frozen=True)
class Layout:
    """How to read the rows of a table of text.

    above : lines before the first row. width : cells a row must have; those beyond the header's
    names are blank in every row.
    """

    delimiter: str
    header: Header
    above: int
    width: int
    findings: tuple[Finding, ...]

    @property
    def is_plain(self) -> bool:
        """Whether a row may be copied as it stands into a file separated by commas."""
        return self.delimiter == "," and self.width == len(self.header.names)


def understand(lines: Sequence[str], schema: Schema, mapping: FileMapping | None = None) -> Layout:
    """The layout of a table from its first lines.

    Raises
    ------
    FileRefused
        If there is no header, more than one way to read it, or the rows are separated otherwise.
    """
    bare = [line.strip("\r\n") for line in lines] or [""]
    above = next((at for at, line in enumerate(bare) if line.strip()), 0)
    findings = []
    declared = SEPARATOR_LINE.fullmatch(bare[above].strip('"'))
    if declared:
        above += 1
        what = "The line that names the separator is understood."
        findings.append(Finding(Severity.NORMALISED, "separator-line", what))
    if not any(line.strip() for line in bare[above:]):
        raise FileRefused("empty-file", "The file has no header. Choose one with header and rows.")
    delimiter = declared[1] if declared else _delimiter(bare[above:], schema, mapping)
    names = cells_of(bare[above], delimiter)
    if mapping is not None and not mapping.header:
        names, above = list(positions(len(names))), above - 1
    body = [line for line in bare[above + 1 :] if line.strip()][:LINES_LOOKED_AT]
    named = len(names)
    while named > 1 and not plain_name(names[named - 1]):
        named -= 1
    width = _width([cells_of(line, delimiter) for line in body], names, named, schema)
    if width > named:
        what = "Separators at the end of each row were left out."
        findings.append(Finding(Severity.NORMALISED, "trailing-separator", what))
    if delimiter != ",":
        name = DELIMITERS.get(delimiter, "the separator named in it")
        what = f"The columns are separated by {name}."
        findings.append(Finding(Severity.NORMALISED, "delimiter", what))
    understood = header.understand(names[:named], schema, mapping)
    return Layout(delimiter, understood, above + 1, width, (*findings, *understood.findings))


def _delimiter(lines: Sequence[str], schema: Schema, mapping: FileMapping | None = None) -> str:
    first, body = lines[0], lines[1:]
    if LINE_ENDS.search(first):
        raise FileRefused(
            "line-ends", "The lines end in a way no spreadsheet reads. Save the file as CSV again."
        )
    if mapping is not None and not mapping.header:
        counts = {
            d: min(len(cells_of(line, d)) for line in lines if line.strip()) for d in DELIMITERS
        }
    elif mapping is not None:
        counts = {d: mapping.recognised(cells_of(first, d)) for d in DELIMITERS}
    else:
        counts = {d: header.recognised(cells_of(first, d), schema) for d in DELIMITERS}
    best = max(counts, key=lambda d: (counts[d], d == ","))
    if not counts[best]:
        raise _no_header(lines, schema)
    if best == "|" and any(cell != cell.strip() for cell in cells_of(first, "|")):
        raise FileRefused(
            "drawn-table",
            "The table is drawn with bars and spaces, for reading. Export it as CSV instead.",
        )
    width = len(cells_of(first, best))
    rows = [line for line in body if line.strip()][:LINES_LOOKED_AT]
    others = [d for d in DELIMITERS if d not in (best, " ")]
    if rows and not any(len(cells_of(row, best)) >= width for row in rows):
        for other in others:
            if all(len(cells_of(row, other)) == width for row in rows):
                raise FileRefused(
                    "two-delimiters",
                    f"The header is separated by {DELIMITERS[best]}, the rows by "
                    f"{DELIMITERS[other]}. Use one of them throughout.",
                )
    return best


def _no_header(lines: Sequence[str], schema: Schema) -> FileRefused:
    """Why the first line is no header."""
    listed = ", ".join(schema.names)
    for at, line in enumerate(lines[1:LINES_LOOKED_AT], start=1):
        if any(header.recognised(cells_of(line, d), schema) >= 2 for d in DELIMITERS):
            return FileRefused(
                "lines-above-header",
                f"The header is not the first line but {at} further down. Remove what is above it.",
            )
    for delimiter in DELIMITERS:
        cells = cells_of(lines[0], delimiter)
        if len(cells) > 1 and all(map(_is_number, cells)):
            return FileRefused(
                "no-header",
                "The first line holds numbers, not names. Agree to how the columns seem to be "
                f"ordered, if it is proposed, or put a header above: {listed}.",
            )
    for delimiter in DELIMITERS:
        cells = cells_of(lines[0], delimiter)
        if len(cells) > 1 or delimiter == ",":
            try:
                header.understand(cells, schema)
            except FileRefused as refused:
                if refused.code == "near-miss":
                    return refused
    return FileRefused(
        "no-header", f"No column of this study is there. The first line must name them: {listed}."
    )


def _is_number(cell: str) -> bool:
    bare = cell.strip()
    return bare.casefold() in MISSING_MARKS or bool(
        NUMBER.fullmatch(bare) or DECIMAL_COMMA.fullmatch(bare)
    )


def _width(rows: Sequence[list[str]], names: Sequence[str], named: int, schema: Schema) -> int:
    """Cells a row must have: the names, and what every row has in blanks beyond them."""
    widths = {len(row) for row in rows}
    if widths == {named}:
        return named
    width = max(widths, default=named)
    beyond = [cell for row in rows for cell in row[named:]]
    if len(widths) > 1 or width < named or any(cell.strip() for cell in beyond):
        return len(names)
    # A blank cell at the end of every row may also be a number split at its decimal comma. If so,
    # what stands under the names behind it is shifted, and cannot all be right.
    shown = pd.DataFrame([row[:named] for row in rows], columns=list(names[:named]), dtype=object)
    named_alike = shown.rename(columns=lambda name: header.own_name(name, schema))
    shifted = len(names) < width and check(named_alike, schema).stopped
    return len(names) if shifted else width


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of one line; of one whose quotation marks do not pair, the line."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]
