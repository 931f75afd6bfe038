from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.intake import CheckedTable, Severity, check, check_patient
from model.schema import Schema
from model.studies import find

SCHEMA = find("heart-disease").schema
OPTIONAL = [name for name in SCHEMA.names if name not in SCHEMA.required]
PATIENT: dict[str, object] = {
    "age": 63,
    "sex": 1,
    "cp": 4,
    "trestbps": 145,
    "chol": 233,
    "fbs": 0,
    "restecg": 2,
    "thalach": 150,
    "exang": 0,
    "oldpeak": 2.3,
    "slope": 3,
    "ca": 0,
    "thal": 6,
}
BLANK = math.nan
CANARY = 431.7


def answer(column: str, cell: object, schema: Schema = SCHEMA) -> CheckedTable:
    return check_patient({**PATIENT, column: cell}, schema)


# cell -> value ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("age", 63, 63),
        ("age", 63.0, 63),
        ("age", "63", 63),
        ("age", " 63 ", 63),
        ("age", "63\n", 63),
        ("age", "+63", 63),
        ("age", "63.", 63),
        ("age", "6.3e1", 63),
        ("age", "063", 63),
        ("age", np.int64(63), 63),
        ("age", np.float32(63), 63),
        ("age", 18, 18),
        ("age", 100, 100),
        ("oldpeak", ".5", 0.5),
        ("oldpeak", "-0.5", -0.5),
        ("oldpeak", -1, -1),  # a mark for "missing" elsewhere; here a possible value
        ("thalach", 99, 99),
        ("sex", "0", 0),
        ("sex", "1.0", 1),
        ("ca", -0.0, 0),
        ("ca", "3", 3),
    ],
)
def test_a_number_is_read_however_it_is_written(column: str, cell: object, value: float) -> None:
    checked = answer(column, cell)
    assert {issue.code for issue in checked.issues} <= {"unusual"}
    assert checked.rows.loc[1, column] == value


@pytest.mark.parametrize(
    ("column", "cell", "value", "code"),
    [
        ("age", "\u00a063\u3000", 63, "spaces"),  # that spreadsheets leave behind
        ("oldpeak", "2,3", 2.3, "decimal-comma"),
        ("oldpeak", ",5", 0.5, "decimal-comma"),
        ("oldpeak", "0,125", 0.125, "decimal-comma"),
        ("chol", "233,25", 233.25, "decimal-comma"),
    ],
)
def test_what_is_read_in_another_way_is_said(
    column: str, cell: object, value: float, code: str
) -> None:
    checked = answer(column, cell)
    assert [(i.severity, i.code) for i in checked.issues] == [(Severity.NORMALISED, code)]
    assert checked.rows.loc[1, column] == value


@pytest.mark.parametrize(("oldpeak", "told"), [(-0.1, True), (0, False), (10, False)])
def test_a_value_that_is_possible_but_unusual_is_scored_and_flagged(
    oldpeak: float, told: bool
) -> None:
    checked = answer("oldpeak", oldpeak)
    assert [i.code for i in checked.issues] == ["unusual"] * told
    assert len(checked.rows) == 1


@pytest.mark.parametrize(
    "cell",
    [
        *("", " ", "?", "-", "--", ".", "NA", "n/a", "#N/A", "NaN", "None", "null", "missing"),
        *("Unknown", "not measured", "<NA>", None, math.nan, pd.NA, np.float32("nan")),
    ],
)
@pytest.mark.parametrize("column", ["chol", "thal"])
def test_what_was_not_measured_stays_missing(column: str, cell: object) -> None:
    checked = answer(column, cell)
    assert [(issue.severity, issue.code) for issue in checked.issues] == [
        (Severity.FLAGGED, "not-measured")
    ]
    assert checked.rows[column].isna().all()


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("sex", "Female", 0),
        ("sex", "m", 1),
        ("cp", "ASYMPTOMATIC", 4),
        ("fbs", "TRUE", 1),
        ("fbs", True, 1),
        ("fbs", np.False_, 0),
        ("exang", "no", 0),
        ("restecg", "LVH", 2),
        ("slope", "flat", 2),
        ("ca", "Zero", 0),
        ("thal", " reversable defect ", 7),  # the source's own spelling
    ],
)
def test_a_code_in_words_is_read_and_said_so(column: str, cell: object, value: float) -> None:
    checked = answer(column, cell)
    assert [(issue.severity, issue.code) for issue in checked.issues] == [
        (Severity.NORMALISED, "words")
    ]
    assert checked.rows.loc[1, column] == value


