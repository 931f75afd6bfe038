from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.patient import entry
from dashboard.components.patient.entry import Typed
from dashboard.settings import Endpoint
from model.errors import GoldenMismatch
from model.scoring import Assessment, LoadedModel, RiskModel
from model.studies import Study
from tests.dashboard.fakes import (
    REQUIRED,
    FakeRegistry,
    answered,
    component,
    endpoint,
    expected,
    fill,
    number,
    opened,
    paths,
    read,
    risk,
    risks,
    send,
    services,
    show,
    words,
)
from tests.dashboard.fakes import shown as shown_case

Models = dict[str, LoadedModel]


def form(page: AppTest) -> dict[str, Any]:
    """What the browser draws the form from."""
    given = component(page, "patient_form")
    assert given is not None
    return given


def limits(page: AppTest) -> str:
    """What is said at the number."""
    return "\n".join(limit["text"] for limit in answered(page)["number"]["limits"])


def exact(model: LoadedModel, values: dict[str, float]) -> float:
    return float(model.assess(pd.DataFrame([values])).risk[0])


def test_a_blank_form_asks_for_age_sex_and_chest_pain(registry: FakeRegistry) -> None:
    page = show("patient", services(registry))
    assert not page.exception
    assert number(page) is None
    assert "fill in: Age, Sex, Chest pain." in words(page)


def test_what_is_still_asked_for_becomes_less(registry: FakeRegistry) -> None:
    page = fill(show("patient", services(registry)), {"age": 57.0, "cp": 4.0})
    assert "fill in: Sex." in words(page)


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
    assert "raises it most" in words(page) or "raise it most" in words(page)


def test_the_page_says_what_the_number_comes_from(registry: FakeRegistry) -> None:
    page = fill(show("patient", services(registry)), REQUIRED)
    said = words(page)
    assert "heart-disease v1, baseline · run 11111111 · scored in this app" in said
    assert "Research use; not a medical device." in said
    assert "it most" in said


@pytest.mark.parametrize(
    ("name", "typed", "sentence", "remedies"),
    [
        (
            "trestbps",
            "400",
            "Enter a resting blood pressure from 60 to 260 mm Hg, or leave it blank.",
            ["Leave it blank"],
        ),
        ("age", "140", "Enter an age from 18 to 100 years.", []),
        (
            "oldpeak",
            "99",
            "This looks like a mark for a missing value. "
            "Enter an ST depression from -4 to 10 mm, or leave it blank.",
            ["Did you mean 9.9 mm?", "Leave it blank"],
        ),
        (
            "chol",
            "6.2",
            "That is not plausible in mg/dL. "
            "Enter a cholesterol from 60 to 1000 mg/dL, or leave it blank.",
            ["Did you mean 6.2 mmol/L?", "Leave it blank"],
        ),
        (
            "trestbps",
            "1,380",
            "The comma may stand for thousands or for decimals. Choose what you mean.",
            ["Use 1380", "Use 1.380"],
        ),
        (
            "trestbps",
            "about 130",
            "This is not a number. "
            "Enter a resting blood pressure from 60 to 260 mm Hg, or leave it blank.",
            [],
        ),
    ],
)
def test_a_value_that_cannot_be_is_refused_beside_its_field_with_remedies(
    registry: FakeRegistry, name: str, typed: str, sentence: str, remedies: list[str]
) -> None:
    others = {**REQUIRED, "thal": 7.0}
    page = fill(show("patient", services(registry)), others)
    unit = next(f["unit"] for f in form(page)["fields"] if f["name"] == name)
    send(page, {name: Typed(typed, unit)})
    assert number(page) is None
    (issue,) = answered(page)["issues"].values()
    assert issue["refused"]
    assert issue["message"] == sentence
    assert [remedy["label"] for remedy in issue["remedies"]] == remedies
    assert {other: shown_case(page)[other] for other in others if other != name} == {
        other: kept for other, kept in others.items() if other != name
    }
    assert "Correct the marked field" in words(page)


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [("0,5", 0.5), (" 2.3 ", 2.3), ("1,4", 1.4), ("2.3 mm", 2.3), ("0,125", 0.125), ("3", 3.0)],
)
def test_a_number_is_read_as_it_was_meant(
    registry: FakeRegistry, loaded: Models, typed: str, read_as: float
) -> None:
    page = fill(show("patient", services(registry)), REQUIRED)
    send(page, {"oldpeak": Typed(typed, "mm")})
    model = loaded["baseline"]
    assert risk(page) == pytest.approx(exact(model, {**REQUIRED, "oldpeak": read_as}), abs=1e-12)


