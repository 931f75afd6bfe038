"""Files of patients: every known way they come, and what must become of each."""

from __future__ import annotations

import codecs
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.files.check_file import Examination, examine
from model.files.reading import csv_rows, dialect, readers
from tests.model.files.samples import HEADER, ROWS, SCHEMA, VALUES, codes, read, table

HOSTILE = Path(__file__).parents[4] / "shared" / "bad_inputs"


# The hostile collection -------------------------------------------------------------------


def cases() -> list[dict[str, Any]]:
    manifest = HOSTILE / "manifest.json"
    found: list[dict[str, Any]] = json.loads(manifest.read_text()) if manifest.exists() else []
    return found


SEVERITY = {"accept": None, "normalise": "normalised", "flag": "flagged", "reject_row": "rejected"}


@pytest.mark.skipif(not cases(), reason="the collection of hostile files is not here")
@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['file']}-{case['name']}")
def test_a_hostile_file_ends_as_a_correct_reader_must_end(case: dict[str, Any]) -> None:
    report, values = read((HOSTILE / case["file"]).read_bytes())
    told = report.to_document()
    json.dumps(told, allow_nan=False)
    if case["expect"] == "reject_file":
        assert told["verdict"] == "refused"
        assert len(report.issues) == 1
        return
    assert told["verdict"] == "accepted"
    assert told["rejected_rows"] == case["rejected_rows"]
    clean = [
        [np.nan if cell is None else cell for cell in row]
        for number, row in enumerate(case["clean"], start=1)
        if row and number not in case["rejected_rows"]
    ]
    np.testing.assert_array_equal(values[: len(clean)], clean)
    severities = {str(issue.severity) for issue in report.issues}
    expected = SEVERITY[case["expect"]]
    assert expected in severities if expected else not severities


# Encodings --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (table(), None),
        (codecs.BOM_UTF8 + table(), None),
        (codecs.BOM_UTF8 * 2 + table(), "byte-order-mark"),
        (codecs.BOM_UTF16_LE + table().decode().encode("utf-16-le"), "encoding"),
        (codecs.BOM_UTF16_BE + table().decode().encode("utf-16-be"), "encoding"),
        (codecs.BOM_UTF32_LE + table().decode().encode("utf-32-le"), "encoding"),
    ],
)
def test_an_encoding_that_names_itself_is_read(content: bytes, code: str | None) -> None:
    report, values = read(content)
    np.testing.assert_array_equal(values, VALUES)
    assert codes(report) == ({code} if code else set())


def test_latin_1_is_told_by_the_byte_that_cannot_be_utf_8_wherever_it_stands() -> None:
    names = [*("Meier",) * 110_000, "Müller"]
    rows = "\n".join(f"{name},{ROWS[0]}" for name in names)
    content = f"name,{HEADER}\n{rows}\n".encode("latin-1")
    assert len(content) > readers.BLOCK_BYTES
    report, values = read(content)
    assert codes(report) >= {"encoding"}
    np.testing.assert_array_equal(values, np.tile(VALUES[:1], (len(names), 1)))


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_utf_8_letter_across_two_blocks_is_one_letter(
    cut: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = f"name,{HEADER}\n€,{ROWS[0]}\n".encode()
    monkeypatch.setattr("model.tables.encoding.BLOCK", content.index("€".encode()) + cut)
    report, values = read(content)
    assert codes(report) == {"other-columns"}
    np.testing.assert_array_equal(values, VALUES[:1])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b" \n\n", "empty-file"),
        (codecs.BOM_UTF8, "empty-file"),
        (codecs.BOM_UTF16_LE, "empty-file"),
        (b"PK\x03\x04 and so on", "not-a-table"),
        (b"  [1, 2]", "not-a-table"),
        (b"<html></html>", "not-a-table"),
        (table().decode().encode("utf-16-le"), "nul-bytes"),
        (table() + b"\0" * 4096, "nul-bytes"),
        (table() * 40_000 + b"\0", "nul-bytes"),
        (b"\x02" + table(), "not-a-table"),
        (b"PAR1 and no more", "damaged-parquet"),
        (f"name,{HEADER}\n".encode() + b"\x81\xff," + ROWS[0].encode(), "unknown-encoding"),
        (codecs.BOM_UTF16_LE + table().decode().encode("utf-16-le")[:-1], "damaged-text"),
    ],
)
def test_what_is_no_table_of_text_is_refused_with_the_reason(content: bytes, code: str) -> None:
    report, _ = read(content)
    assert codes(report) == {code}


