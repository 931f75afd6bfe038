"""A result as an Excel workbook, written a chunk at a time straight into the result's own file.

No library is asked: those there are keep every cell in memory, or put the rows into a file of the
system's temporary folder, where a patient would stay if the program is killed. A workbook of one
sheet is five small documents and the rows; Arrow makes these as fast as those of a CSV file.
Text is written as text, which no spreadsheet runs, and what looks like a formula begins with an
apostrophe as in CSV, so that it stays harmless when somebody saves the sheet as one.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from model.errors import OutputError

MOST_ROWS = 1_048_575
"""Below the header; Excel has no more."""
LONGEST_TEXT = 32_767
NUMBER = r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$"
"""Texts that are written as numbers: an identifier such as 007 keeps its zeros."""
UNWRITABLE = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PARTS = {
    "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="Scored" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}
SHEET = "xl/worksheets/sheet1.xml"
BEGIN = (
    f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)
END = "</sheetData></worksheet>"


class SheetWriter:
    """Rows of a workbook's one sheet, into a file that is being written."""

    def __init__(self, file: BinaryIO, names: Sequence[str]) -> None:
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        for name, content in PARTS.items():
            # Opened, a part has no time of its own: the same result has the same bytes.
            with self._archive.open(name, "w") as part:
                part.write(content.encode())
        self._sheet = self._archive.open(SHEET, "w", force_zip64=True)
        self._rows = 0
        self._sheet.write(BEGIN.encode())
        header = pa.array(list(names), pa.string())
        self._sheet.write(f"<row>{''.join(_texts(header).to_pylist())}</row>".encode())

    def write(self, rows: pa.Array) -> None:
        """Add rows as `rendered`; in order.

        Raises
        ------
        OutputError
            If there are more than a sheet of Excel has.
        """
        self._rows += len(rows)
        if self._rows > MOST_ROWS:
            raise OutputError(
                f"Excel has {MOST_ROWS:,} rows below the header, and the result more. Write it as "
                ".csv or .parquet."
            )
        self._sheet.write("".join(rows.to_pylist()).encode())

    def close(self) -> None:
        self._sheet.write(END.encode())
        self._sheet.close()
        self._archive.close()


def rendered(columns: Sequence[pa.Array]) -> pa.Array:
    """Each row of some columns as a row of a sheet; null and NaN are blank cells."""
    cells = [_cells(column) for column in columns]
    return pc.binary_join_element_wise("<row>", *cells, "</row>", "")


def _cells(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        # Few distinct texts: each is written once.
        return _cells(column.dictionary).take(column.indices).fill_null("<c/>")
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        blank = pc.is_null(column, nan_is_null=True)
        return pc.if_else(blank, "<c/>", _number(pc.cast(column, pa.string())))
    return _texts(column)


def _number(texts: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise("<c><v>", texts, "</v></c>", "")


def _texts(column: pa.Array) -> pa.Array:
    column = pc.fill_null(column, "")
    bare = pc.replace_substring_regex(
        pc.utf8_slice_codeunits(column, 0, LONGEST_TEXT), UNWRITABLE, "?"
    )
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        bare = pc.replace_substring(bare, mark, entity)
    written = pc.binary_join_element_wise(
        '<c t="inlineStr"><is><t xml:space="preserve">', bare, "</t></is></c>", ""
    )
    number = pc.match_substring_regex(column, NUMBER)
    cells = pc.if_else(number, _number(column), written)
    return pc.if_else(pc.equal(column, ""), "<c/>", cells)
