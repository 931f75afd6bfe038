"""What is said of a table that was found in a file: rows above it, and sheets beside its own."""

from __future__ import annotations

from collections.abc import Sequence

from model.tables.workbook import Sheets

LONGEST_SHOWN = 40
SHEETS_SHOWN = 10


def shown(name: str) -> str:
    """Somebody's text inside a sentence of ours."""
    bare = "".join(letter if letter.isprintable() else " " for letter in name[:200]).strip()
    return bare[:LONGEST_SHOWN]


def rows_above(count: int) -> str:
    """That rows stand above the header."""
    return f"{count} {'row' if count == 1 else 'rows'} above the header left out."


def sheet_read(sheets: Sheets, chosen: str) -> str:
    """Which sheet was read, and which were not; blank where there is no other."""
    others = [name for name in sheets.visible if name != chosen]
    hidden = [name for name in sheets.hidden if name != chosen]
    if not others and not hidden:
        return ""
    said = f"Read from the sheet “{shown(chosen)}”."
    if others:
        said += f" Not read: {listed(others)}."
    if hidden:
        said += f" Hidden, and not read: {listed(hidden)}."
    return said


def listed(titles: Sequence[str]) -> str:
    """Titles of sheets, the first ten of them."""
    more = "…" if len(titles) > SHEETS_SHOWN else ""
    return ", ".join(f"“{shown(title)}”" for title in titles[:SHEETS_SHOWN]) + more