def test_a_value_outside_the_training_range_is_flagged_and_scored(
    registry: FakeRegistry, loaded: Models
) -> None:
    values = {**REQUIRED, "trestbps": 250.0}
    page = fill(show("patient", services(registry)), values)
    assert number(page) == expected(loaded["baseline"], values)
    beside = answered(page)["issues"]["trestbps"]
    assert beside["message"].startswith("Outside the range the model was trained on (94 to 200")
    assert not beside["refused"]
    assert "Resting blood pressure: outside the range" in limits(page)


def test_a_switched_version_keeps_the_entries_and_changes_the_number(
    registry: FakeRegistry, loaded: Models
) -> None:
    values = {**REQUIRED, "chol": 233.0}
    page = fill(show("patient", services(registry)), values)
    page.get_by_key("version").set_value(2).run()
    assert number(page) == expected(loaded["logistic"], values)
    assert expected(loaded["logistic"], values) != expected(loaded["baseline"], values)
    assert {name: shown_case(page)[name] for name in values} == values


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


def test_a_blank_case_has_no_number(registry: FakeRegistry, study: Study) -> None:
    page = fill(show("patient", services(registry)), {**REQUIRED, "chol": 233.0, "thal": 3.0})
    send(page, dict.fromkeys(study.schema.names))
    assert number(page) is None
    assert "fill in: Age, Sex, Chest pain." in words(page)


OLDER = "Woman of 84, older than anyone it learned from"


@pytest.mark.parametrize("at", range(8))
def test_an_example_is_scored_whole(
    registry: FakeRegistry, loaded: Models, study: Study, at: int
) -> None:
    page = show("patient", services(registry))
    example = study.examples[at]
    assert form(page)["examples"][at]["story"] == example.story
    blank = dict.fromkeys(study.schema.names)
    fill(page, {**blank, **form(page)["examples"][at]["values"]})
    assert number(page) == expected(loaded["baseline"], dict(example.values))
    assert not any(issue["refused"] for issue in answered(page)["issues"].values())
    assert ("outside the range" in limits(page)) == (example.story == OLDER)


def test_an_answer_names_its_case_and_whom_it_is_for(registry: FakeRegistry) -> None:
    page = fill(show("patient", services(registry)), {**REQUIRED, "chol": 233.0})
    assert answered(page)["revision"] == "1.1"
    assert answered(page)["number"]["whom"] == "57 years, male, asymptomatic · 4 of 13 values"
    assert answered(page)["number"]["by"] == "v1"
    fill(page, {"age": 61.0})
    assert answered(page)["revision"] == "1.2"
    assert answered(page)["number"]["whom"].startswith("61 years")


@pytest.mark.parametrize(
    "sent",
    [
        "text",
        {"study": "another", "revision": "1.1", "values": {}},
        {"study": "heart-disease", "revision": "<b>", "values": {}},
        {"study": "heart-disease", "revision": "1.1", "values": "none"},
        {"study": "heart-disease", "values": {}},
    ],
)
def test_what_is_no_case_is_not_taken_for_one(study: Study, sent: object) -> None:
    assert entry.read(sent, study.schema) is None