@pytest.mark.parametrize("dtype", ["bool", "boolean", "object"])
@pytest.mark.parametrize(("column", "code"), [("age", "not-a-number"), ("fbs", "words")])
def test_true_and_false_are_words_in_a_column_of_any_type(
    column: str, code: str, dtype: str
) -> None:
    truths = pd.Series([True, False], dtype=dtype)
    checked = check(pd.DataFrame([PATIENT, PATIENT]).assign(**{column: truths}), SCHEMA)
    assert [issue.code for issue in checked.issues] == [code, code]
    assert checked.rows[column].tolist() == ([1, 0] if code == "words" else [])


# cell -> fault ---------------------------------------------------------------------------

FAULTS = [
    ("age", None, "required"),
    ("age", "?", "required"),
    ("age", BLANK, "required"),
    ("sex", "", "required"),
    ("cp", "NA", "required"),
    ("age", "sixty", "not-a-number"),
    ("age", "TRUE", "not-a-number"),
    ("age", True, "not-a-number"),
    ("age", np.True_, "not-a-number"),
    ("age", "６３", "not-a-number"),  # full-width digits
    ("age", "٦٣", "not-a-number"),  # Arabic-Indic digits
    ("age", "6_3", "not-a-number"),
    ("age", "6 3", "not-a-number"),
    ("age", "0x3F", "not-a-number"),
    ("age", "63 years", "not-a-number"),
    ("age", "6\n3", "not-a-number"),
    ("age", "inf", "not-a-number"),
    ("age", "-Infinity", "not-a-number"),
    ("age", "1e999", "not-a-number"),
    ("age", math.inf, "not-a-number"),
    ("age", -math.inf, "not-a-number"),
    ("age", 17, "out-of-range"),
    ("age", 101, "out-of-range"),
    ("age", 17.999, "out-of-range"),
    ("age", -9, "out-of-range"),  # needed, so leaving it blank would not help
    ("age", 999, "out-of-range"),
    ("sex", 2, "unknown-code"),
    ("sex", 0.5, "unknown-code"),
    ("sex", "divers", "not-a-number"),
    ("sex", -9, "unknown-code"),
    ("cp", 0, "unknown-code"),
    ("cp", 5, "unknown-code"),
    ("trestbps", 0, "out-of-range"),
    ("trestbps", 14.5, "out-of-range"),  # kPa or cm Hg
    ("trestbps", "145/80", "not-a-number"),
    ("trestbps", "1,45", "out-of-range"),  # a decimal comma
    ("trestbps", "1,450", "not-a-number"),  # a thousand, or a decimal comma
    ("trestbps", "2024-02-29", "not-a-number"),
    ("trestbps", pd.Timestamp("2024-02-29"), "not-a-number"),
    ("chol", 6.0, "other-unit"),  # mmol/L
    ("chol", -9, "missing-mark"),
    ("chol", "-9.0", "missing-mark"),
    ("chol", 9999, "missing-mark"),
    ("chol", 1000.5, "out-of-range"),
    ("thalach", 999, "missing-mark"),
    ("thalach", -1, "missing-mark"),
    ("thalach", math.inf, "not-a-number"),
    ("oldpeak", -9, "missing-mark"),
    ("oldpeak", 23, "out-of-range"),
    ("fbs", 120, "unknown-code"),
    ("slope", 0, "unknown-code"),
    ("ca", 4, "unknown-code"),  # what one well-known copy writes for "missing"
    ("ca", -9, "missing-mark"),
    ("ca", 99, "missing-mark"),
    ("ca", math.inf, "not-a-number"),
    ("thal", 0, "unknown-code"),
    ("thal", 2, "unknown-code"),
    ("thal", 3.5, "unknown-code"),
    ("thal", True, "not-a-number"),
    ("thal", b"7", "not-a-number"),
    ("thal", [7], "not-a-number"),
]


@pytest.mark.parametrize(("column", "cell", "code"), FAULTS)
def test_a_cell_that_is_no_value_rejects_its_row(column: str, cell: object, code: str) -> None:
    checked = answer(column, cell)
    assert [issue.code for issue in checked.stopped] == [code]
    assert checked.rows.empty