# Layout -----------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", "\t", "|", " "])
def test_a_separator_is_found_by_the_header(delimiter: str) -> None:
    report, values = read(table().replace(b",", delimiter.encode()))
    np.testing.assert_array_equal(values, VALUES)
    assert codes(report) == {"delimiter"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoted", [False, True])
def test_any_line_end_is_one(end: str, quoted: bool) -> None:
    rows = [f'"{row.replace(",", chr(34) + "," + chr(34))}"' for row in ROWS] if quoted else ROWS
    report, values = read(table(*rows, end=end))
    np.testing.assert_array_equal(values, VALUES)
    assert codes(report) == set()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (table(header=HEADER.replace(",", ";")), "two-delimiters"),
        (table(header="# exported 2024\n" + HEADER), "lines-above-header"),
        (table(header=ROWS[0]), "no-header"),
        (table(header="a,b,c"), "no-header"),
        (table().replace(b",", b" | "), "drawn-table"),
        (table(header=HEADER + ",age"), "column-twice"),
        (table(header=HEADER.replace("chol", "")), "unnamed-column"),
        (table(header=HEADER.replace("age", "years")), "required-column-missing"),
        (table('"' + ROWS[0]), "quotation-marks"),
        (table('"a"b,' + ROWS[0], header="note," + HEADER), "quotation-marks"),
        (table("A" * 200_000 + "," + ROWS[0], header="note," + HEADER), "endless-cell"),
        (table('"' + "A" * 200_000 + '",' + ROWS[0], header="note," + HEADER), "endless-cell"),
    ],
)
def test_what_could_only_be_guessed_is_refused(content: bytes, code: str) -> None:
    report, _ = read(content)
    assert codes(report) == {code}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cholesterol", "chol"),
        ("сa", "ca"),  # a Cyrillic letter
        ("Thallium scan", "thal"),
        ("rest_ecg", "restecg"),
        ("MaxHR", "thalach"),
        ("trestbp", "trestbps"),
        ("ST_Slope", "slope"),
        ("tha1", None),
        ("cat", None),
        ("note", None),
    ],
)
def test_a_near_miss_is_refused_with_a_suggestion_and_a_stranger_is_kept(
    written: str, meant: str | None
) -> None:
    target = meant or "ca"
    report, _ = read(table(header=HEADER.replace(f",{target}", f",{written}")))
    if meant:
        (issue,) = report.issues
        assert (issue.code, issue.column) == ("near-miss", meant)
        assert f"({meant})" in issue.message
    else:
        assert codes(report) == {"other-columns", "column-missing"}


def test_a_column_that_may_be_a_missing_input_is_named_and_not_read() -> None:
    report, values = read(table(header=HEADER.replace("chol", "totChol")))
    (told,) = [each for each in report.issues if each.code == "perhaps-an-input"]
    assert "“totChol” may be Cholesterol (chol)" in told.message
    assert np.isnan(values[:, SCHEMA.names.index("chol")]).all()
    report, _ = read(table())
    assert not [each for each in report.issues if each.code == "perhaps-an-input"]


def test_headers_are_read_whatever_their_case_spaces_and_order() -> None:
    places = [3, 1, 0, 2, *range(12, 3, -1)]
    header = ",".join(f" {SCHEMA.names[at].upper()}\u00a0" for at in places)
    rows = [",".join(row.split(",")[at] for at in places) for row in ROWS]
    report, values = read(table(*rows, header=header))
    np.testing.assert_array_equal(values, VALUES)
    assert codes(report) == {"header"}


# Rows -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "rejected"),
    [
        ([ROWS[0], ROWS[1] + ",9", ROWS[2]], [2]),
        ([ROWS[0], ROWS[1][:-2], ROWS[2]], [2]),
        ([ROWS[0], ROWS[1] + ",", ROWS[2]], [2]),
        ([ROWS[0], ROWS[1].replace("1.5", "1,5"), ROWS[2]], [2]),
        ([ROWS[0].replace("6", ",", 1)[:-1], ROWS[1], ROWS[2]], [1]),
        ([ROWS[0], "x", ROWS[2]], [2]),
        ([ROWS[0], HEADER, ROWS[2]], [2]),
    ],
)
def test_a_row_of_another_width_is_rejected_and_shifts_nothing(
    rows: list[str], rejected: list[int]
) -> None:
    report, values = read(table(*rows))
    assert report.rejected_rows == rejected
    kept = [float(row.split(",")[0]) for at, row in enumerate(rows, 1) if at not in rejected]
    assert values[:, 0].tolist() == kept


