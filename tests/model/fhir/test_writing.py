from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from model import fhir, studies
from model.errors import ExtraMissing
from model.fhir import Fate
from model.interpretation.local_prevalence import Prevalence
from model.record import Origin, Record
from model.schema import Feature
from tests.model.fhir.records import UCUM, needs_library

SCHEMA = studies.find("heart-disease").schema
SENTENCE = "About 62 of 100 patients like this one have a narrowed coronary artery."
VALUES = {"age": 57.0, "sex": 1.0, "cp": 4.0, "chol": 224.3, "oldpeak": -0.5, "fbs": 1.0}
RECORD = Record(
    when=datetime(2024, 6, 1, 9, 30, tzinfo=UTC),
    origin=Origin(
        study="heart-disease",
        version=3,
        estimator="reference",
        model_id="m-1f",
        run_id="9c0",
        digest="d" * 64,
        data_sha256="5" * 64,
        git_commit="a" * 40,
    ),
    route="in this app",
    values=VALUES,
    risk=0.6234,
    low=0.48,
    high=0.75,
    submodel="all tests",
    base=-0.1,
    contributions={},
)


@pytest.fixture(scope="module", autouse=True)
def _library() -> None:
    needs_library()


def written(sentence: str = SENTENCE, **changes: Any) -> dict[str, Any]:
    record = replace(RECORD, **changes)
    document: dict[str, Any] = json.loads(fhir.risk_assessment(record, SCHEMA, sentence))
    return document


def any_value(feature: Feature) -> some.SearchStrategy[float | None]:
    """A value a form takes, with the decimals it takes, or none."""
    if feature.plausible is None:
        return some.none() | some.sampled_from(feature.levels)
    tenth = 10**feature.decimals
    low, high = (int(end * tenth) for end in (feature.plausible.low, feature.plausible.high))
    return some.none() | some.integers(low, high).map(lambda whole: whole / tenth)


@given(some.fixed_dictionaries({each.name: any_value(each) for each in SCHEMA.features}))
def test_what_was_written_is_read_again(values: dict[str, float | None]) -> None:
    given = {name: value for name, value in values.items() if value is not None}
    record = replace(RECORD, values=given)
    what = fhir.read(fhir.risk_assessment(record, SCHEMA, SENTENCE).encode(), SCHEMA)
    assert dict(what.values) == given
    ignored = {row.why for row in what.rows if row.fate is Fate.IGNORED}
    assert ignored <= {
        "The record has no date of birth.",
        "The record has no administrative gender.",
    }


def test_a_converted_cholesterol_keeps_its_tenth() -> None:
    what = fhir.read(json.dumps(written(values={"chol": 224.3})).encode(), SCHEMA)
    assert what.values["chol"] == 224.3


class TestTheDocument:
    def test_it_is_a_risk_assessment_nobody_has_confirmed(self) -> None:
        document = written()
        assert document["resourceType"] == "RiskAssessment"
        assert document["status"] == "preliminary"
        assert document["occurrenceDateTime"] == "2024-06-01T09:30:00+00:00"
        assert {each["status"] for each in document["contained"][1:]} == {"preliminary"}

    def test_its_probability_and_interval_are_in_percent_as_fhir_asks(self) -> None:
        (prediction,) = written()["prediction"]
        assert prediction["probabilityDecimal"] == 62.3
        assert "probabilityRange" not in prediction  # one or the other
        (extension,) = prediction["_probabilityDecimal"]["extension"]
        assert extension["url"] == "urn:bedside:heart-disease:interval-95"
        span = extension["valueRange"]
        assert (span["low"]["value"], span["high"]["value"]) == (48, 75)
        assert {each["code"] for each in span.values()} == {"%"}
        assert prediction["rationale"] == SENTENCE
        assert prediction["outcome"]["text"] == "narrowed coronary artery (now)"

    def test_its_subject_is_known_by_the_sex_alone(self) -> None:
        document = written()
        assert document["subject"] == {"reference": "#patient"}
        assert document["contained"][0] == {
            "resourceType": "Patient",
            "id": "patient",
            "gender": "male",
        }

    def test_everything_it_contains_is_referred_to(self) -> None:
        document = written()
        referred = {document["subject"]["reference"]}
        referred |= {each["reference"] for each in document["basis"]}
        assert referred == {f"#{each['id']}" for each in document["contained"]}

    def test_its_basis_has_the_codes_that_are_read(self) -> None:
        found = {each["id"]: each for each in written()["contained"][1:]}
        assert set(found) == {"age", "cp", "chol", "oldpeak", "fbs"}
        cholesterol = found["chol"]["valueQuantity"]
        assert found["chol"]["code"]["coding"][0]["code"] == "2093-3"
        assert cholesterol == {"value": 224.3, "unit": "mg/dL", "system": UCUM, "code": "mg/dL"}
        assert not any("effectiveDateTime" in each for each in found.values())

    def test_what_was_not_measured_is_not_in_it(self) -> None:
        assert "thal" not in {each["id"] for each in written()["contained"]}
        assert "basis" not in written(values={"sex": 0.0})

    def test_its_notes_say_where_it_comes_from(self) -> None:
        prevalence, flag = Prevalence(0.2, 0.459), "An unusual combination."
        told = written(prevalence=prevalence, flags=(flag,))
        notes = [each["text"] for each in told["note"]]
        assert notes[0] == "Research use; not a medical device."
        for fact in ("heart-disease v3", "reference", "m-1f", "9c0", "d" * 64, "5" * 64, "a" * 40):
            assert fact in notes[1]
        assert "Scored: in this app" in notes[1]
        assert notes[2:] == ["Answered by: all tests", flag, str(prevalence)]
        assert str(prevalence) in told["text"]["div"]

    def test_what_is_not_known_of_the_version_is_not_told(self) -> None:
        origin = Origin("heart-disease", 3, "", "", "", "", "", "")
        told = written(origin=origin)["note"][1]["text"]
        assert told == "Version: heart-disease v3\nScored: in this app"

    def test_its_narrative_is_text_whatever_the_words(self) -> None:
        told = written("risk < 5 & <b>")["text"]["div"]
        assert "risk &lt; 5 &amp; &lt;b&gt;" in told
        assert "Research use; not a medical device." in told


@pytest.mark.parametrize(
    "changes", [{"risk": math.nan}, {"risk": 62.3}, {"when": datetime(2024, 6, 1)}]
)
def test_what_is_no_result_is_not_written(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"a risk in \[0, 1\] and a time with its zone"):
        written(**changes)


def test_a_study_without_codes_of_its_own_is_not_written() -> None:
    with pytest.raises(ValueError, match="declares no code system"):
        fhir.risk_assessment(RECORD, replace(SCHEMA, code_system=""), SENTENCE)


def test_a_record_does_not_print_its_patient() -> None:
    assert "0.6234" not in repr(RECORD)
    assert "224.3" not in repr(RECORD)


def test_where_the_library_is_absent_it_says_how_to_install_it() -> None:
    def absent() -> fhir.Library:
        raise ImportError

    with pytest.raises(ExtraMissing, match="pip install"):
        fhir.risk_assessment(RECORD, SCHEMA, SENTENCE, library=lambda: fhir.library(absent))
