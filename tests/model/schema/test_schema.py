from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from model import studies
from model.schema import BOOLEAN, Code, Feature, Interval, Schema, Unit
from model.studies import Study

INCOMPLETE = ["study", "title", "outcome", "features"]


def number(**changes: Any) -> Feature:
    declared: dict[str, Any] = {"plausible": Interval(0, 9), **changes}
    return Feature("x", label="X", group="G", help="", **declared)


def test_a_schema_survives_json_with_every_part_of_it(trained_schema: Schema) -> None:
    assert Schema.from_json(trained_schema.to_json()) == trained_schema


def test_a_schema_survives_json_before_it_was_trained(study: Study) -> None:
    assert Schema.from_json(study.schema.to_json()) == study.schema


def test_a_training_range_keeps_its_last_bit(study: Study) -> None:
    exact = Interval(0.1 + 0.2, 1 / 3)
    schema = study.schema.with_training_ranges({"oldpeak": exact})
    assert Schema.from_json(schema.to_json())["oldpeak"].trained == exact


@pytest.mark.parametrize("version", [None, 0, 2, "1"])
def test_a_schema_of_another_version_is_not_read(study: Study, version: object) -> None:
    document = {**json.loads(study.schema.to_json()), "schema_version": version}
    with pytest.raises(ValueError, match="this program reads 1"):
        Schema.from_json(json.dumps(document))


@pytest.mark.parametrize("part", INCOMPLETE)
def test_a_schema_that_lacks_a_part_is_not_read(study: Study, part: str) -> None:
    document = json.loads(study.schema.to_json())
    del document[part]
    with pytest.raises(ValueError, match=f"schema.json: {part} is missing"):
        Schema.from_json(json.dumps(document))


def test_a_feature_with_an_unknown_property_is_not_read(study: Study) -> None:
    document = json.loads(study.schema.to_json())
    document["features"][0]["hidden"] = 1
    with pytest.raises(ValueError, match="a part that this program does not know"):
        Schema.from_json(json.dumps(document))


def put(*place: str | int, value: object) -> Callable[[Any], None]:
    """What puts a value into a document, at a place of keys and numbers."""

    def change(document: Any) -> None:
        *way, last = place
        for step in way:
            document = document[step]
        document[last] = value

    return change


SENSELESS = {
    "a title that is a number": put("title", value=5),
    "a label that is a number": put("features", 0, "label", value=5),
    "an outcome whose label is a number": put("outcome", "label", value=5),
    "an answer whose label is a number": put("features", 1, "codes", 0, "label", value=5),
    "a yes that is a word": put("features", 0, "required", value="no"),
    "decimals that are a list": put("features", 0, "decimals", value=[]),
    "an end that is a word": put("features", 0, "plausible", value={"low": "a", "high": 9.0}),
    "a range that ends before it begins": put(
        "features", 0, "plausible", value={"low": 9.0, "high": 1.0}
    ),
    "a threshold that is a word": put("outcome", "threshold", value={"value": "x", "reason": ""}),
    "a threshold of 20": put("outcome", "threshold", value={"value": 20.0, "reason": ""}),
    "a factor that is a word": put(
        "features", 0, "other_units", value=[{"name": "weeks", "factor": "x"}]
    ),
    "a factor of nothing": put(
        "features", 0, "other_units", value=[{"name": "weeks", "factor": 0.0}]
    ),
    "inputs that are a word": put("features", value="age"),
    "no inputs": put("features", value=[]),
    "a name twice": put("features", 1, "name", value="age"),
    "an answer twice": put(
        "features", 1, "codes", value=[{"value": 0.0, "label": "A"}, {"value": 0.0, "label": "B"}]
    ),
    "very many answers": put(
        "features", 1, "codes", value=[{"value": float(at), "label": "A"} for at in range(1_001)]
    ),
}


@pytest.mark.parametrize("fault", SENSELESS)
def test_a_schema_that_makes_no_sense_is_not_read(study: Study, fault: str) -> None:
    document = json.loads(study.schema.to_json())
    SENSELESS[fault](document)
    with pytest.raises(ValueError, match=r"schema"):
        Schema.from_json(json.dumps(document))


@pytest.mark.parametrize(
    "declared",
    [
        pytest.param({"plausible": None}, id="neither"),
        pytest.param({"codes": (Code(0, "No"),)}, id="both"),
    ],
)
def test_a_feature_has_either_codes_or_a_range(declared: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="x: declare either codes or a plausible range"):
        number(**declared)


@pytest.mark.parametrize(
    ("value", "inside"),
    [(0, True), (9, True), (4.5, True), (-0.001, False), (9.001, False), (math.nan, False)],
)
def test_a_range_is_closed_and_holds_nothing_blank(value: float, inside: bool) -> None:
    assert (value in Interval(0, 9)) is inside


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("trestbps", "60 to 260 mm Hg"),
        ("age", "18 to 100 years"),
        ("oldpeak", "-4 to 10 mm"),
        ("sex", "0 or 1"),
        ("cp", "1, 2, 3 or 4"),
        ("thal", "3, 6 or 7"),
    ],
)
def test_what_is_allowed_is_a_phrase(study: Study, name: str, allowed: str) -> None:
    assert study.schema[name].allowed == allowed