@pytest.mark.parametrize("dtype", ["float64", "Float64", "object"])
@pytest.mark.parametrize("column", ["age", "chol", "ca"])
def test_an_endless_number_is_none_in_a_column_of_any_type(column: str, dtype: str) -> None:
    values = pd.Series([PATIENT[column], math.inf, -math.inf], dtype=dtype)
    checked = check(pd.DataFrame([PATIENT] * 3).assign(**{column: values}), SCHEMA)
    assert [(issue.row, issue.code) for issue in checked.stopped] == [
        (2, "not-a-number"),
        (3, "not-a-number"),
    ]


@pytest.mark.parametrize(("column", "cell"), [each[:2] for each in FAULTS])
def test_a_fault_names_row_column_and_remedy(column: str, cell: object) -> None:
    sound = pd.DataFrame([PATIENT], dtype=object)
    faulty = pd.DataFrame([{**PATIENT, column: cell}], dtype=object)
    (issue,) = check(pd.concat([sound, faulty, sound]), SCHEMA).stopped
    feature = SCHEMA[column]
    assert (issue.row, issue.column, issue.severity) == (2, column, Severity.REJECTED)
    assert issue.message.startswith(f"Row 2, {feature.label} ({column}): ")
    remedy = f"Allowed: {feature.allowed}" + ("." if feature.required else ", or blank.")
    assert issue.message.endswith(remedy)


@pytest.mark.parametrize("column", SCHEMA.names)
@pytest.mark.parametrize("cell", [CANARY, str(CANARY), f"chol {CANARY}", -CANARY])
def test_no_message_holds_the_value_of_a_cell(
    trained_schema: Schema, column: str, cell: object
) -> None:
    checked = answer(column, cell, trained_schema)
    assert "431" not in " ".join(issue.message for issue in checked.issues)
    assert checked.issues or column == "chol"


# columns ---------------------------------------------------------------------------------


@pytest.mark.parametrize("column", SCHEMA.required)
def test_without_a_required_column_nothing_is_scored(column: str) -> None:
    checked = check(pd.DataFrame([PATIENT]).drop(columns=column), SCHEMA)
    (issue,) = checked.stopped
    assert (issue.severity, issue.code) == (Severity.REFUSED, "required-column-missing")
    assert (issue.row, issue.column) == (None, column)
    assert f"Column {column} ({SCHEMA[column].label}) is missing" in issue.message
    assert checked.rows.empty


@pytest.mark.parametrize("column", OPTIONAL)
def test_without_an_optional_column_it_is_not_measured_in_anybody(column: str) -> None:
    checked = check(pd.DataFrame([PATIENT, PATIENT]).drop(columns=column), SCHEMA)
    (issue,) = checked.issues
    assert (issue.severity, issue.code) == (Severity.FLAGGED, "column-missing")
    assert (issue.row, issue.column) == (None, column)
    assert checked.rows[column].isna().all()
    assert len(checked.rows) == 2


def test_other_columns_and_the_order_of_columns_do_not_matter() -> None:
    table = pd.DataFrame([{"name": "=cmd()", **dict(reversed(PATIENT.items())), "num": "x"}])
    checked = check(table, SCHEMA)
    assert checked.issues == ()
    assert list(checked.rows.columns) == list(SCHEMA.names)
    assert checked.rows.loc[1].to_dict() == PATIENT


def test_a_table_without_rows_is_accepted_and_empty() -> None:
    checked = check(pd.DataFrame(columns=list(SCHEMA.names)), SCHEMA)
    assert checked.issues == ()
    assert checked.rows.shape == (0, 13)
    assert set(checked.rows.dtypes) == {np.dtype(np.float64)}


# rows ------------------------------------------------------------------------------------


def test_accepted_rows_keep_their_number_whatever_the_index_was() -> None:
    table = pd.DataFrame([PATIENT, {**PATIENT, "age": 3}, PATIENT], index=["c", "a", "a"])
    checked = check(table, SCHEMA)
    assert checked.rows.index.tolist() == [1, 3]
    assert [issue.row for issue in checked.stopped] == [2]


def test_a_row_with_several_faults_names_them_all_in_the_order_of_the_form() -> None:
    checked = check(
        pd.DataFrame([{**PATIENT, "thal": 2, "age": "x"}, {**PATIENT, "ca": 7, "sex": None}]),
        SCHEMA,
    )
    assert [(issue.row, issue.column) for issue in checked.issues] == [
        (1, "age"),
        (1, "thal"),
        (2, "sex"),
        (2, "ca"),
    ]


