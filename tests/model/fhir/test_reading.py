from __future__ import annotations

import copy
import json
import math
import traceback
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from model import fhir
from model.errors import BedsideError, ExtraMissing, RecordRefused
from model.fhir import Fate, Understood
from model.intake import check_patient
from model.schema import Schema
from tests.model.fhir.records import (
    LOINC,
    OWN,
    answer,
    bundle,
    concept,
    needs_library,
    observation,
    own,
    patient,
    quantity,
    record,
    visit,
)

TODAY = date(2024, 6, 1)
CANARY = "431.7"


@pytest.fixture(scope="module", autouse=True)
def _library() -> None:
    needs_library()


@pytest.fixture(scope="module")
def schema() -> Schema:
    from model import studies

    return studies.find("heart-disease").schema


def understood(data: bytes, schema: Schema) -> Understood:
    return fhir.read(data, schema, today=TODAY)


def fates(what: Understood, source: str) -> list[tuple[str, str]]:
    """What became of the rows whose source begins so, and why."""
    return [(row.fate.value, row.why) for row in what.rows if row.source.startswith(source)]


def why(data: bytes, schema: Schema, source: str = "Cholesterol") -> str:
    """Why the only observation of an input was ignored."""
    what = understood(data, schema)
    ((fate, reason),) = fates(what, source)
    assert fate == Fate.IGNORED
    assert "chol" not in what.values
    return reason


class TestAVisit:
    def test_its_values_are_in_the_terms_of_the_study(self, schema: Schema) -> None:
        assert dict(understood(visit(), schema).values) == {
            "age": 63,
            "sex": 1,
            "cp": 1,
            "trestbps": 142,
            "chol": 224.3,  # 5.8 / 0.02586, as if it had been typed
            "fbs": 1,
            "thalach": 151,
            "exang": 1,
            "oldpeak": 2.3,
            "slope": 2,
            "thal": 7,
        }

    def test_they_pass_the_door_that_everything_else_passes(self, schema: Schema) -> None:
        table = check_patient(dict(understood(visit(), schema).values), schema)
        assert len(table.rows) == 1
        assert not table.stopped

    def test_every_part_of_it_is_accounted_for(self, schema: Schema) -> None:
        rows = understood(visit(), schema).rows
        told = [(row.source, row.found, row.fate.value) for row in rows]
        day = "2024-03-01"
        assert told == [
            ("Age (date of birth)", "1960-05-01", "converted"),
            ("Sex (administrative gender)", "male", "taken"),
            ("Chest pain (the study's own cp)", f"Typical angina, {day}", "taken"),
            ("Resting blood pressure (LOINC 8480-6)", f"142 mm[Hg], {day}", "taken"),
            ("Cholesterol (LOINC 14647-2)", "5.8 mmol/L, 2024-02-20", "converted"),
            ("Fasting sugar above 120 mg/dL (LOINC 14771-0)", f"7.1 mmol/L, {day}", "converted"),
            ("Maximum heart rate (the study's own thalach)", f"151 {{beats}}/min, {day}", "taken"),
            ("Exercise angina (the study's own exang)", f"true, {day}", "taken"),
            ("ST depression (the study's own oldpeak)", f"2.3 mm, {day}", "taken"),
            ("ST slope (the study's own slope)", f"2, {day}", "taken"),
            ("Thallium scan (the study's own thal)", f"7, {day}", "taken"),
            ("Fasting sugar above 120 mg/dL (LOINC 2345-7)", f"140 mg/dL, {day}", "ignored"),
            ("Maximum heart rate (LOINC 8867-4)", f"72 /min, {day}", "ignored"),
            ("Cholesterol (LOINC 2093-3)", f"999 mg/dL, {day}", "ignored"),
            ("Cholesterol (LOINC 2093-3)", "251 mg/dL, 2021-06-30", "ignored"),
            ("Observation: LOINC 8462-4", "1 ×", "ignored"),
            ("Observation: Body weight", "1 ×", "ignored"),
            ("Encounter", "1 ×", "ignored"),
        ]

    def test_what_is_used_says_how_it_was_understood(self, schema: Schema) -> None:
        what = understood(visit(), schema)
        assert fates(what, "Cholesterol (LOINC 14647-2)") == [
            ("converted", "Cholesterol 224.3 mg/dL (× 38.6698, rounded as the form shows it).")
        ]
        assert "check that it was" in fates(what, "Resting blood pressure")[0][1]
        assert "completed years on 2024-03-01" in fates(what, "Age")[0][1]


