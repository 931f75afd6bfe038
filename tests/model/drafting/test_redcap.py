"""A REDCap data dictionary, mapped one to one onto the columns of its export."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from model.drafting import redcap
from model.drafting.draft import draft
from model.drafting.wanted import Wanted
from model.errors import DraftRefused
from model.studies.format.inputs import Code

HEADER = [
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
]
SMOKES = "[smoker] = '1'"
ROWS = [
    ["mrn", "base", "", "text", "Record number", "", "", "", "", "", "y", "", "y"],
    ["seen_on", "base", "", "text", "Seen on", "", "", "date_ymd", "", "", "", "", ""],
    ["age", "", "<b>You</b>", "text", "Age (years)", "", "", "integer", "18", "110", "", "", "y"],
    ["sex", "base", "", "radio", "Sex", "0, Female | 1, Male", "", "", "", "", "", "", "y"],
    ["smoker", "base", "History", "yesno", "Smoker?", "", "Now", "", "", "", "", "", ""],
    ["packs", "base", "", "text", "Pack years", "", "", "number", "0", "", "", SMOKES, ""],
    ["years_smoked", "base", "", "text", "Years", "", "", "number", "", "", "", SMOKES, ""],
    ["grade", "", "", "dropdown", "Grade", "L, Low | H, High, or more", "", "", "", "", "", "", ""],
    ["drug", "base", "", "checkbox", "Drugs", "1, Aspirin | 2, Statin", "", "", "", "", "", "", ""],
    ["pain", "", "Scores", "slider", "Pain &amp; distress", "", "", "number", "", "", "", "", ""],
    ["remarks", "base", "", "notes", "Remarks", "", "", "", "", "", "", "", ""],
]  # fmt: skip


def dictionary(rows: list[list[str]] = ROWS, header: list[str] = HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def export() -> bytes:
    """Forty made-up patients as REDCap exports them."""
    at = range(40)
    smoker = [n % 2 for n in at]
    return (
        pd.DataFrame(
            {
                "mrn": [f"X{n}" for n in at],
                "seen_on": "2024-02-03",
                "age": [30 + n for n in at],
                "sex": [n % 3 % 2 for n in at],
                "smoker": smoker,
                "packs": [n if smokes else None for n, smokes in zip(at, smoker, strict=True)],
                "years_smoked": [n / 2 if s else None for n, s in zip(at, smoker, strict=True)],
                "grade": ["L" if n % 5 else "H" for n in at],
                "drug___1": [n % 4 // 2 for n in at],
                "drug___2": [n % 7 // 4 for n in at],
                "pain": [n * 2 for n in at],
                "remarks": [f"remark {n}" for n in at],
                "died": [int(n % 5 == 2 or n > 33) for n in at],
            }
        )
        .to_csv(index=False)
        .encode()
    )


def test_every_part_is_mapped() -> None:
    fields = redcap.read(dictionary(), "dictionary.csv")
    document = draft(export(), "export.csv", Wanted("died", "ward", fields=fields)).document
    inputs = document.inputs
    assert list(inputs) == [
        *("age", "sex", "smoker", "packs", "years_smoked", "grade", "drug___1", "drug___2", "pain")
    ]
    age = inputs["age"]
    assert (age.label, age.unit, age.plausible) == ("Age (years)", "years", (18, 110))
    assert (age.group, age.required) == ("You", True)
    assert inputs["sex"].codes == {0: "Female", 1: "Male"}
    assert inputs["smoker"].codes == {0: "No", 1: "Yes"}
    assert (inputs["smoker"].help, inputs["smoker"].group) == ("Now", "History")
    assert inputs["packs"].test == inputs["years_smoked"].test == f"shown if {SMOKES}"
    assert (inputs["packs"].plausible or (1, 1))[0] == 0
    assert inputs["grade"].codes == {
        0: Code(label="Low", written="L"),
        1: Code(label="High, or more", written="H"),
    }
    assert inputs["drug___1"].label == "Drugs: Aspirin"
    assert (inputs["pain"].label, inputs["pain"].plausible) == ("Pain & distress", (0, 100))
    assert document.data is not None
    assert document.data.left_out == {
        "mrn": "Is an identifier, as the dictionary says.",
        "seen_on": "Is a date or time, as the dictionary says.",
        "remarks": "Is free text.",
    }


def test_what_the_dictionary_says_is_no_guess() -> None:
    fields = redcap.read(dictionary(), "dictionary.csv")
    inputs = draft(export(), "export.csv", Wanted("died", "ward", fields=fields)).document.inputs
    assert inputs["sex"].guessed == ()
    assert "plausible" not in inputs["age"].guessed
    assert "plausible" in inputs["years_smoked"].guessed


@pytest.mark.parametrize("bound", ["", "inf", "nan", "1e999", "today"])
def test_a_bound_without_end_or_sense_is_none(bound: str) -> None:
    row = [*ROWS[2][:8], "18", bound, *ROWS[2][10:]]
    age = redcap.read(dictionary([row]), "dictionary.csv")["age"]
    assert (age.low, age.high) == (18, None)


def test_patients_beyond_the_dictionary_s_range_are_doubted_with_their_number() -> None:
    fields = redcap.read(dictionary(), "dictionary.csv")
    young = export().replace(b",30,", b",12,")
    doubts = draft(young, "export.csv", Wanted("died", "ward", fields=fields)).doubts
    (told,) = [remark.sentence for remark in doubts if remark.column == "age"]
    assert told.startswith(
        "1 patient lies outside its plausible range, 18 to 110: the table has 12 to 69."
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a,b\n1,2\n", "is no REDCap data dictionary: it has no column 'Variable / Field Name'"),
        (b"\xff\xfe", "is no CSV in UTF-8"),
        (dictionary([[*ROWS[3][:5], "Female; Male", *ROWS[3][6:]]]), "line 2: choices are written"),
    ],
)
def test_a_file_that_is_no_dictionary_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(DraftRefused, match=told):
        redcap.read(data, "dictionary.csv")


def test_the_fields_a_condition_asks_about_are_read() -> None:
    assert redcap.depends_on("[smoker] = '1' and [drug(2)] = '1'") == ("smoker", "drug")
