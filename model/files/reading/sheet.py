"""Which sheet of a workbook somebody asks for; other files have none."""

from __future__ import annotations

from model.errors import FileRefused
from model.files.understanding.mapping import FileMapping
from model.tables.wording import shown


def asked_sheet(sheet: str, mapping: FileMapping | None) -> str:
    """The sheet that is asked for, by name or in a mapping; blank if none is.

    Raises
    ------
    FileRefused
        If both ask, and for two.
    """
    mapped = mapping.sheet if mapping else ""
    if sheet and mapped and sheet != mapped:
        raise FileRefused(
            "two-sheets",
            f"The mapping reads the sheet “{shown(mapped)}”, and “{shown(sheet)}” is asked for as "
            "well. Name one of them.",
        )
    return sheet or mapped


def require_no_sheet(asked: str) -> None:
    """Let a file pass that is no workbook.

    Raises
    ------
    FileRefused
        If a sheet of it is asked for.
    """
    if asked:
        raise FileRefused(
            "sheet-missing",
            f"The file is no Excel workbook, so it has no sheet “{shown(asked)}”. Name no sheet, "
            "or take the workbook.",
        )