@pytest.mark.parametrize(
    ("code", "value", "name", "canonical"),
    [
        ("2093-3", quantity(233, "mg/dL"), "chol", 233),
        ("2093-3", quantity(2.33, "g/L"), "chol", 233),
        ("14647-2", quantity(6, "mmol/L"), "chol", 232.0),
        ("8480-6", quantity(120, "mm[Hg]"), "trestbps", 120),
        ("8480-6", quantity(16, "kPa"), "trestbps", 120.0),
        ("1558-6", quantity(120, "mg/dL"), "fbs", 0),
        ("1558-6", quantity(121, "mg/dL"), "fbs", 1),
        ("14771-0", quantity(6.6, "mmol/L"), "fbs", 0),
        ("14771-0", quantity(6.7, "mmol/L"), "fbs", 1),
        ("1558-6", quantity(100, "mg/dL", comparator="<"), "fbs", 0),
        ("1558-6", quantity(120, "mg/dL", comparator="<="), "fbs", 0),
        ("1558-6", quantity(120, "mg/dL", comparator=">"), "fbs", 1),
        ("1558-6", quantity(130, "mg/dL", comparator=">="), "fbs", 1),
    ],
)
def test_a_number_is_taken_in_the_units_of_its_code(
    schema: Schema, code: str, value: dict[str, Any], name: str, canonical: float
) -> None:
    assert understood(record(observation(code, value)), schema).values[name] == canonical


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (quantity(233, "mg/dL", code=None), "not given as a UCUM code"),
        (quantity(233, "mg/dL", system=None), "not given as a UCUM code"),
        (quantity(233, "mg/dL", system="http://example.org/units"), "not given as a UCUM code"),
        (quantity(5.8, "mmol/L"), "goes with its code: mg/dL or g/L"),
        (quantity(233, "mg"), "goes with its code"),
        (quantity(233, "MG/DL"), "goes with its code"),
        (quantity("233", "mg/dL"), "written as text"),
        (quantity(True, "mg/dL"), "its element “valueQuantity”"),
        (quantity(None, "mg/dL"), "missing, or written as text"),
        (quantity(233, "mg/dL", comparator="<"), "Only a bound"),
        (quantity(233, "mg/dL", comparator=">"), "Only a bound"),
        (quantity(10**400, "mg/dL"), "too large"),
        (None, "no number with a unit"),
    ],
)
def test_a_number_that_could_only_be_guessed_is_ignored(
    schema: Schema, value: dict[str, Any] | None, reason: str
) -> None:
    assert reason in why(record(observation("2093-3", value)), schema)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "entered-in-error"}, "entered in error"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "registered"}, "no result yet"),
        ({"status": "unknown"}, "status is not known"),
        ({"status": "gibberish"}, "none FHIR has"),
        ({"status": None}, "none FHIR has"),
        ({"subject": None}, "Does not say whose it is"),
        ({"subject": {"display": "the patient"}}, "Does not say whose it is"),
        ({"subject": {"reference": "Patient/p2"}}, "another subject"),
        ({"subject": {"reference": "Group/p1"}}, "another subject"),
        ({"subject": {"reference": "https://elsewhere.example/Patient/p1"}}, "another subject"),
        ({"focus": [{"reference": "Patient/p2"}]}, "other than the patient"),
        ({"modifierExtension": [{"url": "urn:x", "valueBoolean": True}]}, "changes its meaning"),
        ({"implicitRules": "urn:x"}, "changes its meaning"),
        ({"dataAbsentReason": concept("not-performed")}, "not measured"),
        ({"effectiveDateTime": "2024-07-01"}, "in the future"),
        ({"effectiveDateTime": "yesterday"}, "its element “effectiveDateTime”"),
        ({"valueString": "high"}, "not as FHIR has it"),  # two values
        ({"colour": "red"}, "not as FHIR has it"),
    ],
)
def test_an_observation_that_is_no_result_of_the_patient_is_ignored(
    schema: Schema, changes: dict[str, Any], reason: str
) -> None:
    data = record(observation("2093-3", quantity(233, "mg/dL"), **changes))
    assert reason in why(data, schema)


@pytest.mark.parametrize("status", ["final", "amended", "corrected", "preliminary"])
def test_a_result_is_taken_whether_or_not_it_is_final(schema: Schema, status: str) -> None:
    data = record(observation("2093-3", quantity(233, "mg/dL"), status=status))
    assert understood(data, schema).values["chol"] == 233