@pytest.mark.parametrize(
    ("header", "tail", "code"),
    [(HEADER + ",", ",", "trailing-separator"), (HEADER, ",", "trailing-separator")],
)
def test_a_separator_at_the_end_of_every_row_is_left_out(header: str, tail: str, code: str) -> None:
    report, values = read(table(*(row + tail for row in ROWS), header=header))
    np.testing.assert_array_equal(values, VALUES)
    assert codes(report) == {code}


def test_numbers_split_at_their_decimal_comma_are_not_shifted_into_the_next_columns() -> None:
    rows = [row.replace(".", ",").rpartition(",")[0] + "," for row in ROWS]
    assert all(row.count(",") == 13 for row in rows)
    report, values = read(table(*rows))
    assert report.rejected_rows == [1, 2, 3, 4]
    assert len(values) == 0


def test_blank_rows_are_left_out_and_not_counted() -> None:
    report, values = read(table(ROWS[0], "", " ", "," * 12, ROWS[1], "", ROWS[2] + ",1"))
    assert report.rejected_rows == [3]
    np.testing.assert_array_equal(values, VALUES[:2])
    assert "blank-rows" in codes(report)


def test_a_row_that_repeats_another_in_every_cell_is_flagged() -> None:
    report, _ = read(table(*ROWS, ROWS[1]))
    (issue,) = report.issues
    assert (issue.code, issue.row, str(issue.severity)) == ("repeated", 5, "flagged")
    rows = [f"{number},{ROWS[0]}" for number in range(3)]
    assert codes(read(table(*rows, header="id," + HEADER))[0]) == {"other-columns"}


def test_a_fault_of_many_rows_names_the_first_thousand_and_counts_the_others() -> None:
    rows = [ROWS[0].replace("63", "12")] * 1_500
    report, _ = read(table(*(f"{at},{row}" for at, row in enumerate(rows)), header="id," + HEADER))
    stopped = [issue for issue in report.issues if issue.code == "out-of-range"]
    assert [issue.row for issue in stopped] == [*range(1, 1_001), None]
    assert stopped[-1].message.startswith("500 further rows")
    assert len(report.rejected_rows) == 1_500


# Fast and careful -------------------------------------------------------------------------

SPOILED = ("?", "", "NA", "female", "2,5", "+63", "-9", "=1+1", "inf", "  3 ", "1e2", "-0", "7.")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(ROWS),
            st.lists(st.tuples(st.integers(0, 12), st.sampled_from(SPOILED)), max_size=2),
        ),
        min_size=1,
        max_size=12,
    ),
    st.permutations(range(12)),
)
def test_each_row_ends_the_same_read_fast_or_carefully_alone_or_in_any_order(
    made: list[tuple[str, list[tuple[int, str]]]], order: Sequence[int]
) -> None:
    rows = []
    for number, (row, spoils) in enumerate(made):
        cells = row.split(",")
        for at, cell in spoils:
            cells[at] = f'"{cell}"' if "," in cell else cell
        rows.append(",".join([f"p{number}", *cells]))
    # A row that only this study's codes can have, and one to keep the unit told.
    anchor = "p," + ROWS[0]
    header = "id," + HEADER

    def outcomes(chosen: Sequence[int], quote: bool) -> list[tuple[bool, list[float]]]:
        lines = [anchor, anchor, *(rows[at] for at in chosen)]
        if quote:
            lines = [f'"{line.partition(",")[0]}",{line.partition(",")[2]}' for line in lines]
        examination = Examination(io.BytesIO(table(*lines, header=header)), SCHEMA)
        parts = list(examination.run(lambda each: each.checked))
        return [
            (bool(gone), [] if gone else np.nan_to_num(values, nan=-1).tolist())
            for part in parts
            for gone, values in zip(part.rejected, part.values, strict=True)
        ][2:]

    everyone = range(len(rows))
    whole = outcomes(everyone, quote=False)
    assert outcomes(everyone, quote=True) == whole
    shuffled = [at for at in order if at in everyone]
    assert outcomes(shuffled, quote=False) == [whole[at] for at in shuffled]
    assert [outcomes([at], quote=False)[0] for at in everyone] == whole