@pytest.mark.parametrize(
    ("age", "codes"),
    [
        (28, ["outside-training-range"]),
        (29, []),
        (77, []),
        (78, ["outside-training-range"]),
        (101, ["out-of-range"]),
        (None, ["required"]),
    ],
)
def test_a_value_outside_the_training_range_is_scored_and_flagged(
    trained_schema: Schema, age: object, codes: list[str]
) -> None:
    checked = answer("age", age, trained_schema)
    assert [issue.code for issue in checked.of("age")] == codes
    flagged = [issue for issue in checked.issues if issue.severity is Severity.FLAGGED]
    assert all("29 to 77 years" in issue.message for issue in flagged)
    assert len(checked.rows) == (codes in ([], ["outside-training-range"]))


def test_the_table_handed_in_is_not_edited() -> None:
    table = pd.DataFrame([{**PATIENT, "sex": "female", "chol": "?"}], dtype=object)
    before = table.copy(deep=True)
    check(table, SCHEMA)
    pd.testing.assert_frame_equal(table, before)


# properties ------------------------------------------------------------------------------

PEOPLE = pd.DataFrame(
    [PATIENT, {**PATIENT, "age": 30, "thal": None}]
    + [{**PATIENT, column: cell} for column, cell, _ in FAULTS]
    + [{**PATIENT, "sex": "female", "cp": "typical", "ca": "4"}],
    dtype=object,
)

Verdict = tuple[list[float], list[tuple[str | None, str, str]]]


def verdicts(table: pd.DataFrame) -> list[Verdict]:
    """For each row in order: the values accepted, and what was said, without the row number."""
    checked = check(table, SCHEMA)
    result: list[Verdict] = []
    for number in range(1, len(table) + 1):
        accepted = number in checked.rows.index
        values = checked.rows.loc[number].fillna(-99).tolist() if accepted else []
        said = [
            (issue.column, issue.code, issue.message.removeprefix(f"Row {number}, "))
            for issue in checked.issues
            if issue.row == number
        ]
        result.append((values, said))
    return result


@functools.cache
def alone() -> list[Verdict]:
    """Each of `PEOPLE` in a table of their own."""
    return [verdicts(PEOPLE.iloc[[at]])[0] for at in range(len(PEOPLE))]


@settings(max_examples=50)
@given(st.lists(st.integers(0, len(PEOPLE) - 1), max_size=12))
def test_what_becomes_of_a_row_depends_on_no_other_row(chosen: Sequence[int]) -> None:
    assert verdicts(PEOPLE.iloc[list(chosen)]) == [alone()[at] for at in chosen]


@settings(max_examples=50)
@given(
    st.sampled_from(SCHEMA.names),
    st.lists(st.floats(), min_size=1, max_size=8),
)
def test_a_column_of_numbers_and_the_same_as_text_get_one_verdict(
    column: str, numbers: list[float]
) -> None:
    table = pd.DataFrame([PATIENT] * len(numbers)).astype(np.float64)
    table[column] = numbers
    assert verdicts(table) == verdicts(table.astype(str))


@settings(max_examples=50)
@given(st.sampled_from(SCHEMA.names), st.one_of(st.text(), st.floats(), st.binary(), st.booleans()))
def test_any_cell_is_either_a_value_of_the_study_or_stopped_in_words_of_our_own(
    column: str, cell: object
) -> None:
    checked = answer(column, cell)
    feature = SCHEMA[column]
    assert len(checked.rows) + len(checked.stopped) == 1
    for value in checked.rows[column].dropna():
        allowed = feature.plausible if feature.plausible is not None else feature.levels
        assert value in allowed
    ours = {message for _, said in alone() for _, _, message in said}
    kinds = {message.partition("): ")[2].partition(" Allowed")[0] for message in ours}
    for issue in checked.issues:
        assert issue.message.partition("): ")[2].partition(" Allowed")[0] in kinds


def test_a_column_that_is_there_twice_is_refused() -> None:
    table = pd.DataFrame([[63, 64, 1, 4]], columns=["age", "age", "sex", "cp"])

    checked = check(table, find("heart-disease").schema)

    assert [issue.code for issue in checked.stopped] == ["column-twice"]
    assert checked.rows.empty