@pytest.mark.parametrize(
    "reference", ["Patient/p1", "Patient/p1/_history/2", "https://ward.example/fhir/Patient/p1"]
)
def test_the_patient_may_be_referred_to_in_several_ways(schema: Schema, reference: str) -> None:
    url = "https://ward.example/fhir/Patient/p1"
    result = observation("2093-3", quantity(233, "mg/dL"), subject={"reference": reference})
    entries = [{"fullUrl": url, "resource": patient()}, {"resource": result}]
    data = json.dumps(bundle(entry=entries)).encode()
    assert understood(data, schema).values["chol"] == 233


class TestSeveral:
    @pytest.mark.parametrize(
        ("results", "value"),
        [
            ({"2024-01-01": 200, "2024-01-02": 210}, 210),
            ({"2023-12-31T23:00:00Z": 200, "2024-01-01": 210}, 210),
            ({"2024-01-01T08:00:00Z": 200, "2024-01-01T08:00:00+02:00": 210}, 200),
            ({"2023": 200, "2024-01": 210}, 210),
            ({None: 200, "2019-01-01": 210}, 210),
            ({"2024-01": 200, "2024-01-15": 200}, 200),
            ({"2024-01": 200, "2024-01-15": 210}, None),
            ({"2024-01-01": 200, "2024-01-01T08:00:00Z": 210}, None),
        ],
    )
    def test_the_latest_is_used_and_nothing_where_none_is(
        self, schema: Schema, results: dict[str | None, float], value: float | None
    ) -> None:
        found = [
            observation("2093-3", quantity(number, "mg/dL"), effectiveDateTime=when)
            for when, number in results.items()
        ]
        for ordered in (found, found[::-1]):
            what = understood(record(*ordered), schema)
            assert what.values.get("chol") == value
            assert len(fates(what, "Cholesterol")) == len(found)

    def test_the_others_are_listed_with_the_reason(self, schema: Schema) -> None:
        data = record(
            observation("2093-3", quantity(200, "mg/dL"), effectiveDateTime="2024-01-01"),
            observation("2093-3", quantity(210, "mg/dL"), effectiveDateTime="2024-01-02"),
            observation("2093-3", quantity(220, "mg/dL"), effectiveDateTime=None),
        )
        assert fates(understood(data, schema), "Cholesterol")[1:] == [
            ("ignored", "Older than the one that is used."),
            ("ignored", "Has no date, and another one has."),
        ]

    def test_a_later_one_in_error_does_not_hide_an_earlier_one(self, schema: Schema) -> None:
        data = record(
            observation("2093-3", quantity(200, "mg/dL"), effectiveDateTime="2024-01-01"),
            observation("2093-3", quantity(900, "mg/dL"), status="entered-in-error"),
        )
        assert understood(data, schema).values["chol"] == 200

    def test_a_result_long_before_the_others_is_taken_and_says_so(self, schema: Schema) -> None:
        data = record(
            observation("2093-3", quantity(200, "mg/dL"), effectiveDateTime="2020-01-01"),
            observation("8480-6", quantity(130, "mm[Hg]")),
        )
        assert "More than a year older" in fates(understood(data, schema), "Cholesterol")[0][1]

    def test_a_period_counts_by_its_end(self, schema: Schema) -> None:
        period = {"start": "2024-01-01", "end": "2024-01-05"}
        data = record(
            observation("2093-3", quantity(200, "mg/dL"), effectiveDateTime="2024-01-03"),
            observation(
                "2093-3",
                quantity(210, "mg/dL"),
                effectiveDateTime=None,
                effectivePeriod=period,
            ),
        )
        assert understood(data, schema).values["chol"] == 210