@pytest.mark.parametrize(
    ("name", "value", "words", "described"),
    [
        ("trestbps", 145, "145 mm Hg", "Resting blood pressure 145 mm Hg"),
        ("oldpeak", 2.3, "2.3 mm", "ST depression 2.3 mm"),
        ("oldpeak", -0.5, "-0.5 mm", "ST depression -0.5 mm"),
        ("thal", 7, "reversible defect", "Thallium scan: reversible defect"),
        ("thal", math.nan, "not measured", "Thallium scan: not measured"),
        ("chol", math.nan, "not measured", "Cholesterol: not measured"),
        ("restecg", 1, "ST-T abnormality", "Resting ECG: ST-T abnormality"),
        ("restecg", 2, "LV hypertrophy", "Resting ECG: LV hypertrophy"),
        ("sex", 0, "female", "Sex: female"),
    ],
)
def test_a_value_is_said_as_a_clinician_says_it(
    study: Study, name: str, value: float, words: str, described: str
) -> None:
    feature = study.schema[name]
    assert feature.in_words(value) == words
    assert feature.described(value) == described


def test_the_form_follows_the_visit(study: Study) -> None:
    groups = {group: [f.name for f in each] for group, each in study.schema.groups.items()}
    assert groups == {
        "Patient": ["age", "sex"],
        "Symptoms": ["cp"],
        "At rest": ["trestbps", "chol", "fbs", "restecg"],
        "Exercise test": ["thalach", "exang", "oldpeak", "slope"],
        "Imaging": ["ca", "thal"],
    }
    assert [name for names in groups.values() for name in names] == list(study.schema.names)


def test_only_age_sex_and_chest_pain_are_needed(study: Study) -> None:
    assert study.schema.required == ("age", "sex", "cp")


def test_cholesterol_may_be_given_in_mmol_per_litre(study: Study) -> None:
    (unit,) = study.schema["chol"].other_units
    assert isinstance(unit, Unit)
    assert unit.name == "mmol/L"
    assert 6.0 * unit.factor == pytest.approx(232.02, abs=0.005)


def test_an_unknown_feature_is_a_key_error(study: Study) -> None:
    with pytest.raises(KeyError, match="weight"):
        study.schema["weight"]


def test_training_ranges_replace_earlier_ones_and_nothing_else(
    study: Study, trained_schema: Schema
) -> None:
    assert trained_schema["age"].trained == Interval(29, 77)
    assert trained_schema["sex"].trained is None
    assert trained_schema.with_training_ranges({}) == study.schema


def test_a_schema_cannot_be_changed(study: Study) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        study.schema["age"].required = False  # type: ignore[misc]


class TestElectronicRecords:
    def test_a_schema_from_before_there_were_codings_still_reads(self, study: Study) -> None:
        document = json.loads(study.schema.to_json())
        del document["code_system"]
        for feature in document["features"]:
            del feature["codings"], feature["ucum"]
            for code in feature["codes"]:
                del code["terms"]
        schema = Schema.from_json(json.dumps(document))
        assert schema.names == study.schema.names
        assert all(schema.codings(feature) == () for feature in schema.features)

    def test_every_input_has_a_code_of_the_studys_own_and_it_comes_last(self, study: Study) -> None:
        schema = study.schema
        for feature in schema.features:
            own = schema.codings(feature)[-1]
            assert (own.system, own.code) == ("urn:bedside:heart-disease", feature.name)
            assert bool(own.units) is not feature.is_coded

    def test_no_code_stands_for_two_inputs(self, study: Study) -> None:
        schema = study.schema
        codes = [(c.system, c.code) for f in schema.features for c in schema.codings(f)]
        assert len(codes) == len(set(codes))

    def test_a_number_is_written_in_the_unit_the_model_takes(self, study: Study) -> None:
        schema = study.schema
        for feature in schema.features:
            written = next(each for each in schema.codings(feature) if each.is_written)
            units = [unit.name for unit in written.units if unit.factor == 1]
            assert units == ([] if feature.is_coded else [feature.ucum])

    @pytest.mark.parametrize(
        ("name", "answer", "value"),
        [
            ("cp", ("urn:bedside:heart-disease:cp", "4"), 4),
            ("cp", ("http://snomed.info/sct", "429559004"), 1),
            ("cp", ("http://snomed.info/sct", "371807002"), 2),
            ("exang", ("http://loinc.org", "LA33-6"), 1),
            ("exang", (BOOLEAN, "false"), 0),
            ("sex", ("http://hl7.org/fhir/administrative-gender", "female"), 0),
            ("thal", ("urn:bedside:heart-disease:thal", "7"), 7),
            ("thal", ("urn:bedside:heart-disease:thal", "4"), None),
        ],
    )
    def test_an_answer_is_a_value_of_the_study(
        self, study: Study, name: str, answer: tuple[str, str], value: float | None
    ) -> None:
        assert study.schema.answers(study.schema[name]).get(answer) == value

    def test_a_study_without_a_code_system_is_not_read_from_records(self) -> None:
        schema = studies.find("breast-cancer").schema
        assert all(schema.codings(feature) == () for feature in schema.features)
