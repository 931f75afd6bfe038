"""A draft from a table: what is an input and what is not, its words and ranges, and what is odd."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from model.drafting.draft import Draft, draft
from model.drafting.wanted import Wanted
from model.errors import DraftRefused, TableRefused
from model.studies import reading, writing
from model.studies.format.inputs import Code

PATIENTS = 120


def ward() -> pd.DataFrame:
    """A hospital's table, made up: numbers, words, two tests some lack, and what is no input."""
    random = np.random.default_rng(5)
    age = random.integers(20, 95, PATIENTS)
    died = (random.random(PATIENTS) < 1 / (1 + np.exp(-(age - 60) / 12))).astype(int)
    frame = pd.DataFrame(
        {
            "patient_id": [f"P{n:04}" for n in range(PATIENTS)],
            "admitted": pd.date_range("2020-01-01", periods=PATIENTS).strftime("%d.%m.%Y"),
            "age": age,
            "sex": random.choice(["f", "m"], PATIENTS),
            "SerumCreatinine": random.lognormal(0, 0.3, PATIENTS).round(2),
            "nyha": random.integers(1, 5, PATIENTS),
            "pain": random.choice(["none", "mild", "severe"], PATIENTS),
            "bnp": random.lognormal(5, 1, PATIENTS).round(),
            "troponin (ng/L)": random.lognormal(2, 1, PATIENTS).round(1),
            "ward": "7B",
            "empty": None,
            "doctor_note": [f"Mrs {n} told me about her cat" for n in range(PATIENTS)],
            "discharged_dead": np.where(died == 1, "yes", "no"),
            "died": died,
        }
    )
    frame.loc[::4, ["bnp", "troponin (ng/L)"]] = np.nan
    return frame


def drafted(frame: pd.DataFrame, outcome: str = "died", **wanted: object) -> Draft:
    data = frame.to_csv(index=False).encode()
    return draft(data, "ward.csv", Wanted(outcome, "ward", **wanted))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def made() -> Draft:
    return drafted(ward())


def test_what_is_no_input_is_left_out_and_told(made: Draft) -> None:
    told = {remark.column: remark.sentence for remark in made.left_out}
    assert told == {
        "patient_id": "Looks like an identifier.",
        "admitted": "Looks like a date. Make a number of it, such as an age or a count of days.",
        "ward": "Holds the same value in every patient.",
        "empty": "Holds nothing.",
        "doctor_note": "Holds a text of its own for every patient: names, notes or an identifier.",
        "discharged_dead": "Looks like the outcome in disguise: it says the same of every patient.",
    }
    assert made.document.data is not None
    assert made.document.data.left_out == told


def test_names_types_words_units_and_ranges_are_filled_in_and_marked_as_guesses(
    made: Draft,
) -> None:
    inputs = made.document.inputs
    assert list(inputs) == [
        "age",
        "sex",
        "SerumCreatinine",
        "nyha",
        "pain",
        "bnp",
        "troponin (ng/L)",
    ]
    assert (inputs["age"].unit, inputs["age"].plausible) == ("years", (0, 120))
    assert inputs["sex"].codes == {
        0: Code(label="Female", written="f"),
        1: Code(label="Male", written="m"),
    }
    creatinine = inputs["SerumCreatinine"]
    assert (creatinine.label, creatinine.unit, creatinine.decimals) == ("Creatinine", "mg/dL", 2)
    assert inputs["troponin (ng/L)"].unit == "ng/L"
    assert inputs["nyha"].ordered
    assert list(inputs["nyha"].codes) == [1, 2, 3, 4]
    assert [code.label for code in inputs["pain"].codes.values()] == ["None", "Mild", "Severe"]
    assert inputs["pain"].ordered
    low, high = inputs["bnp"].plausible or (0, 0)
    observed = inputs["bnp"].observed or (0, 0)
    assert 0 <= low <= observed[0] < observed[1] < high
    assert all("label" in given.guessed for given in inputs.values())