class TestTheCode:
    @pytest.mark.parametrize("code", ["2345-7", "14749-6", "2339-0", "15074-8"])
    def test_a_glucose_that_may_not_be_fasting_is_never_used(
        self, schema: Schema, code: str
    ) -> None:
        what = understood(record(observation(code, quantity(140, "mg/dL"))), schema)
        assert "fbs" not in what.values
        assert fates(what, "Fasting sugar")[0][1].endswith("the patient was fasting.")

    def test_a_fasting_glucose_that_is_also_coded_as_a_glucose_is_used(
        self, schema: Schema
    ) -> None:
        both = {"coding": [{"system": LOINC, "code": code} for code in ("2345-7", "1558-6")]}
        data = record(observation("", quantity(140, "mg/dL"), code=both))
        assert understood(data, schema).values["fbs"] == 1

    @pytest.mark.parametrize(
        ("bound", "comparator"), [(130, "<"), (120, ">="), (100, ">"), (130, "<="), (1, "ad")]
    )
    def test_a_bound_that_does_not_decide_is_not_used(
        self, schema: Schema, bound: float, comparator: str
    ) -> None:
        value = quantity(bound, "mg/dL", comparator=comparator)
        what = understood(record(observation("1558-6", value)), schema)
        assert "fbs" not in what.values

    def test_a_pressure_within_another_observation_is_not_taken_for_one_at_rest(
        self, schema: Schema
    ) -> None:
        peak = {"code": concept("8480-6"), "valueQuantity": quantity(210, "mm[Hg]")}
        what = understood(record(observation("18752-6", component=[peak])), schema)
        assert "trestbps" not in what.values
        assert "in another state" in fates(what, "Resting blood pressure")[0][1]

    def test_a_heart_rate_is_not_taken_for_the_maximum(self, schema: Schema) -> None:
        what = understood(record(observation("8867-4", quantity(72, "/min"))), schema)
        assert "thalach" not in what.values

    def test_the_studys_own_codes_may_be_components_of_anything(self, schema: Schema) -> None:
        part = {"code": concept("thalach", OWN), "valueQuantity": quantity(151, "/min")}
        what = understood(record(observation("18752-6", component=[part])), schema)
        assert what.values["thalach"] == 151

    def test_a_code_of_two_inputs_is_of_neither(self, schema: Schema) -> None:
        both = {"coding": [{"system": OWN, "code": code} for code in ("chol", "trestbps")]}
        what = understood(record(observation("", quantity(140, "mg/dL"), code=both)), schema)
        assert not {"chol", "trestbps"} & set(what.values)

    def test_a_code_counts_only_in_its_system(self, schema: Schema) -> None:
        elsewhere = concept("2093-3", "http://example.org/lab")
        what = understood(record(observation("", quantity(9, "mg/dL"), code=elsewhere)), schema)
        assert "chol" not in what.values

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            ({"valueCodeableConcept": concept("5", f"{OWN}:cp")}, "none of those"),
            ({"valueCodeableConcept": concept("4", f"{OWN}:thal")}, "none of those"),
            ({"valueCodeableConcept": {"text": "typical"}}, "none of those"),
            ({"valueString": "typical angina"}, "no coded answer"),
            ({"valueInteger": 1}, "no coded answer"),
            (
                {
                    "valueCodeableConcept": {
                        "coding": [{"system": f"{OWN}:cp", "code": code} for code in "12"]
                    }
                },
                "contradict",
            ),
        ],
    )
    def test_an_answer_that_is_not_the_studys_is_ignored(
        self, schema: Schema, value: dict[str, Any], reason: str
    ) -> None:
        what = understood(record(own("cp", **value)), schema)
        assert "cp" not in what.values
        assert reason in fates(what, "Chest pain")[0][1]


