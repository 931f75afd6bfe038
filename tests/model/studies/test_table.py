"""The table of a study: encodings, decimal commas, sheets and limits, each read in one way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model import limits
from model.errors import TableRefused
from model.studies import sheet as sheets
from model.studies.table import read_table
from model.tables import workbook_bounds

ROWS = [["age", "died"], [61, 0], [72, 1], [55, 0]]


def workbook(hidden: Iterable[str] = (), **named: list[list[object]]) -> bytes:
    """A workbook of these sheets, in their order."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in named.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if title in hidden:
            sheet.sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def ages(data: bytes, name: str, **wanted: str) -> list[float]:
    return read_table(data, name, **wanted).frame["age"].tolist()  # type: ignore[arg-type]


# Text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_the_same_in_every_encoding(encoding: str) -> None:
    data = "sex;age;died\nmännlich;61;1\nweiblich;72;0\n".encode(encoding)
    read = read_table(data, "ward.csv", outcome="died")
    assert read.frame["sex"].tolist() == ["männlich", "weiblich"]
    assert bool(read.said) == (encoding in ("utf-16", "cp1252"))


@pytest.mark.parametrize(
    ("delimiter", "cells", "numbers"),
    [
        (";", ["1,5", "2,25"], [1.5, 2.25]),
        (";", ["1.5", "2.25"], [1.5, 2.25]),
        ("\t", ["1,5", "2"], [1.5, 2]),
        (",", ['"1,5"', "2"], [1.5, 2]),
        (";", ["0.567", "1.234"], [0.567, 1.234]),
        (";", ["1,5", "unknown"], ["1.5", "unknown"]),
        (";", ["150.000", "98.500"], ["150.000", "98.500"]),
        (",", ['"150,000"', '"98,500"'], ["150,000", "98,500"]),
        ("\t", ["1,5", "2.5"], ["1,5", "2.5"]),
        (",", ["a", '"1,5"', "b", "c"], ["a", "1,5", "b", "c"]),
    ],
)
def test_a_decimal_comma_is_read_where_nothing_else_can_be_meant(
    delimiter: str, cells: list[str], numbers: list[object]
) -> None:
    lines = [f"crp{delimiter}died", *(f"{cell}{delimiter}{n % 2}" for n, cell in enumerate(cells))]
    assert read_table("\n".join(lines).encode(), "w.csv").frame["crp"].tolist() == numbers


def test_the_header_is_found_below_a_title_by_the_name_of_the_outcome() -> None:
    data = b"Ward 7,\nage,died\n61,0\n72,1\n"
    read = read_table(data, "ward.csv", outcome="died")
    assert read.frame["age"].tolist() == [61, 72]
    assert read.said == ("1 row above the header left out.",)
    with pytest.raises(TableRefused, match="line 4: has 3 cells"):
        read_table(b"Ward 7,\nage,died\n61,0\n72,1,9\n", "ward.csv", outcome="died")


# Excel ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (workbook(a=ROWS), ()),
        (
            workbook(hidden=["old"], old=ROWS[:2], new=ROWS),
            ("Read from the sheet “new”. Hidden, and not read: “old”.",),
        ),
        (
            workbook(readme=[["This workbook"], ["holds"]], a=ROWS),
            ("Read from the sheet “a”. Not read: “readme”.",),
        ),
        (
            workbook(a=[["Heart study"], [], *ROWS, [], []]),
            ("1 row above the header left out.",),
        ),
        (workbook(a=[[None, *row, None] for row in ROWS]), ()),
        (
            workbook(a=[ROWS[0], [61, 0, None, "see note"], *ROWS[2:]]),
            ("What stands beside the table was left out.",),
        ),
        (workbook(codes=[["code", "word"], [1, "yes"]], a=ROWS), None),
    ],
)
@pytest.mark.parametrize("outcome", ["died", ""])
def test_the_patients_are_found_on_the_sheet_that_holds_them(
    data: bytes, said: tuple[str, ...] | None, outcome: str
) -> None:
    if said is None and not outcome:
        with pytest.raises(TableRefused, match="several sheets that could hold the patients"):
            read_table(data, "ward.xlsx")
        return
    read = read_table(data, "ward.xlsx", outcome=outcome)
    assert read.frame[["age", "died"]].to_numpy().tolist() == ROWS[1:]
    if said is not None:
        assert read.said == said


def test_of_several_sheets_with_the_outcome_one_has_to_be_named() -> None:
    data = workbook(hidden=["c"], a=ROWS, b=ROWS[:2], c=ROWS[:3])
    assert sheets.candidates(data, "ward.xlsx") == ("a", "b")
    with pytest.raises(TableRefused, match=r"“a”, “b”\. Name one with --sheet"):
        read_table(data, "ward.xlsx", outcome="died")
    assert ages(data, "ward.xlsx", sheet="b") == [61]
    assert ages(data, "ward.xlsx", sheet="c") == [61, 72]
    with pytest.raises(TableRefused, match=r"has no sheet 'd'\. It has: “a”, “b”"):
        read_table(data, "ward.xlsx", sheet="d")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04 no workbook", "ward.xlsx: The file is a ZIP archive or an Excel workbook"),
        (b"a,died\n1,0\n", "ward.xlsx is no Excel workbook, though its name says so"),
        (
            b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password",
        ),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "of the old kind"),
        (workbook(a=[["age", "died"], ["=A1*2", 1]]), "formulas that were never calculated"),
        (workbook(a=[["age", "died"]]), "holds no patients"),
    ],
)
def test_a_workbook_that_cannot_be_read_says_why(data: bytes, told: str) -> None:
    with pytest.raises(TableRefused, match=told):
        read_table(data, "ward.xlsx", outcome="died")


def test_a_workbook_that_unpacks_to_more_than_is_read_is_refused_unopened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook_bounds, "LARGEST_SHEETS_BYTES", 10_000)
    content = io.BytesIO(workbook(a=ROWS))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"0" * 10_001)
    with pytest.raises(TableRefused, match="is larger than this program reads"):
        read_table(content.getvalue(), "ward.xlsx", outcome="died")


# Parquet -------------------------------------------------------------------------------------


def test_a_parquet_file_that_becomes_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED_FILE_BYTES", 1_000_000)
    text = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(2_000, np.int32)), pa.array(["x" * 999])
    )
    content = io.BytesIO()
    pq.write_table(pa.table({"died": np.arange(2_000) % 2, "note": text}), content)
    assert len(content.getvalue()) < 20_000
    with pytest.raises(TableRefused, match="unpacked it comes to more than"):
        read_table(content.getvalue(), "ward.parquet")


def test_texts_numbers_and_blanks_of_a_parquet_file_are_those_of_its_frame() -> None:
    frame = pd.DataFrame(
        {
            "word": pd.Series(["a", np.nan, "b"], dtype="object"),
            "kind": pd.Categorical(["x", "y", "x"]),
            "whole": [1, 2, 3],
            "some": [1.5, np.nan, 3],
            "is_old": pd.Series([True, None, False], dtype="object"),
        }
    )
    content = io.BytesIO()
    frame.to_parquet(content)
    read = read_table(content.getvalue(), "ward.parquet").frame
    pd.testing.assert_frame_equal(read, frame.astype({"kind": "object"}))


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_a_damaged_parquet_file_is_refused(data: bytes) -> None:
    with pytest.raises(TableRefused, match="damaged or unfinished"):
        read_table(data, "ward.parquet")