def test_of_a_case_nothing_but_texts_and_codes_is_taken(study: Study) -> None:
    values = {
        "age": {"typed": "5" * 90, "unit": "parsec"},
        "sex": {"code": True},
        "cp": {"code": 4},
        "chol": {"typed": 241, "unit": "mg/dL"},
        "thal": ["7"],
        "more": {"typed": "1", "unit": ""},
    }
    sent = {"study": "heart-disease", "revision": "1.1", "values": values, "filled": 7}
    taken = entry.read(sent, study.schema)
    assert taken is not None
    assert taken.filled is None
    assert set(taken.values) == set(study.schema.names)
    assert taken.values["age"] == Typed("5" * entry.LONGEST_TEXT, "parsec")
    assert {name: taken.values[name] for name in ("sex", "cp", "chol", "thal")} == {
        "sex": None,
        "cp": 4.0,
        "chol": None,
        "thal": None,
    }


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


def test_an_endpoint_right_on_the_golden_patients_and_wrong_on_this_one_gives_no_number(
    registry: FakeRegistry, loaded: Models
) -> None:
    model = loaded["baseline"]
    known = {tuple(row) for row in model.golden.rows.fillna(-1).to_numpy()}

    class Halved(RiskModel):
        """Answers for whoever is golden as logged, and for everybody else half the risk."""

        def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
            answer = super().assess(rows)
            golden = [tuple(row) in known for row in rows.fillna(-1).to_numpy()]
            return Assessment(np.where(golden, answer.risk, answer.risk / 2))

    with endpoint(Halved(model.schema, model.engine), model.schema) as url:
        page = show("app", services(registry, endpoints=(Endpoint("ward", url),)))
        page.session_state["route"] = "ward"
        fill(page, REQUIRED)
        assert number(page) is None
        assert page.error
        assert f"{expected(model, REQUIRED)[:3]}" not in words(page)


def test_an_endpoint_that_is_gone_is_told_where_the_number_would_stand(
    registry: FakeRegistry, loaded: Models
) -> None:
    with endpoint(loaded["baseline"], loaded["baseline"].schema) as url:
        page = show("app", services(registry, endpoints=(Endpoint("ward", url),)))
        page.get_by_key("route").set_value("ward").run()
        fill(page, REQUIRED)
    fill(page, {"thal": 7.0})
    assert number(page) is None
    assert "The endpoint ward" in answered(page)["message"]
    assert "does not answer" in answered(page)["message"]
    assert shown_case(page)["thal"] == 7.0