class TestThePatient:
    @pytest.mark.parametrize("gender", ["other", "unknown"])
    def test_a_gender_the_study_does_not_know_is_not_taken_and_says_so(
        self, schema: Schema, gender: str
    ) -> None:
        data = json.dumps(bundle(patient(gender=gender))).encode()
        what = understood(data, schema)
        assert "sex" not in what.values
        assert "female or male only" in fates(what, "Sex")[0][1]

    def test_what_the_entry_lacks_is_said(self, schema: Schema) -> None:
        data = json.dumps(bundle({"resourceType": "Patient", "id": "p1"})).encode()
        what = understood(data, schema)
        assert dict(what.values) == {}
        assert fates(what, "Age") == [("ignored", "The record has no date of birth.")]

    @pytest.mark.parametrize(
        ("born", "visit_on", "age"),
        [
            ("1960-03-01", "2024-03-01", 64),
            ("1960-03-02", "2024-03-01", 63),
            ("1960-04", "2024-03-01", 63),
            ("1960-03", "2024-03-15", None),
            ("1960", "2024-03-01", None),
            ("2030-01-01", "2024-03-01", None),
        ],
    )
    def test_the_age_is_that_of_the_visit(
        self, schema: Schema, born: str, visit_on: str, age: int | None
    ) -> None:
        result = observation("2093-3", quantity(200, "mg/dL"), effectiveDateTime=visit_on)
        data = json.dumps(bundle(patient(birthDate=born), result)).encode()
        assert understood(data, schema).values.get("age") == age

    def test_without_a_dated_result_the_age_is_that_of_today(self, schema: Schema) -> None:
        what = understood(record(), schema)
        assert what.as_of is None
        assert "completed years on 2024-06-01" in fates(what, "Age")[0][1]

    def test_an_age_that_was_written_down_stands_behind_the_date_of_birth(
        self, schema: Schema
    ) -> None:
        written = observation("30525-0", quantity(70, "a"))
        result = observation("2093-3", quantity(200, "mg/dL"))
        assert understood(record(written, result), schema).values["age"] == 63
        data = json.dumps(bundle(patient(birthDate="1960"), written)).encode()
        assert understood(data, schema).values["age"] == 70

    def test_what_is_not_plausible_is_left_to_the_form(self, schema: Schema) -> None:
        what = understood(record(observation("2093-3", quantity(5.8, "mg/dL"))), schema)
        assert what.values["chol"] == 5.8
        assert "the form refuses it" in fates(what, "Cholesterol")[0][1]
        assert check_patient(dict(what.values), schema).of("chol")


def test_a_page_of_several_says_that_the_others_are_not_here(schema: Schema) -> None:
    link = [{"relation": "next", "url": "https://ward.example/fhir?page=2"}]
    what = understood(record(type="searchset", link=link), schema)
    assert "one page of several" in fates(what, "Bundle")[0][1]


def test_a_long_record_is_not_listed_line_by_line(schema: Schema) -> None:
    many = [observation("", code={"text": f"Test {number}"}) for number in range(500)]
    assert len(understood(record(*many), schema).rows) < 30


def deep(levels: int) -> bytes:
    return record(extension=json.loads("[" * levels + "]" * levels))


