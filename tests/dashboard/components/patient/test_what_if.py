from __future__ import annotations

import json

import pytest

from model.scoring import LoadedModel
from tests.dashboard.fakes import (
    REQUIRED,
    FakeRegistry,
    charts,
    expected,
    fill,
    number,
    paths,
    risks,
    services,
    show,
    shown,
    take_over,
    told,
    words,
)

Models = dict[str, LoadedModel]
PATIENT = {**REQUIRED, "thal": 7.0, "oldpeak": 2.3}


def percent(model: LoadedModel, values: dict[str, float]) -> str:
    return expected(model, values)


def test_a_pinned_patient_stands_beside_the_one_in_the_form(
    registry: FakeRegistry, loaded: Models
) -> None:
    page = fill(show("patient", services(registry)), PATIENT)
    page.get_by_key("what_if.pin").click().run()
    assert "Change a value in the form" in words(page)
    fill(page, {"thal": 3.0, "oldpeak": 0.5})
    changed = {**PATIENT, "thal": 3.0, "oldpeak": 0.5}
    assert number(page) == expected(loaded["baseline"], changed)
    said = risks(page)
    assert f"Pinned: {percent(loaded['baseline'], PATIENT)}" in said
    assert f"Now: {percent(loaded['baseline'], changed)}" in said
    causes = paths(page)[-1]
    assert causes.startswith("From ")
    assert "the pinned patient" in causes
    assert "Thallium scan: reversible defect → normal" in causes
    assert "ST depression 2.3 mm → 0.5 mm" in causes
    assert "Chest pain" not in causes
    assert "is no advice" in words(page)


def test_the_way_back_fills_the_form_with_the_pinned_patient(
    registry: FakeRegistry, loaded: Models
) -> None:
    page = fill(show("patient", services(registry)), PATIENT)
    page.get_by_key("what_if.pin").click().run()
    fill(page, {"thal": 3.0, "chol": 300.0})
    page.get_by_key("what_if.back").click().run()
    take_over(page)
    assert number(page) == expected(loaded["baseline"], PATIENT)
    assert shown(page)["chol"] is None
    page.get_by_key("what_if.unpin").click().run()
    assert page.get_by_key("what_if.pin")
    assert not told(page, "Risk and 95 % interval ")


def test_the_pinned_patient_is_asked_about_under_the_version_in_use(
    registry: FakeRegistry, loaded: Models
) -> None:
    page = fill(show("patient", services(registry)), PATIENT)
    page.get_by_key("what_if.pin").click().run()
    fill(page, {"thal": 3.0})
    page.get_by_key("version").set_value(2).run()
    assert f"Pinned: {percent(loaded['logistic'], PATIENT)}" in risks(page)


def test_one_value_is_varied_with_interval_and_training_range(
    registry: FakeRegistry, loaded: Models
) -> None:
    page = fill(show("patient", services(registry)), PATIENT)
    assert "response" not in charts(page)
    page.get_by_key("what_if.varied").set_value("ST depression").run()
    chart = charts(page)["response"]
    drawn = json.loads(chart.spec)
    band, curve, patient = drawn["data"]
    assert patient["x"] == [2.3]
    assert patient["y"][0] == pytest.approx(
        float(expected(loaded["baseline"], PATIENT).rstrip(" %")) / 100, abs=6e-3
    )
    shade = drawn["layout"]["shapes"][0]
    assert (shade["x0"], shade["x1"]) == (0.0, 6.2)
    assert curve["mode"] == "lines"
    assert band["fill"] == "toself"
    assert f"This patient: 2.3 mm, {float(number(page).rstrip(' %')):.0f} %" in chart.alt


def test_a_coded_value_is_varied_in_words(registry: FakeRegistry, loaded: Models) -> None:
    page = fill(show("patient", services(registry)), PATIENT)
    page.get_by_key("what_if.varied").set_value("Thallium scan").run()
    said = charts(page)["response"].alt
    for code, words_of in ((3.0, "normal"), (6.0, "fixed defect"), (7.0, "reversible defect")):
        assert f"{words_of}: {percent(loaded['baseline'], {**PATIENT, 'thal': code})}" in said


def test_a_part_of_a_test_counts_without_the_rest_of_it(of_reference: FakeRegistry) -> None:
    page = fill(show("patient", services(of_reference)), REQUIRED)
    page.get_by_key("what_if.varied").set_value("Cholesterol").run()
    assert "response" in charts(page)  # although the fasting sugar is blank