class TestUnits:
    def test_a_number_typed_in_another_unit_is_scored_in_the_models(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        page = fill(show("patient", services(registry)), REQUIRED)
        send(page, {"chol": Typed("6,0", "mmol/L")})
        typed = {**REQUIRED, "chol": round(6.0 / 0.02586, 1)}
        assert risk(page) == pytest.approx(exact(loaded["baseline"], typed), abs=1e-12)

    def test_a_unit_behind_the_number_counts_before_the_one_of_the_field(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        page = fill(show("patient", services(registry)), REQUIRED)
        send(page, {"chol": Typed("6.0 mmol/L", "mg/dL")})
        typed = {**REQUIRED, "chol": round(6.0 / 0.02586, 1)}
        assert risk(page) == pytest.approx(exact(loaded["baseline"], typed), abs=1e-12)

    def test_the_form_knows_each_unit_with_its_range(self, registry: FakeRegistry) -> None:
        page = show("patient", services(registry))
        (field,) = (each for each in form(page)["fields"] if each["name"] == "chol")
        assert [unit["name"] for unit in field["units"]] == ["mg/dL", "mmol/L"]
        assert field["units"][1]["range"] == "1.56–25.86"

    def test_a_refusal_speaks_of_the_unit_it_was_typed_in(self, registry: FakeRegistry) -> None:
        page = fill(show("patient", services(registry)), REQUIRED)
        send(page, {"chol": Typed("233", "mmol/L")})
        issue = answered(page)["issues"]["chol"]
        assert "from 1.56 to 25.86 mmol/L" in issue["message"]
        assert issue["remedies"][0] == {
            "label": "Did you mean 233 mg/dL?",
            "typed": "233",
            "unit": "mg/dL",
        }
        assert number(page) is None


def test_the_number_carries_its_interval(registry: FakeRegistry, loaded: Models) -> None:
    page = fill(show("patient", services(registry)), REQUIRED)
    why = loaded["baseline"].assess(pd.DataFrame([REQUIRED]), explain=True).explanation
    low, high = (f"{100 * float(each[0]):.0f}" for each in (why.low, why.high))
    assert f"it could be {low} to {high}." in words(page)
    assert answered(page)["number"]["interval_text"] == f"could be {low} to {high} %"


def test_the_submodel_that_answers_is_named(of_reference: FakeRegistry) -> None:
    page = fill(show("patient", services(of_reference)), {**REQUIRED, "ca": 0.0, "thal": 3.0})
    assert "Based on what you entered; resting blood pressure, blood test" in limits(page)
    assert "fluoroscopy" not in limits(page).partition("Based on")[2].partition(".")[0]


def test_a_value_counts_though_the_rest_of_its_test_is_missing(of_reference: FakeRegistry) -> None:
    page = fill(show("patient", services(of_reference)), REQUIRED)
    before = risk(page)
    fill(page, {"chol": 420.0})
    assert "Not used" not in limits(page)
    assert risk(page) != before
    assert "fasting sugar above 120 mg/dL" in limits(page)


def test_an_unusual_combination_is_flagged(registry: FakeRegistry) -> None:
    odd = {"age": 29.0, "sex": 0.0, "cp": 1.0, "trestbps": 200.0, "chol": 564.0, "thalach": 71.0}
    page = fill(show("patient", services(registry)), {**odd, "oldpeak": 6.2, "slope": 3.0})
    assert "unusual combination" in words(page)
    assert "numbers are further off" in words(page)  # or not: as it was measured


def test_a_place_the_model_must_not_be_used_in_is_named_under_the_number(
    registry: FakeRegistry,
) -> None:
    page = fill(show("patient", services(registry)), REQUIRED)
    assert (
        "Do not use in hospitals like Zurich and Basel, Switzerland, unless recalibrated."
        in words(page)
    )


def test_the_same_patient_under_another_version_stands_beside_with_what_explains_it(
    registry: FakeRegistry, loaded: Models
) -> None:
    values = {**REQUIRED, "thal": 7.0, "oldpeak": 2.3}
    page = opened(fill(show("patient", services(registry)), values), "Versions")
    page.get_by_key("other_versions").set_value(["v2 logistic"]).run()
    both, difference = risks(page), paths(page)[-1]
    for name, model in (("v1", "baseline"), ("v2", "logistic")):
        assert f"{name}: {expected(loaded[model], values)}".rstrip("%").strip() in both
    here, there = (
        float(expected(loaded[m], values).rstrip(" %")) for m in ("baseline", "logistic")
    )
    # From one risk to the other, every cause in between, each to a point.
    assert difference.startswith(f"From {here:.0f} %, the risk under v1, to {there:.0f} %: ")
    points = re.findall(r" ([+−][\d.]+)[;.]", difference)
    total = sum(float(each.replace("−", "-")) for each in points)
    assert total == pytest.approx(there - here, abs=0.5 * len(points) + 1)


def test_a_version_that_cannot_be_loaded_says_so_and_the_number_stays(
    registry: FakeRegistry, loaded: Models
) -> None:
    registry.models["m-2"] = GoldenMismatch("This version does not reproduce its own numbers.")
    page = opened(fill(show("patient", services(registry)), REQUIRED), "Versions")
    page.get_by_key("other_versions").set_value(["v2 logistic"]).run()
    assert "does not reproduce its own numbers" in read(page.error[0].value)
    assert number(page) == expected(loaded["baseline"], REQUIRED)