REFUSED = {
    "nothing": (b"", "not one JSON document"),
    "words": (b"cholesterol 431.7", "not one JSON document"),
    "cut off": (visit()[:-40], "not one JSON document"),
    "lines": (visit() + b"\n" + visit(), "not one JSON document"),
    "XML": (b"<Bundle xmlns='http://hl7.org/fhir'/>", "This is XML"),
    "another encoding": (visit().decode().encode("utf-16"), "not UTF-8"),
    "NaN": (b'{"resourceType": "Bundle", "total": NaN}', "a number that is none"),
    "infinity": (b'{"resourceType": "Bundle", "total": -Infinity}', "a number that is none"),
    "twice": (
        b'{"resourceType": "Bundle", "chol": 200, "chol": 431.7}',
        "the same element twice",
    ),
    "a list": (b'["431.7"]', "no FHIR resource"),
    "a number": (b"431.7", "no FHIR resource"),
    "another resource": (json.dumps(patient(id=CANARY)).encode(), "no FHIR Bundle"),
    "no type": (b'{"resourceTyp": "Bundle"}', "no FHIR Bundle"),
    "a Bundle of text": (b'{"resourceType": "Bundle", "type": "collection", "entry": "431.7"}', ""),
    "a Bundle that is none": (record(total="431.7x"), "not as FHIR R4 has it"),
    "a history": (record(type="history"), "a history"),
    "no patient": (json.dumps(bundle(answer("cp", "1"))).encode(), "no Patient"),
    "two patients": (record(patient(id="p2")), "more than one Patient"),
    "one twice": (record(patient()), "more than one Patient"),
    "a patient that is none": (
        json.dumps(bundle(patient(birthDate="431.7"))).encode(),
        "its element “birthDate”",
    ),
    "a modified patient": (
        json.dumps(
            bundle(patient(modifierExtension=[{"url": "urn:x", "valueString": "431.7"}]))
        ).encode(),
        "changes its meaning",
    ),
    "rules": (record(implicitRules="urn:x"), "implicitRules"),
    "large": (b" " * 5_000_001, "larger than 5 MB"),
    "deep": (deep(60), "nested too deeply"),
    "very deep": (b"[" * 200_000 + b"]" * 200_000, "nested too deeply"),
    "digits": (b'{"resourceType": ' + b"9" * 5000 + b"}", "not one JSON document"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_without_guessing_is_refused_whole(schema: Schema, name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(RecordRefused) as refused:
        understood(data, schema)
    assert reason in str(refused.value)
    assert str(refused.value).endswith(("Nothing was read.", "one visit only."))
    assert_silent(refused.value)


def assert_silent(error: BedsideError) -> None:
    """No value in the message, nor in any exception it hangs together with."""
    assert CANARY not in "".join(traceback.format_exception(error))
    assert error.__cause__ is None
    assert error.__context__ is None or CANARY not in repr(error.__context__)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(record(observation("2093-3", quantity(CANARY, "mg/dL"))), id="as text"),
        pytest.param(record(observation("2093-3", {"value": 1, CANARY: 1})), id="as a name"),
        pytest.param(record(own("cp", valueString=CANARY)), id="as an answer"),
        pytest.param(record(observation("2093-3", {}, effectiveDateTime=CANARY)), id="as a date"),
    ],
)
def test_no_reason_repeats_a_value_and_nothing_prints_one(schema: Schema, data: bytes) -> None:
    what = understood(data, schema)
    assert not any(CANARY in row.why for row in what.rows)
    assert CANARY not in repr(what)
    assert CANARY not in "".join(map(repr, what.rows))


def places(document: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    """The way to every element of a document."""
    children = document.items() if isinstance(document, dict) else ()
    if isinstance(document, list):
        children = enumerate(document)
    for name, child in children:
        yield (*path, name)
        yield from places(child, *path, name)


def test_values_of_any_shape_are_survived(schema: Schema) -> None:
    """Whatever stands in the place of an element, it is read, ignored or refused."""
    shapes: list[object] = [None, -1, "", "x", [], {}, [None], [[]], {"x": {}}, True, 1e308]
    document = json.loads(visit())
    document["entry"][3]["fullUrl"] = "urn:uuid:1"
    document["entry"][4]["resource"]["effectivePeriod"] = {"start": "2024"}
    outcomes = set()
    for path in places(document):
        for shape in shapes:
            changed = copy.deepcopy(document)
            at = changed
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] = shape
            try:
                what = understood(json.dumps(changed).encode(), schema)
            except RecordRefused:
                outcomes.add("refused")
            else:
                outcomes.add("read")
                assert all(math.isfinite(value) for value in what.values.values())
    assert outcomes == {"refused", "read"}


def test_where_the_library_is_absent_it_says_how_to_install_it(schema: Schema) -> None:
    def absent() -> fhir.Library:
        raise ModuleNotFoundError("No module named 'fhir'")

    with pytest.raises(ExtraMissing, match=r'pip install "fhir\.resources>=8\.3,<8\.4"'):
        fhir.read(visit(), schema, library=lambda: fhir.library(absent))


@pytest.mark.parametrize("panel", ["85354-9", "35094-2", "55417-0", "55284-4"])
def test_a_pressure_is_taken_from_a_blood_pressure_panel_by_its_own_code(
    schema: Schema, panel: str
) -> None:
    part = {"code": concept("8480-6"), "valueQuantity": quantity(137.4471, "mm[Hg]")}
    other = {"code": concept("8462-4"), "valueQuantity": quantity(81, "mm[Hg]")}
    what = understood(record(observation(panel, None, component=[other, part])), schema)
    assert what.values["trestbps"] == 137.4
    ((fate, reason),) = fates(what, "Resting blood pressure")
    assert fate == "converted"
    assert "rounded as the form shows it" in reason


@pytest.mark.parametrize(
    ("resource", "release"),
    [
        ({"resourceType": "Observation", "comments": "x"}, "DSTU2"),
        ({"resourceType": "Observation", "category": {"text": "x"}}, "DSTU2"),
        ({"resourceType": "MedicationOrder"}, "DSTU2"),
        ({"resourceType": "Encounter", "class": "ambulatory"}, "DSTU2"),
        ({"resourceType": "Observation", "context": {"reference": "x"}}, "STU3"),
        ({"resourceType": "Condition", "clinicalStatus": "active"}, "STU3"),
        ({"resourceType": "ReferralRequest"}, "STU3"),
        ({"resourceType": "Basic", "meta": {"profile": ["http://hl7.org/fhir/STU3/x"]}}, "STU3"),
    ],
)
def test_a_record_of_an_older_release_is_named_as_such(
    schema: Schema, resource: dict[str, Any], release: str
) -> None:
    with pytest.raises(RecordRefused, match=f"FHIR {release}.*Export it as R4"):
        understood(record(resource), schema)