@pytest.mark.parametrize("block", [60, 100, 1000])
def test_where_a_block_ends_makes_no_difference(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [*ROWS, ROWS[0] + ",9", *ROWS, ROWS[1].replace("67", "?"), *ROWS]
    whole, values = read(table(*rows))
    monkeypatch.setattr(readers, "BLOCK_BYTES", block)
    parts, again = read(table(*rows))
    np.testing.assert_array_equal(again, values)
    assert parts.to_document() == whole.to_document()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("blank", ["", "\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_rows_read_fast_are_the_lines_that_hold_something(blank: str, last: str, end: str) -> None:
    text = f"{ROWS[0]}\n{blank}" + "\n".join(ROWS[1:]) + last
    understood = dialect.understand([HEADER, *ROWS], SCHEMA)
    read_fast = csv_rows.plain(text.replace("\n", end).encode(), understood)
    assert read_fast is not None
    assert read_fast.lines.to_pylist() == list(ROWS)


# Parquet ----------------------------------------------------------------------------------


def parquet(frame: pd.DataFrame | pa.Table) -> bytes:
    content = io.BytesIO()
    pq.write_table(frame if isinstance(frame, pa.Table) else pa.table(frame), content)
    return content.getvalue()


@pytest.mark.parametrize("dtype", ["int64", "int16", "float32", "float64", "str", "category"])
def test_parquet_columns_of_any_type_give_the_same_values(dtype: str) -> None:
    frame = pd.DataFrame(VALUES, columns=list(SCHEMA.names)).drop(columns="oldpeak")
    typed = frame.astype(dtype) if dtype != "str" else frame.astype(int).astype(str)
    report, values = read(parquet(typed))
    expected = frame.reindex(columns=list(SCHEMA.names)).to_numpy()
    np.testing.assert_array_equal(values, expected)
    assert codes(report) == {"column-missing"}


@pytest.mark.parametrize(
    ("ages", "accepted"),
    [
        (pa.array([63] * 4, pa.float16()), True),
        (pa.array([b"63"] * 4), True),
        (pa.array([63] * 4, pa.duration("s")), False),  # a minute and three seconds
        (pa.array([63] * 4, pa.date32()), False),
    ],
    ids=lambda each: str(each.type) if isinstance(each, pa.Array) else "",
)
def test_a_time_in_parquet_is_no_number(ages: pa.Array, accepted: bool) -> None:
    frame = pd.DataFrame(VALUES, columns=list(SCHEMA.names))
    report, values = read(parquet(pa.table({**frame, "age": ages})))
    assert report.rejected_rows == ([] if accepted else [1, 2, 3, 4])
    assert (values[:, 0] == 63).all() or not accepted


def test_parquet_nulls_are_blank_and_lists_are_refused() -> None:
    columns = {
        name: pa.array([value, None]) for name, value in zip(SCHEMA.names, VALUES[0], strict=True)
    }
    report, _ = read(parquet(pa.table(columns)))
    assert report.rejected_rows == [2]
    columns["note"] = pa.array([[1], [2]])
    assert codes(read(parquet(pa.table(columns)))[0]) == {"nested-column"}


# Nothing of a patient ---------------------------------------------------------------------


def test_no_message_holds_the_value_of_a_cell() -> None:
    secrets = ("431.7", "Canary")
    rows = [ROWS[0].replace("233", "431.7"), "Canary" + ROWS[1], ROWS[2] + ",431.7"]
    for content in (table(*rows), table(*rows, '"Canary'), table(header=HEADER + ",Canary,Canary")):
        report = examine(io.BytesIO(content), SCHEMA)
        told = json.dumps(report.to_document()["issues"])
        assert all(secret not in told for secret in secrets) or "Column" in told


def test_ten_thousand_faulty_rows_are_all_told() -> None:
    rows = [ROWS[at % 4].replace("1", "x", 1) for at in range(10_000)]
    report = examine(io.BytesIO(table(*rows)), SCHEMA)
    assert report.rows == 10_000
    assert len(report.rejected_rows) == 10_000


def test_the_collection_is_here_where_it_must_be() -> None:
    if os.environ.get("CI") == "true" and HOSTILE.parent.exists():
        assert len(cases()) >= 129
