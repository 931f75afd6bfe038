"""What a whole file seems to mean: proposed at once, and right when it is agreed to."""

from __future__ import annotations

import io
import json
import os
import time
from pathlib import Path

import numpy as np
import pytest

from model.errors import FileRefused
from model.files.check_file import Examination
from model.files.check_report import Report
from model.files.reading.beginning import propose
from model.files.understanding import mapping_file, vocabulary
from model.files.understanding.mapping import FileMapping
from model.files.understanding.proposal import Proposal
from model.studies import cohort, find
from tests.model.files.samples import ROWS, SCHEMA, table

CASES = Path(__file__).parents[5] / "shared" / "cases"
PATIENTS = cohort.read(find("heart-disease")).training.rows
KNOWN = vocabulary.of(SCHEMA)


def proposed(content: bytes) -> Proposal:
    return propose(io.BytesIO(content), SCHEMA)


def agreed(content: bytes, mapping: FileMapping | None = None) -> tuple[Report, np.ndarray]:
    """The report of a file read as proposed, and the values of its rows; rejected ones are NaN."""
    mapping = mapping or proposed(content).mapping
    examination = Examination(io.BytesIO(content), SCHEMA, mapping=mapping)
    found = []
    try:
        for checked in examination.run(lambda each: each.checked):
            found.append(np.where(checked.rejected[:, None], np.nan, checked.values))
    except FileRefused:
        return examination.report, np.empty((0, len(SCHEMA.names)))
    return examination.report, np.concatenate(found)


# The collection of files that circulate ----------------------------------------------------


def cases() -> list[str]:
    return sorted(path.name for path in CASES.glob("c*.csv"))


@pytest.mark.skipif(not cases(), reason="the collection of files is not here")
@pytest.mark.parametrize("name", cases())
def test_a_file_that_circulates_is_read_by_one_consent(name: str) -> None:
    content = (CASES / name).read_bytes()
    report, values = agreed(content)
    assert report.refusal is None
    assert report.rejected_rows == []
    plain, original = agreed((CASES / "c19-outcome-1-and-2.csv").read_bytes())
    assert plain.refusal is None
    missing = {"c14": ["chol"], "c16": ["chol", "ca"]}.get(name[:3], [])
    for at, feature in enumerate(SCHEMA.names):
        if feature not in missing:
            np.testing.assert_array_equal(values[:, at], original[:, at], feature)
    assert np.isnan(values[:, [SCHEMA.names.index(each) for each in missing]]).any(axis=0).all()


# One by one --------------------------------------------------------------------------------


def test_a_mapping_is_read_as_it_was_written_and_holds_no_number_of_a_patient() -> None:
    rows = PATIENTS.head(20).assign(chol=431.7)
    content = rows.rename(columns={"chol": "Total chol.", "cp": "Pain type"}).to_csv(index=False)
    proposal = proposed(content.encode())
    draft = mapping_file.draft(proposal)
    assert mapping_file.from_yaml(draft, SCHEMA) == proposal.mapping
    assert "431.7" not in draft


@pytest.mark.parametrize("mark", ["?", "67"])
def test_a_file_without_header_in_the_published_order_is_offered_as_such(mark: str) -> None:
    body = table(header="").decode().strip().splitlines()
    body[0] = body[0].replace(",6", f",{mark}") if mark == "?" else body[0]
    proposal = proposed("\n".join(body).encode())
    assert not proposal.header
    report, values = agreed("\n".join(body).encode())
    assert (report.refusal, len(values)) == (None, 4)


def test_what_only_looks_like_an_input_is_named_and_not_read() -> None:
    rows = PATIENTS.head(20).rename(columns={"chol": "LDL cholesterol", "trestbps": "diastolic bp"})
    proposal = proposed(rows.to_csv(index=False).encode())
    assert {each.name for each in proposal.absent} == {"chol", "trestbps"}
    assert {"LDL cholesterol", "diastolic bp"} <= {*proposal.kept}


def test_a_second_column_that_seems_to_be_an_input_is_named() -> None:
    rows = PATIENTS.head(20).assign(**{"Serum cholesterol": 1.0})
    proposal = proposed(rows.to_csv(index=False).encode())
    assert proposal.rivals == {"Serum cholesterol": "chol"}


@pytest.mark.parametrize(
    "header",
    [
        [f"cholestero{at}" for at in range(20_000)],
        [f"gene_{at}_expression" for at in range(20_000)],
        ["age", "x" * 1_000_000],
    ],
    ids=["20,000 misspelt names", "20,000 other names", "a name of 1 MB"],
)
def test_a_hostile_header_costs_no_wait(header: list[str]) -> None:
    # Far above what it takes, and far below what a quadratic comparison takes.
    content = (",".join(header) + "\n" + ",".join("1" for _ in header) + "\n").encode()
    begun = time.process_time()
    with pytest.raises(FileRefused):
        Examination(io.BytesIO(content), SCHEMA).run(lambda each: each).__next__()
    proposed(content)
    if os.environ.get("BEDSIDE_TIMED"):
        assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("columns: 1", "no list of columns"),
        ("a: [", "no valid YAML"),
        ("!!python/object/apply:os.system ['true']", "no valid YAML"),
        ("columns: []\nx: 1", "has a key"),
        ("columns: []\nstudy: another", "for the study"),
        ("columns: []\ncoding: another", "a coding nobody knows"),
        ("columns: [{column: a, input: b}]", "has no input"),
        ("columns: [{column: a, input: cp, words: {x: y}}]", "a meaning nobody knows"),
        ("columns: [{column: a, input: chol, unit: stone}]", "unit is not known"),
        ("columns: [{column: a, input: cp}, {column: b, input: cp}]", "from two columns"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_with_its_place(text: str, reason: str) -> None:
    from model.errors import InputError

    with pytest.raises(InputError, match=reason):
        mapping_file.from_yaml(text, SCHEMA)


def test_a_file_of_which_no_row_is_left_is_refused_with_every_row() -> None:
    content = table(*("200,1,1,145,233,1,2,150,0,2.3,3,0,6",) * 3)
    report = Examination(io.BytesIO(content), SCHEMA)
    with pytest.raises(FileRefused, match="None of its 3 rows can be scored"):
        list(report.run(lambda each: each))
    told = json.loads(json.dumps(report.report.to_document()))
    assert (told["verdict"], told["rejected_rows"]) == ("refused", [1, 2, 3])
    assert told["issues"][0]["code"] == "no-row-left"


def test_words_that_nobody_could_read_are_asked_about() -> None:
    rows = [row.rpartition(",")[0] + ",irreversible" for row in ROWS]
    assert proposed(table(*rows)).is_needed
    assert not proposed(table()).is_needed
