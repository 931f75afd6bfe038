"""Excel workbooks: read as a CSV of the same cells is, within bounds, and written harmless."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable

import numpy as np
import openpyxl
import pyarrow as pa
import pytest

from model.errors import FileRefused
from model.files.check_file import examine
from model.files.check_report import Report, Verdict
from model.files.reading.beginning import propose
from model.files.results.workbook_table import BEGIN, END, PARTS, SHEET, SheetWriter, rendered
from model.files.understanding import mapping_file
from model.files.understanding.mapping import FileMapping
from model.tables.workbook import open_workbook
from tests.model.files.samples import HEADER, ROWS, SCHEMA, VALUES, codes, read, table


def workbook(rows: Iterable[Iterable[object]], hidden: Iterable[str] = ()) -> bytes:
    """A workbook of one sheet of these rows, and hidden ones without any."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for name in hidden:
        book.create_sheet(name).sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def patients() -> list[list[object]]:
    return [HEADER.split(","), *([float(cell) for cell in row.split(",")] for row in ROWS)]


def raw(sheet: str, **parts: str) -> bytes:
    """A workbook whose sheet is this XML."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**PARTS, **parts}.items():
            archive.writestr(name, text)
        archive.writestr(SHEET, sheet)
    return content.getvalue()


def looked_through(content: bytes) -> list[list[str]]:
    """Every row of the only sheet."""
    opened = open_workbook(io.BytesIO(content))
    return list(opened.rows(opened.sheets.visible[0]))


def test_a_sheet_is_read_as_the_same_cells_in_csv_are() -> None:
    report, values = read(workbook(patients()))
    assert report.refusal is None
    np.testing.assert_array_equal(values, VALUES)


def test_a_title_above_the_header_empty_columns_and_hidden_sheets_are_told() -> None:
    rows = [["The ward's list"], [], *([None, None, *row, None] for row in patients())]
    report, values = read(workbook(rows, hidden=["Lists"]))
    np.testing.assert_array_equal(values, VALUES)
    assert {"rows-above-header", "sheet"} <= codes(report)
    assert "Hidden, and not read: “Lists”" in " ".join(issue.message for issue in report.issues)


def test_a_date_in_a_number_is_rejected_and_elsewhere_is_kept() -> None:
    rows = patients()
    rows[0].append("seen")
    for row in rows[1:]:
        row.append(datetime.date(2026, 3, 1))
    rows[1][0] = datetime.datetime(1961, 3, 4)
    report, _ = read(workbook(rows))
    assert report.rejected_rows == [1]


def test_several_sheets_that_could_hold_the_patients_are_not_guessed_between() -> None:
    assert codes(read(wards())[0]) == {"several-sheets"}


def wards() -> bytes:
    """A workbook with patients on two sheets, and a hidden one."""
    book = openpyxl.Workbook()
    book.active.title = "Ward A"
    named = {"Ward A": patients(), "Ward B": patients()[:3], "Lists": [["ward", "A"]]}
    for name, rows in named.items():
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book["Lists"].sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def on(sheet: str, content: bytes, mapping: FileMapping | None = None) -> Report:
    return examine(io.BytesIO(content), SCHEMA, sheet=sheet, mapping=mapping)


@pytest.mark.parametrize(("sheet", "rows"), [("Ward A", 4), ("Ward B", 2)])
def test_the_sheet_that_is_named_is_read_and_the_others_are_told(sheet: str, rows: int) -> None:
    report = on(sheet, wards())
    assert report.rows == rows
    (said,) = [issue.message for issue in report.issues if issue.code == "sheet"]
    assert said.startswith(f"Read from the sheet “{sheet}”. Not read: “Ward ")
    assert said.endswith("Hidden, and not read: “Lists”.")


def test_a_proposal_names_its_sheet_and_reads_it_again_from_its_mapping() -> None:
    proposal = propose(io.BytesIO(wards()), SCHEMA, sheet="Ward B")
    draft = mapping_file.draft(proposal)
    assert "\nsheet: Ward B\n" in draft
    mapping = mapping_file.from_yaml(draft, SCHEMA)
    assert on("", wards(), mapping).rows == 2


def test_a_workbook_of_one_sheet_needs_no_name_for_it_in_a_mapping() -> None:
    assert propose(io.BytesIO(workbook(patients())), SCHEMA).mapping.sheet == ""


MARCH = FileMapping("heart-disease", (), sheet="March")


@pytest.mark.parametrize(
    ("content", "sheet", "mapping", "said"),
    [
        (wards(), "Ward C", None, "The workbook has no sheet “Ward C”. It has: “Ward A”, “Ward B”"),
        (wards(), "", MARCH, "The workbook has no sheet “March”. It has: “Ward A”, “Ward B”"),
        (table(), "Ward A", None, "is no Excel workbook, so it has no sheet “Ward A”"),
        (table(), "", MARCH, "is no Excel workbook, so it has no sheet “March”"),
        (wards(), "Ward B", MARCH, "reads the sheet “March”, and “Ward B” is asked for as well"),
    ],
    ids=["not there", "a mapping's not there", "CSV", "a mapping's in CSV", "two are asked for"],
)
def test_a_sheet_that_is_not_in_the_file_is_refused_in_one_sentence(
    content: bytes, sheet: str, mapping: FileMapping | None, said: str
) -> None:
    report = on(sheet, content, mapping)
    assert report.verdict is Verdict.REFUSED
    assert said in str(report.refusal)


def test_a_sheet_whose_formulas_have_no_value_does_not_keep_another_from_being_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(patients())))
    book.create_sheet("Sums").append(["=1+1"])
    content = io.BytesIO()
    book.save(content)
    assert read(content.getvalue())[0].rows == 4


MANY_TEXTS = f"<sst>{'<si><t>a</t></si>' * 1_000_001}</sst>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (raw(f'{BEGIN}<row r="1"><c r="A1"><f>1+1</f></c></row>{END}'), "formulas-without-values"),
        (raw(f"{BEGIN}<row>{'<c/>' * 4_000_000}</row>{END}"), "workbook-too-large"),
        (raw(f'{BEGIN}<row r="99999999999"><c r="A1"/></row>{END}'), "workbook-too-large"),
        (raw(f'{BEGIN}<row r="1"><c r="ZZZZZZ1"/></row>{END}'), "damaged-workbook"),
        (raw(f"<!DOCTYPE x>{BEGIN}{END}"), "damaged-workbook"),
        (raw(BEGIN + END, **{"xl/styles.xml": "<a>" + "<b/>" * 600_000}), "workbook-too-large"),
        (raw(BEGIN + END, **{"xl/sharedStrings.xml": MANY_TEXTS}), "workbook-too-large"),
        (raw(BEGIN + END, mimetype="application/x"), "not-a-table"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "encrypted-workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "not-a-table"),
        (workbook(patients())[:-50], "not-a-table"),
    ],
    ids=[
        "formula",
        "row",
        "far row",
        "far column",
        "DTD",
        "styles",
        "texts",
        "ods",
        "password",
        "xls",
        "cut",
    ],
)
def test_what_could_do_harm_or_be_misread_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        looked_through(content)
    assert refused.value.code == code


def test_a_formula_gives_the_value_it_had() -> None:
    sheet = f'{BEGIN}<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>{END}'
    assert [*open_workbook(io.BytesIO(raw(sheet))).rows("Scored")] == [["2"]]


def test_a_result_has_its_numbers_as_numbers_and_runs_nothing() -> None:
    content = io.BytesIO()
    writer = SheetWriter(content, ["id", "note", "risk"])
    notes = pa.array(["=1+1", "a < b & c\x01", None]).dictionary_encode()
    writer.write(rendered([pa.array(["007", "2.5", ""]), notes, pa.array([0.5, np.nan, 1.0])]))
    writer.close()
    sheet = openpyxl.load_workbook(content).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["id", "note", "risk"],
        ["007", "=1+1", 0.5],
        [2.5, "a < b & c?", None],
        [None, None, 1],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
