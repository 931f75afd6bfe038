"""The form filled from an electronic record, on the Patient page and by itself."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.patient import health_record
from model import fhir
from model.schema import Schema
from model.scoring import LoadedModel
from model.studies import Study
from tests.dashboard.fakes import (
    REQUIRED,
    FakeRegistry,
    expected,
    field,
    fill,
    number,
    read,
    services,
    show,
    words,
)
from tests.model.fhir.records import (
    answer,
    bundle,
    needs_library,
    observation,
    patient,
    quantity,
    record,
    visit,
)

CANARY = "431.7"
VISIT = {
    "age": 63.0,
    "sex": 1.0,
    "cp": 1.0,
    "trestbps": 142.0,
    "chol": 224.3,
    "fbs": 1.0,
    "restecg": None,
    "thalach": 151.0,
    "exang": 1.0,
    "oldpeak": 2.3,
    "slope": 2.0,
    "ca": None,
    "thal": 7.0,
}


@pytest.fixture
def page(registry: FakeRegistry) -> AppTest:
    needs_library()
    return unfolded(show("patient", services(registry)))


def unfolded(page: AppTest) -> AppTest:
    page.session_state[health_record.OPEN] = True
    return page.run()


def hand_in(page: AppTest, text: str) -> AppTest:
    page.text_area[0].set_value(text)
    return page.get_by_key("record.read").click().run()


def entries(page: AppTest, schema: Schema) -> dict[str, object]:
    return {name: field(page, name).value for name in schema.names}


def kept(page: AppTest) -> str:
    """All that the session holds, printed."""
    return repr(page.session_state)


def test_a_record_fills_the_form_and_the_risk_is_the_models(
    page: AppTest, study: Study, loaded: dict[str, LoadedModel]
) -> None:
    fill(page, {**REQUIRED, "ca": 3.0, "restecg": 2.0})
    hand_in(page, visit().decode())
    assert not page.exception
    assert entries(page, study.schema) == VISIT
    measured = {name: value for name, value in VISIT.items() if value is not None}
    assert number(page) == expected(loaded["baseline"], measured)


def test_a_file_fills_it_as_well(page: AppTest, study: Study) -> None:
    page.file_uploader[0].upload("patient.json", visit(), "application/json")
    page.get_by_key("record.read").click().run()
    assert entries(page, study.schema) == VISIT


def test_what_was_blanked_and_what_became_of_each_part_is_told(page: AppTest) -> None:
    hand_in(page, visit().decode())
    (told,) = (read(each.value) for each in page.success)
    assert told.startswith("11 of 13 fields are filled from the record.")
    assert "Not in it, and blank: Resting ECG and Vessels on fluoroscopy." in told
    assert "each part of the record: 8 taken, 3 converted, 7 ignored." in words(page)
    (table,) = page.table
    rows = [read(" ".join(map(str, row))) for row in table.value.itertuples(index=False)]
    assert len(rows) == 18
    (cholesterol,) = (row for row in rows if "14647-2" in row)
    assert "5.8 mmol/L, 2024-02-20" in cholesterol
    assert "converted] Cholesterol 224.3 mg/dL" in cholesterol
    (random_glucose,) = (row for row in rows if "2345-7" in row)
    assert "ignored" in random_glucose
    assert "does not say that the patient was fasting" in random_glucose


def test_a_record_comes_in_the_unit_of_the_field(
    page: AppTest, loaded: dict[str, LoadedModel]
) -> None:
    page.get_by_key("patient_unit.chol").set_value("mmol/L").run()
    hand_in(page, visit().decode())
    assert field(page, "chol").value == 5.8
    measured = {name: value for name, value in VISIT.items() if value is not None}
    assert number(page) == expected(loaded["baseline"], measured)


def test_what_is_not_plausible_is_refused_beside_its_field(page: AppTest) -> None:
    data = record(answer("cp", "4"), observation("2093-3", quantity(5.8, "mg/dL")))
    hand_in(page, data.decode())
    (refused,) = page.error
    assert read(refused.value).startswith("Looks like mmol/L.")
    assert field(page, "chol").value == 5.8
    assert number(page) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Choose a file, or paste the text of one."),
        ("cholesterol 431.7", "This is not one JSON document."),
        ("<Bundle/>", "This is XML."),
        (json.dumps(bundle(patient(), patient())), "The record holds more than one Patient."),
        (json.dumps(bundle({"resourceType": "Patient"})), "Nothing in the record could be used"),
    ],
)
def test_what_is_refused_leaves_the_form_as_it_was(
    page: AppTest, study: Study, text: str, sentence: str
) -> None:
    fill(page, {**REQUIRED, "chol": 233.0})
    before, risk = entries(page, study.schema), number(page)
    hand_in(page, text)
    (refused,) = page.error
    assert read(refused.value).startswith(sentence)
    assert not page.table
    assert entries(page, study.schema) == before
    assert number(page) == risk


def test_a_file_and_a_text_are_not_chosen_between(page: AppTest) -> None:
    page.file_uploader[0].upload("patient.json", visit(), "application/json")
    hand_in(page, visit().decode())
    assert read(page.error[0].value) == "There was a file and a text. Hand in one of them."
    assert field(page, "age").value is None


@pytest.mark.parametrize("whole", [True, False])
def test_the_text_is_forgotten_read_or_refused(page: AppTest, whole: bool) -> None:
    name = [{"family": "Canary-Family"}]
    text = json.dumps(bundle(patient(name=name), observation("2093-3", quantity(1, "mg/dL"))))
    hand_in(page, text if whole else text[:-1])
    assert page.text_area[0].value == ""
    assert "Canary-Family" not in kept(page)
    assert "resourceType" not in kept(page)


def test_a_file_is_forgotten_as_well(page: AppTest) -> None:
    page.file_uploader[0].upload("patient.json", visit(), "application/json")
    page.get_by_key("record.read").click().run()
    assert not page.file_uploader[0].value
    assert "resourceType" not in kept(page)
    assert "UploadedFile" not in kept(page)


def test_nothing_of_it_is_in_the_address_or_in_what_is_logged(
    page: AppTest, caplog: pytest.LogCaptureFixture
) -> None:
    data = record(answer("cp", "4"), observation("2093-3", quantity(431.7, "mg/dL")))
    hand_in(page, data.decode())
    assert field(page, "chol").value == 431.7
    hand_in(page, "431.7" + data.decode())
    assert dict(page.query_params) == {"version": "1"}
    assert CANARY not in caplog.text


@pytest.mark.parametrize("key", ["clear", "patient_example"])
def test_the_account_goes_with_the_patient_it_is_of(page: AppTest, study: Study, key: str) -> None:
    hand_in(page, visit().decode())
    assert page.table
    if key == "clear":
        page.get_by_key(key).click().run()
    else:
        page.get_by_key(key).click(study.examples[0].story).run()
    assert not page.table
    assert "1960-05-01" not in repr(page.session_state)
    assert health_record.ACCOUNT not in page.session_state
    assert "fields are filled" not in " ".join(each.value for each in page.success)


def test_the_account_stays_while_the_patient_is_corrected(page: AppTest) -> None:
    hand_in(page, visit().decode())
    fill(page, {"restecg": 0.0})
    assert page.table


def test_words_of_a_record_are_shown_as_text(page: AppTest) -> None:
    data = record(answer("cp", "4"), observation("", code={"text": "**bold** :red[x]"}))
    hand_in(page, data.decode())
    shown = "\n".join(page.table[0].value["In the record"])
    assert r"\*\*bold\*\* \:red\[x\]" in shown


def _alone(schema: object, installed: bool) -> None:
    from dashboard.components.patient import health_record, patient_form
    from model import fhir

    def absent() -> fhir.Library:
        raise ImportError

    health_record.render(
        schema, library=lambda: fhir.library(absent), is_installed=lambda: installed
    )
    patient_form.render(schema, patient_form.checked(schema))


@pytest.mark.parametrize("installed", [False, True])
def test_where_the_library_is_absent_it_says_how_to_install_it(
    study: Study, installed: bool
) -> None:
    """Also where it seems to be there and then is not."""
    page = AppTest.from_function(_alone, args=(study.schema, installed)).run()
    unfolded(page)
    if installed:
        hand_in(page, visit().decode())
    said = words(page)
    assert 'pip install "fhir.resources>=8.3,<8.4"' in said
    assert bool(page.text_area) is installed


def test_a_study_without_codes_has_no_place_for_records(study: Study) -> None:
    page = AppTest.from_function(_alone, args=(replace(study.schema, code_system=""), True)).run()
    assert not page.expander