def test_what_the_same_patients_lack_is_measured_together_and_the_rest_is_needed(
    made: Draft,
) -> None:
    inputs = made.document.inputs
    assert inputs["bnp"].test == inputs["troponin (ng/L)"].test == "bnp and troponin (ng/L)"
    assert {name for name, given in inputs.items() if not given.required} == {
        "bnp",
        "troponin (ng/L)",
    }


def test_no_patient_s_text_is_in_the_draft(made: Draft) -> None:
    text = writing.dump(made.document)
    assert "Mrs" not in text
    assert "P0001" not in text
    assert reading.parse(text.encode(), "ward.yaml") == made.document


def test_a_column_can_be_kept_or_dropped_against_the_guess() -> None:
    made = drafted(ward(), keep=["discharged_dead"], drop=["bnp"])
    assert "discharged_dead" in made.document.inputs
    assert "bnp" not in made.document.inputs


@pytest.mark.parametrize(
    ("change", "column", "told"),
    [
        ({"score": lambda f: f["died"] * 10 + f["age"] / 100}, "score", "completely"),
        ({"follow_up_time": lambda f: f["age"] * 3}, "follow_up_time", "only known after"),
    ],
)
def test_an_input_that_is_too_good_or_comes_later_is_doubted(
    change: dict[str, object], column: str, told: str
) -> None:
    made = drafted(ward().assign(**change))  # type: ignore[arg-type]
    (found,) = [remark for remark in made.doubts if remark.column == column]
    assert told in found.sentence


def test_too_few_patients_for_the_estimator_are_told_before_the_work(made: Draft) -> None:
    (told,) = made.limits
    assert (
        "are few for the 9 parameters of a model of the kind “reference”: Riley's criteria ask for"
        in str(told)
    )
    assert "is not known" in str(drafted(ward(), estimator="forest").limits[0])
    (few,) = drafted(ward().assign(rare=[1] * 4 + [0] * (PATIENTS - 4)), "rare").limits
    assert "it cannot be trained" in str(few)


@pytest.mark.parametrize(
    ("values", "wanted", "present", "absent"),
    [
        ([1, 0], {}, (1,), (0,)),
        ([2, 1], {"present": ["2"]}, (2,), (1,)),
        (["yes", "no"], {}, ("yes",), ("no",)),
        (["Alive", "Dead"], {}, ("Dead",), ("Alive",)),
        ([True, False], {}, ("True",), ("False",)),
        ([0, 1, 2, 3], {"present": ["2", "3"]}, (2, 3), (0, 1)),
    ],
)
def test_the_outcome_may_be_numbers_or_words(
    values: list[object], wanted: dict[str, object], present: object, absent: object
) -> None:
    frame = ward().drop(columns="discharged_dead")
    frame["died"] = [values[n % len(values)] for n in range(PATIENTS)]
    data = drafted(frame, **wanted).document.data
    assert data is not None
    assert (data.outcome.present, data.outcome.absent) == (present, absent)


@pytest.mark.parametrize("values", [(1, 2), ("y", "x"), ("t", "n"), (1, -1), ("1", "yes")])
def test_a_code_that_means_yes_only_beside_its_no_is_asked_about(
    values: tuple[object, ...],
) -> None:
    frame = ward().drop(columns="discharged_dead")
    frame["died"] = [values[n % 2] for n in range(PATIENTS)]
    with pytest.raises(DraftRefused, match=r"is present\? It holds .* Add --present VALUE"):
        drafted(frame)


