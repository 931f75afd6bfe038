"""Odd tables: whatever they hold, a draft ends in a study that can be read, or in a sentence."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.__main__ import main
from model.drafting.draft import Draft, draft
from model.drafting.wanted import Wanted
from model.errors import DraftRefused
from model.studies import cohort, reading, writing
from model.studies.format.study_of import study_of
from model.studies.source import InMemory

PATIENTS = 60
AGE = [30 + n % 41 for n in range(PATIENTS)]
DIED = [int(n % 7 in (0, 3, 5)) for n in range(PATIENTS)]

CELLS = (
    *("", " ", "0", "1", "2", "-9", "999", "1.5", "1,5", "-0", "+1", "1e5", "1_000", "0x10"),
    *("inf", "-inf", "nan", "1e301", "-1e301", "1e-310", "00012345678901234567890", "٣"),
    *("150.000", "150,000", "<200", ">5", "120/80", "60 kg", "5 %", "#NULL!", "n.b.", "unknown"),
    *("yes", "Yes", "no", "TRUE", "False", "none", "2020-01-01", "01.02.2020", "Dr. Anna Schmidt"),
    *("a\nb", "\x07", "<script>", "x" * 200, "ä", "\u200b", "=1+1", "'", '"', "[1, 2]", "{}"),
)
NAMES = (
    *("", "age", "sex", "chol", "thalach", "id", "name", "time", " padded ", "x" * 130, "1", "a b"),
    *("<b>a</b>", "a\tb", "dose (javascript:y)", "a:b", "- a", "#", "ünit [mg/dL]", "null", "yes"),
)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A CSV file of columns that each hold a few of the odd cells, and an outcome."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    rows = draw(st.integers(2, 45))
    columns = []
    for _ in (*names, "outcome"):
        few = draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=4))
        columns.append([few[draw(st.integers(0, len(few) - 1))] for _ in range(rows)])
    if draw(st.booleans()):
        columns[-1] = [str(n % 2) for n in range(rows)]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=draw(st.sampled_from(",;\t")))
    writer.writerows([[*names, "died"], *zip(*columns, strict=True)])
    return text.getvalue()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=tables(), present=st.sampled_from([(), ("--present", "1"), ("--present", "yes")]))
def test_the_command_ends_in_a_study_that_can_be_read_or_in_one_sentence(
    table: str,
    present: tuple[str, ...],
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "ward.csv").write_text(table, encoding="utf-8", newline="")
    output = folder / "ward.yaml"
    asked = ["study", "new", str(folder / "ward.csv"), "--outcome", "died", *present]
    code = main([*asked, "--output", str(output)], {})
    told = capsys.readouterr().err
    if code == 0:
        assert reading.read(output).schema.names
    else:
        assert told.strip().endswith((".", ")"))
        assert len(told.splitlines()) == 1
        assert list(folder.iterdir()) == [folder / "ward.csv"]


def drafted(frame: pd.DataFrame, name: str = "ward.csv") -> Draft:
    buffer = io.BytesIO()
    if name.endswith("parquet"):
        frame.to_parquet(buffer)
    else:
        frame.to_csv(buffer, index=False)
    made = draft(buffer.getvalue(), name, Wanted("died", "ward"))
    # What is drafted is what a training reads.
    written = reading.parse(writing.dump(made.document).encode(), "ward.yaml")
    table = cohort.read(study_of(written, Path()), InMemory(name, buffer.getvalue()))
    assert len(table.frame) == made.patients
    return made


def ward(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"age": AGE, "died": DIED}).assign(**columns)


@pytest.mark.parametrize("name", ["ward.csv", "ward.parquet"])
@pytest.mark.parametrize(
    ("words", "odd"),
    [
        (("no", "yes"), None),
        (("no", "yes"), "unknown"),
        ((False, True), None),
        ((0.0, 1.0), None),
        (("0.0", "1.0"), "unknown"),
    ],
)
def test_a_patient_without_an_outcome_is_left_out_in_whatever_way_it_is_written(
    name: str, words: tuple[object, object], odd: object
) -> None:
    outcome: list[object] = [words[value] for value in DIED]
    outcome[5] = odd
    made = drafted(ward(died=pd.Series(outcome, dtype="object")), name)
    assert (made.patients, made.events) == (PATIENTS - 1, sum(DIED) - DIED[5])


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([np.inf, *range(PATIENTS - 1)], "Row 1 is no number with an end, or one above 1e+15."),
        ([*range(PATIENTS - 2), 1e301, -1e301], "Row 59 and 1 more are no number with an end"),
        ([[n, 2] for n in range(PATIENTS)], "Holds lists in its cells."),
        (["a\nb", "c"] * (PATIENTS // 2), "signs that cannot be shown"),
    ],
)
def test_what_a_form_cannot_hold_is_left_out_and_the_reason_told(
    cells: list[object], told: str
) -> None:
    made = drafted(ward(odd=cells), "ward.parquet")
    assert told in {remark.column: remark.sentence for remark in made.left_out}["odd"]


def test_a_name_that_is_no_name_is_told_shortened_and_not_kept() -> None:
    made = drafted(ward(**{"x" * 130: range(PATIENTS)}))
    (told,) = made.left_out
    assert told.column == "x" * 60 + "…"
    assert "too long" in told.sentence
    assert "xxx" not in writing.dump(made.document)
    with pytest.raises(DraftRefused, match="Give it a short one"):
        draft(b"age," + b"x" * 130 + b"\n1,0\n2,1\n", "w.csv", Wanted("x" * 130, "ward"))


def test_an_answer_that_is_a_number_keeps_it_as_its_code() -> None:
    made = drafted(ward(nyha=pd.Series(["1", "2", "high", "High"] * (PATIENTS // 4))))
    codes = made.document.inputs["nyha"].codes
    assert {number: getattr(code, "label", code) for number, code in codes.items()} == {
        1: "1",
        2: "2",
        0: "High",
    }


@pytest.mark.parametrize(
    ("name", "cells", "told"),
    [
        ("crp", {5: -9, 8: -9}, "-9 stands in 2 rows, apart from all other values: taken for not"),
        ("crp", {5: 999, 8: 999}, "999 stands in 2 rows"),
        ("lp", {5: 0, 8: 0}, "leave those cells blank"),
        ("chol", {5: 0, 8: 0}, "If it is a value, take it out of data.zero_means_missing."),
        ("crp", {5: 999}, "If it means that nothing was measured, leave those cells blank."),
        ("crp", {5: -1, 8: -1}, "leave those cells blank"),
        ("crp", {5: 99, 8: 99}, ""),
        ("crp", {5: 0, 8: 0}, ""),
    ],
)
def test_a_number_apart_from_all_others_is_doubted_and_blank_where_it_can_only_be_a_mark(
    name: str, cells: dict[int, float], told: str
) -> None:
    values: list[float] = [100 + n % 80 for n in range(PATIENTS)]
    for row, mark in cells.items():
        values[row] = mark
    made = drafted(ward(**{name: values}))
    assert told in " ".join(remark.sentence for remark in made.doubts)
    assert bool(told) == bool(made.doubts)
    is_blank = "take it out of" in " ".join(map(str, made.doubts))
    assert made.document.inputs[name].required != is_blank
    low, high = made.document.inputs[name].observed or (0, 0)
    assert ((low, high) == (100, 159)) == is_blank


def test_a_mark_that_another_column_has_as_a_value_is_blanked_in_neither() -> None:
    crp = [-9 if n in (5, 8) else 100 + n % 80 for n in range(PATIENTS)]
    made = drafted(ward(crp=crp, base_excess=[n % 41 - 20 for n in range(PATIENTS)]))
    assert made.document.data is not None
    assert made.document.data.missing == ()
    assert made.document.inputs["crp"].required
    (told,) = [remark for remark in made.doubts if remark.column == "crp"]
    assert "leave those cells blank" in told.sentence


@pytest.mark.parametrize("mark", ["#NULL!", "n.b.", "k.A.", "not measured", ".a", "unbekannt"])
def test_words_for_not_measured_are_no_answers(mark: str) -> None:
    thal = [mark if n % 9 == 0 else ("fixed", "normal")[n % 2] for n in range(PATIENTS)]
    made = drafted(ward(thal=thal, crp=[mark if n % 9 == 1 else n for n in range(PATIENTS)]))
    assert made.document.data is not None
    assert made.document.data.missing == (mark,)
    assert len(made.document.inputs["thal"].codes) == 2
    assert made.document.inputs["crp"].plausible is not None


def test_no_pain_is_a_finding_and_no_blank() -> None:
    made = drafted(ward(pain=["none", "mild", "severe"] * (PATIENTS // 3)))
    assert len(made.document.inputs["pain"].codes) == 3


def test_a_number_that_says_nothing_of_the_outcome_leaves_the_patient_out() -> None:
    made = drafted(ward(died=[-9 if n < 3 else died for n, died in enumerate(DIED)]))
    assert made.patients == PATIENTS - 3
    assert made.document.data is not None
    assert made.document.data.outcome.unknown == (-9,)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (lambda n: "<5" if n % 4 == 0 else str(n), "Row 1 and 14 more have a limit, with < or >,"),
        (lambda n: f"{100 + n}/80", "Holds two numbers with a slash between them"),
        (lambda n: f"{60 + n} kg", "Has a unit behind its numbers (kg)."),
        (lambda n: f"{150 + n},000", "Has a point or comma before every three digits"),
        (lambda n: f"{150 + n}.5" if n % 2 else f"{n},5", "decimal points and decimal commas"),
        (lambda n: f"Dr. Anna Schmidt {'ab'[n % 2]}", "Looks like names of people."),
        (lambda n: ("Schmidt, Anna", "Maier, B.")[n % 2], "Looks like names of people."),
    ],
)
def test_what_is_odd_about_a_column_is_called_by_its_name(
    cell: Callable[[int], str], told: str
) -> None:
    made = drafted(ward(odd=[cell(n) for n in range(PATIENTS)]))
    assert told in {remark.column: remark.sentence for remark in made.left_out}["odd"]
    assert "Schmidt" not in writing.dump(made.document)


def test_points_every_three_digits_are_not_taken_for_decimals() -> None:
    rows = "\n".join(f"{age};{150 + age}.000;{died}" for age, died in zip(AGE, DIED, strict=True))
    made = draft(f"age;plt;died\n{rows}".encode(), "w.csv", Wanted("died", "ward"))
    assert [remark.column for remark in made.left_out] == ["plt"]


def test_a_column_of_staff_is_left_out_and_one_of_two_capitals_doubted() -> None:
    staff = ["Schmidt", "Rao"] * (PATIENTS // 2)
    town = ["Anna Schmidt", "Bernd Maier", "Carla Rao"] * (PATIENTS // 3)
    made = drafted(ward(gp=staff, seen_by=town))
    assert [remark.column for remark in made.left_out] == ["gp"]
    assert "seen_by: Its answers may be names of people. If they are, leave it out." in map(
        str, made.doubts
    )


@pytest.mark.parametrize(
    ("name", "label", "unit"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>", ""),
        ("[x](javascript:y)", "[x](javascript:y)", ""),
        ("dose (javascript:y)", "Dose", ""),
        ("serum_iron (µmol/L)", "Serum iron", "µmol/L"),
        ("leuco (10^9/L)", "Leuco", "10^9/L"),
        ("a=b", "a=b", ""),
    ],
)
def test_a_name_that_is_no_plain_name_is_shown_as_it_is_and_only_a_unit_is_a_unit(
    name: str, label: str, unit: str
) -> None:
    given = drafted(ward(**{name: [n % 37 for n in range(PATIENTS)]})).document.inputs[name]
    assert (given.label, given.unit) == (label, unit)


def test_answers_that_are_limits_stay_answers() -> None:
    made = drafted(ward(ddimer=["<0.5", ">=0.5"] * (PATIENTS // 2)))
    assert len(made.document.inputs["ddimer"].codes) == 2


def test_a_row_of_units_below_the_header_is_told_in_one_sentence() -> None:
    table = "age,chol,sex,died\nyears,mg/dL,,\n" + "".join(
        f"{age},{age + 150},f,{died}\n" for age, died in zip(AGE, DIED, strict=True)
    )
    with pytest.raises(DraftRefused, match=r"in 2 columns \(age, chol\): units, it seems"):
        draft(table.encode(), "w.csv", Wanted("died", "ward"))


def test_an_outcome_of_free_text_is_refused_without_a_word_of_it() -> None:
    notes = ["Mrs Smith, who\ntold me", "Mr Smith"] * (PATIENTS // 2)
    with pytest.raises(DraftRefused, match="holds free text") as refused:
        drafted(ward(died=notes))
    assert "Smith" not in str(refused.value)


@pytest.mark.parametrize("name", ["Ward 7", "w" * 61])
def test_what_the_format_does_not_take_is_refused_before_a_file_is_written(name: str) -> None:
    with pytest.raises(DraftRefused, match=r"No study can be drafted of w\.csv as it is: name: "):
        draft(ward().to_csv(index=False).encode(), "w.csv", Wanted("died", name))
