from __future__ import annotations

import math
import re

import pandas as pd
import pytest

from dashboard.settings import Endpoint
from model.errors import GoldenMismatch
from model.scoring import LoadedModel
from model.studies import Study
from tests.dashboard.fakes import (
    REQUIRED,
    FakeRegistry,
    charts,
    endpoint,
    expected,
    field,
    fill,
    number,
    opened,
    paths,
    read,
    services,
    show,
    words,
)

Models = dict[str, LoadedModel]


def test_a_blank_form_asks_for_age_sex_and_chest_pain(registry: FakeRegistry) -> None:
    page = show("patient", services(registry))
    assert not page.exception
    assert number(page) is None
    (asked,) = page.info
    assert "fill in: Age, Sex, Chest pain." in asked.value


def test_what_is_still_asked_for_becomes_less(registry: FakeRegistry) -> None:
    page = fill(show("patient", services(registry)), {"age": 57.0, "cp": 4.0})
    assert "fill in: Sex." in page.info[0].value


def test_the_number_is_the_models(registry: FakeRegistry, loaded: Models) -> None:
    page = fill(show("patient", services(registry)), REQUIRED)
    assert number(page) == expected(loaded["baseline"], REQUIRED)


def test_the_number_changes_when_a_test_is_added(registry: FakeRegistry, loaded: Models) -> None:
    page = fill(show("patient", services(registry)), REQUIRED)
    before = number(page)
    fill(page, {"oldpeak": 3.5, "thal": 7.0})
    assert number(page) == expected(loaded["baseline"], {**REQUIRED, "oldpeak": 3.5, "thal": 7.0})
    assert number(page) != before


def test_a_forest_is_read_like_any_other_model(of_forest: FakeRegistry, loaded: Models) -> None:
    page = fill(show("patient", services(of_forest)), {**REQUIRED, "oldpeak": 3.5, "thal": 7.0})
    assert not page.exception
    assert number(page) == expected(loaded["forest"], {**REQUIRED, "oldpeak": 3.5, "thal": 7.0})
    assert "Raised most by" in words(page)


def test_the_page_says_what_the_number_comes_from(registry: FakeRegistry) -> None:
    page = fill(show("patient", services(registry)), REQUIRED)
    said = words(page)
    assert "heart-disease v1, baseline · run 11111111 · scored in this app" in said
    assert "Research use; not a medical device." in said
    assert "Raised most by" in said


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("trestbps", 400.0, "Outside what is plausible. Allowed: 60 to 260 mm Hg, or blank."),
        ("age", 140.0, "Outside what is plausible. Allowed: 18 to 100 years."),
        ("oldpeak", 99.0, "Looks like a mark for a missing value."),
    ],
)
def test_a_value_out_of_range_is_refused_beside_its_field(
    registry: FakeRegistry, name: str, value: float, sentence: str
) -> None:
    others = {**REQUIRED, "thal": 7.0}
    page = fill(show("patient", services(registry)), {**others, name: value})
    assert number(page) is None
    (refused,) = page.error
    assert read(refused.value).startswith(sentence)
    for other, kept in others.items():
        if other != name:
            assert field(page, other).value == kept
    assert "Correct the marked field" in words(page)


def test_a_value_outside_the_training_range_is_flagged_and_scored(
    registry: FakeRegistry, loaded: Models
) -> None:
    values = {**REQUIRED, "trestbps": 250.0}
    page = fill(show("patient", services(registry)), values)
    assert number(page) == expected(loaded["baseline"], values)
    beside, above = (read(each.value) for each in page.warning)
    assert beside.startswith("Outside the range the model was trained on (94 to 200 mm Hg)")
    assert above.startswith("Resting blood pressure: outside the range")