def test_it_is_said_which_value_was_taken_for_the_outcome() -> None:
    frame = ward().drop(columns="discharged_dead")
    frame["died"] = [1, 2, 2] * (PATIENTS // 3)
    assert drafted(frame, present=["2"]).outcome == (
        "died: 2 = has the outcome (80 patients), 1 = has it not (40 patients)."
    )


def test_patients_without_an_outcome_are_left_out_and_counted() -> None:
    frame = ward().astype({"died": "object"})
    frame.loc[:2, "died"] = None
    frame.loc[3, "died"] = "unknown"
    made = drafted(frame)
    assert made.document.data is not None
    assert set(made.document.data.outcome.unknown) == {"", "unknown"}
    assert made.patients == PATIENTS - 4
    assert "4 patients have no outcome; left out." in str(made.limits[-1])


@pytest.mark.parametrize(
    ("outcome", "wanted", "told"),
    [
        ("dead", {}, "The table has no column 'dead'. Its columns: patient_id, admitted"),
        ("ward", {}, "is the same in every patient"),
        ("age", {}, "different values; an outcome is there or it is not"),
        ("nyha", {}, "Which values of nyha mean that the outcome is present? It holds 1, 2, 3, 4."),
        ("nyha", {"present": ["9"]}, "No patient's nyha is what --present names"),
        ("died", {"drop": ["cat"]}, "The table has no column 'cat' to keep or to drop."),
    ],
)
def test_an_outcome_that_is_none_is_refused_with_what_to_do(
    outcome: str, wanted: dict[str, object], told: str
) -> None:
    with pytest.raises(DraftRefused) as refused:
        drafted(ward(), outcome, **wanted)
    assert told in str(refused.value)
    assert "Mrs" not in str(refused.value)


def test_mixed_numbers_and_words_name_the_row() -> None:
    frame = ward().astype({"bnp": "object"})
    frame.loc[[16 + 1, 40 + 1], "bnp"] = "<5"
    told = {r.column: r.sentence for r in drafted(frame).left_out}
    assert told["bnp"].startswith("Row 18 and 1 more have a limit, with < or >,")


def test_one_word_among_numbers_names_its_row() -> None:
    frame = ward().astype({"bnp": "object"})
    frame.loc[17, "bnp"] = "high"
    told = {r.column: r.sentence for r in drafted(frame).left_out}
    assert told["bnp"].startswith("Row 18 is no number, the others are.")


def test_words_for_not_measured_are_listed_in_the_file() -> None:
    frame = ward().astype({"bnp": "object"})
    frame.loc[frame["bnp"].isna(), "bnp"] = "not done"
    made = drafted(frame)
    assert made.document.data is not None
    assert made.document.data.missing == ("not done",)
    assert made.document.inputs["bnp"].plausible is not None


def test_a_table_of_which_nothing_is_an_input_is_refused() -> None:
    with pytest.raises(DraftRefused, match=r"No column of ward\.csv can be an input"):
        drafted(ward()[["patient_id", "ward", "died"]])


# Tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"a,died\n", "holds no patients"),
        (b"a,a,died\n1,2,0\n", "has 2 columns called 'a'"),
        (b"a,died\n1,0\n1,0,3\n", "line 3: has 3 cells, and the header has 2"),
        (b"a,died\n1\n", "line 2: has 1 cells"),
        (b"a,died\n\x81,1\n", "is neither UTF-8 nor Windows-1252"),
        (b"a,died\n1,\0\n", "holds NUL bytes"),
        (b"\xff\xfea,\0", "breaks off within a character"),
        (b"%PDF-1.7 a,died\n", "The file is a PDF, not a table of text"),
        (b"a,died\n" + b"1,0\n" * 100_001, "has 100,001 rows"),
        (",".join(f"c{n}" for n in range(5_000)).encode() + b"\n", "has 5,000 columns"),
    ],
)
def test_a_bad_table_is_refused_in_one_sentence(data: bytes, told: str) -> None:
    with pytest.raises(TableRefused) as refused:
        draft(data, "ward.csv", Wanted("died", "ward"))
    assert told in str(refused.value)


def test_an_excel_sheet_is_the_same_table(made: Draft) -> None:
    buffer = io.BytesIO()
    ward().to_excel(buffer, index=False)
    excel = draft(buffer.getvalue(), "ward.xlsx", Wanted("died", "ward"))
    assert excel.document.inputs == made.document.inputs


def test_parquet_and_semicolons_with_decimal_commas_are_the_same_table(made: Draft) -> None:
    frame = ward()
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    parquet = draft(buffer.getvalue(), "ward.parquet", Wanted("died", "ward"))
    european = frame.to_csv(index=False, sep=";", decimal=",").encode()
    csv = draft(european, "ward.csv", Wanted("died", "ward"))
    assert parquet.document.inputs == csv.document.inputs == made.document.inputs