def test_a_switched_version_keeps_the_entries_and_changes_the_number(
    registry: FakeRegistry, loaded: Models
) -> None:
    values = {**REQUIRED, "chol": 233.0}
    page = fill(show("patient", services(registry)), values)
    page.get_by_key("version").set_value(2).run()
    assert number(page) == expected(loaded["logistic"], values)
    assert expected(loaded["logistic"], values) != expected(loaded["baseline"], values)
    assert {name: field(page, name).value for name in values} == values


def test_a_version_that_fails_verification_says_so_and_gives_no_number(
    registry: FakeRegistry, loaded: Models
) -> None:
    registry.models["m-2"] = GoldenMismatch("This version does not reproduce its own numbers.")
    page = fill(show("app", services(registry)), REQUIRED)
    page.get_by_key("version").set_value(2).run()
    assert number(page) is None
    assert [read(each.value) for each in page.error] == [str(registry.models["m-2"])]
    assert "not verified" in words(page)
    page.get_by_key("version").set_value(1).run()
    assert number(page) == expected(loaded["baseline"], REQUIRED)


def test_nothing_of_a_patient_is_in_the_address(registry: FakeRegistry) -> None:
    page = fill(show("patient", services(registry)), {**REQUIRED, "chol": 431.7})
    assert dict(page.query_params) == {"version": "1"}


def test_clear_empties_every_field(registry: FakeRegistry, study: Study) -> None:
    page = fill(show("patient", services(registry)), {**REQUIRED, "chol": 233.0, "thal": 3.0})
    page.get_by_key("clear").click().run()
    assert all(field(page, name).value is None for name in study.schema.names)
    assert number(page) is None


OLDER = "Woman of 84, older than anyone it learned from"


@pytest.mark.parametrize("at", range(8))
def test_an_example_fills_the_form(
    registry: FakeRegistry, loaded: Models, study: Study, at: int
) -> None:
    page = fill(show("patient", services(registry)), {**REQUIRED, "chol": 431.0, "ca": 3.0})
    example = study.examples[at]
    page.get_by_key("patient_example").click(example.story).run()
    shown = {name: field(page, name).value for name in study.schema.names}
    assert shown == {**dict.fromkeys(study.schema.names), **example.values}
    assert number(page) == expected(loaded["baseline"], dict(example.values))
    assert not page.error
    assert ("outside the range" in words(page).lower()) == (example.story == OLDER)


def test_a_message_from_before_an_example_changes_nothing(
    registry: FakeRegistry, loaded: Models, study: Study
) -> None:
    """On a slow network it arrives after the example, with all that the browser had."""
    page = fill(show("patient", services(registry)), {**REQUIRED, "chol": 431.0})
    late = {name: field(page, name).key for name in ("age", "trestbps", "chol")}
    example = study.examples[0]
    page.get_by_key("patient_example").click(example.story).run()
    for key in late.values():
        page.session_state[key] = 50.0
    page.run()
    shown = {name: field(page, name).value for name in study.schema.names}
    assert shown == {**dict.fromkeys(study.schema.names), **example.values}
    assert number(page) == expected(loaded["baseline"], dict(example.values))


def test_an_endpoint_that_serves_the_version_gives_its_number(
    registry: FakeRegistry, loaded: Models
) -> None:
    with endpoint(loaded["baseline"], loaded["baseline"].schema) as url:
        page = show("app", services(registry, endpoints=(Endpoint("ward", url),)))
        page.get_by_key("route").set_value("ward").run()
        fill(page, REQUIRED)
        assert not page.error
        assert number(page) == expected(loaded["baseline"], REQUIRED)
        assert "scored endpoint ward" in words(page)


def test_an_endpoint_that_serves_another_model_gives_a_sentence_and_no_number(
    registry: FakeRegistry, loaded: Models
) -> None:
    with endpoint(loaded["logistic"], loaded["baseline"].schema) as url:
        page = fill(show("app", services(registry, endpoints=(Endpoint("ward", url),))), REQUIRED)
        page.get_by_key("route").set_value("ward").run()
        assert number(page) is None
        (refused,) = page.error
        assert "ward serves another model than the version chosen" in read(refused.value)


def test_an_endpoint_that_is_gone_is_told_where_the_number_would_stand(
    registry: FakeRegistry, loaded: Models
) -> None:
    with endpoint(loaded["baseline"], loaded["baseline"].schema) as url:
        page = show("app", services(registry, endpoints=(Endpoint("ward", url),)))
        page.get_by_key("route").set_value("ward").run()
        fill(page, REQUIRED)
    fill(page, {"thal": 7.0})
    assert number(page) is None
    assert "The endpoint ward" in read(page.error[0].value)
    assert "does not answer" in read(page.error[0].value)
    assert field(page, "thal").value == 7.0


class TestUnits:
    def test_a_switch_of_unit_converts_the_number_and_keeps_the_risk(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        values = {**REQUIRED, "chol": 431.7}
        page = fill(show("patient", services(registry)), values)
        before = number(page)
        page.get_by_key("patient_unit.chol").set_value("mmol/L").run()
        assert field(page, "chol").value == 11.16
        assert number(page) == before == expected(loaded["baseline"], values)
        page.get_by_key("patient_unit.chol").set_value("mg/dL").run()
        assert field(page, "chol").value == 431.7

    def test_a_number_typed_in_another_unit_is_scored_in_the_models(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        page = show("patient", services(registry))
        page.get_by_key("patient_unit.chol").set_value("mmol/L").run()
        fill(page, {**REQUIRED, "chol": 6.0})
        assert field(page, "chol").value == 6.0
        typed = {**REQUIRED, "chol": round(6.0 / 0.02586, 1)}
        assert number(page) == expected(loaded["baseline"], typed)

    def test_a_number_edited_after_a_switch_is_the_number_scored(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        page = fill(show("patient", services(registry)), {**REQUIRED, "chol": 233.0})
        page.get_by_key("patient_unit.chol").set_value("mmol/L").run()
        fill(page, {"chol": 9.5})
        typed = {**REQUIRED, "chol": round(9.5 / 0.02586, 1)}
        assert number(page) == expected(loaded["baseline"], typed)

    def test_a_message_from_before_a_switch_of_unit_changes_nothing(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        values = {**REQUIRED, "chol": 241.0}
        page = fill(show("patient", services(registry)), values)
        late = field(page, "chol").key
        page.get_by_key("patient_unit.chol").set_value("mmol/L").run()
        page.session_state[late] = 241.0
        page.run()
        assert field(page, "chol").value == 6.23
        assert not page.error
        assert number(page) == expected(loaded["baseline"], values)

    def test_the_range_beside_the_field_is_in_its_unit(self, registry: FakeRegistry) -> None:
        page = show("patient", services(registry))
        page.get_by_key("patient_unit.chol").set_value("mmol/L").run()
        box = field(page, "chol")
        assert box.placeholder == "1.56 to 25.86"
        fill(page, {**REQUIRED, "chol": 233.0})
        refused = read(page.error[0].value)
        assert "In mmol/L: 1.56 to 25.86." in refused
        assert "If it was meant in mg/dL, switch the unit." in refused
        assert number(page) is None

    def test_a_number_typed_in_the_wrong_unit_stays_when_the_unit_is_put_right(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        page = fill(show("patient", services(registry)), {**REQUIRED, "chol": 5.8})
        assert "If it was meant in mmol/L, switch the unit." in read(page.error[0].value)
        page.get_by_key("patient_unit.chol").set_value("mmol/L").run()
        assert field(page, "chol").value == 5.8
        typed = {**REQUIRED, "chol": round(5.8 / 0.02586, 1)}
        assert number(page) == expected(loaded["baseline"], typed)

    def test_an_example_comes_in_the_unit_of_the_field(
        self, registry: FakeRegistry, loaded: Models, study: Study
    ) -> None:
        page = show("patient", services(registry))
        page.get_by_key("patient_unit.chol").set_value("mmol/L").run()
        page.get_by_key("patient_example").click(study.examples[0].story).run()
        shown = field(page, "chol").value
        assert math.isclose(shown, study.examples[0].values["chol"] * 0.02586, abs_tol=0.005)
        assert number(page) == expected(loaded["baseline"], dict(study.examples[0].values))


def test_the_number_carries_its_interval(registry: FakeRegistry, loaded: Models) -> None:
    page = fill(show("patient", services(registry)), REQUIRED)
    why = loaded["baseline"].assess(pd.DataFrame([REQUIRED]), explain=True).explanation
    low, high = (f"{100 * float(each[0]):.0f}" for each in (why.low, why.high))
    assert f"(95 % interval {low} to {high})" in words(page)


def test_the_submodel_that_answers_is_named(of_reference: FakeRegistry) -> None:
    page = fill(show("patient", services(of_reference)), {**REQUIRED, "ca": 0.0, "thal": 3.0})
    assert "Answered by the model without resting blood pressure, blood test" in words(page)
    assert "fluoroscopy" not in words(page).partition("Answered by")[2].partition(".")[0]


def test_a_typed_value_that_does_nothing_says_what_it_needs(of_reference: FakeRegistry) -> None:
    page = fill(show("patient", services(of_reference)), {**REQUIRED, "chol": 240.0})
    told = " ".join(read(each.value) for each in page.info)
    assert "Not used: Cholesterol." in told
    assert "fill in Fasting sugar" in told
    fill(page, {"fbs": 0.0})
    assert not page.info


def test_an_unusual_combination_is_flagged(registry: FakeRegistry) -> None:
    odd = {"age": 29.0, "sex": 0.0, "cp": 1.0, "trestbps": 200.0, "chol": 564.0, "thalach": 71.0}
    page = fill(show("patient", services(registry)), {**odd, "oldpeak": 6.2, "slope": 3.0})
    assert "unusual combination" in words(page)


def test_a_place_the_model_must_not_be_used_in_is_named_under_the_number(
    registry: FakeRegistry,
) -> None:
    page = fill(show("patient", services(registry)), REQUIRED)
    assert "Switzerland: do not use without recalibration." in words(page)


def test_the_same_patient_under_another_version_stands_beside_with_what_explains_it(
    registry: FakeRegistry, loaded: Models
) -> None:
    values = {**REQUIRED, "thal": 7.0, "oldpeak": 2.3}
    page = opened(fill(show("patient", services(registry)), values), "Versions")
    page.get_by_key("other_versions").set_value(["v2 logistic"]).run()
    risks, difference = charts(page)["risks"], paths(page)[-1]
    for name, model in (("v1", "baseline"), ("v2", "logistic")):
        assert f"{name}: {expected(loaded[model], values)}".rstrip("%").strip() in risks.alt
    here, there = (
        float(expected(loaded[m], values).rstrip(" %")) for m in ("baseline", "logistic")
    )
    # From one risk to the other, every cause in between, each to a tenth of a point.
    assert difference.startswith(f"From {here:.0f} %, the risk under v1, to {there:.0f} %: ")
    points = re.findall(r" ([+−][\d.]+)[;.]", difference)
    total = sum(float(each.replace("−", "-")) for each in points)
    assert total == pytest.approx(there - here, abs=0.05 * len(points) + 0.1)


def test_a_version_that_cannot_be_loaded_says_so_and_the_number_stays(
    registry: FakeRegistry, loaded: Models
) -> None:
    registry.models["m-2"] = GoldenMismatch("This version does not reproduce its own numbers.")
    page = opened(fill(show("patient", services(registry)), REQUIRED), "Versions")
    page.get_by_key("other_versions").set_value(["v2 logistic"]).run()
    assert "does not reproduce its own numbers" in read(page.error[0].value)
    assert number(page) == expected(loaded["baseline"], REQUIRED)
