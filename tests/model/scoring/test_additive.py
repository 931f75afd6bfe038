from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from model import estimators
from model.errors import InputError
from model.schema import Schema
from model.scoring import Additive, RiskModel, risk_of
from model.scoring.additive import Levels, RatioOf, Slope
from model.studies import Study
from model.training.additive_form import random_patients

NAN = math.nan

# Three inputs, worked by hand. In training pulse was 100 or 200 (mean 150), pressure 100 or 50
# (mean of the inverse 0.015) and the ratio 1 or 4 (mean 2.5).
PULSE, PRESSURE = 150.0, 75.0
FORM = Additive(
    features=("pulse", "pressure", "scan"),
    intercept=-1.0,
    terms=(
        Slope("pulse", slope=0.01, missing=1.4, mean=1.5),
        Levels("scan", codes=(3, 6, 7), effects=(-0.5, 0.25, 1.0), missing=0.1, mean=0.3),
        RatioOf(
            "pulse",
            "pressure",
            slope=2.0,
            missing_numerator=140.0,
            missing_denominator=70.0,
            mean_numerator=150.0,
            mean_inverse_denominator=0.015,
            mean_ratio=2.5,
        ),
    ),
)
BASE = -1.0 + 1.5 + 0.3 + 2 * 2.5


def test_the_log_odds_are_the_sum_worked_by_hand() -> None:
    # -1 + 0.01 * 180 + 1.0 + 2 * 180 / 90
    assert FORM.log_odds(np.array([[180.0, 90.0, 7.0]]))[0] == pytest.approx(5.8, abs=1e-15)


def test_what_is_blank_counts_as_its_own_value() -> None:
    # pulse: 1.4 in its slope and 140 in the ratio; pressure: 70; scan: 0.1
    found = FORM.log_odds(np.array([[NAN, 70.0, 6.0], [180.0, NAN, 6.0], [180.0, 90.0, NAN]]))
    expected = [-1 + 1.4 + 0.25 + 4.0, -1 + 1.8 + 0.25 + 360 / 70, -1 + 1.8 + 0.1 + 4.0]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-15)


def test_the_base_is_the_mean_of_every_term() -> None:
    assert FORM.base == pytest.approx(BASE, abs=1e-15)


def test_a_ratio_is_shared_by_the_two_player_shapley_rule() -> None:
    # v() = 2*2.5 = 5; v(pulse) = 2*180*0.015 = 5.4; v(pressure) = 2*150/90 = 10/3; v(both) = 4
    pulse = 0.5 * ((5.4 - 5) + (4 - 10 / 3))
    pressure = 0.5 * ((10 / 3 - 5) + (4 - 5.4))
    assert pulse + pressure == pytest.approx(4 - 5)
    found = FORM.contributions(np.array([[180.0, 90.0, 7.0]]))[0]
    np.testing.assert_allclose(found, [0.3 + pulse, pressure, 0.7], rtol=0, atol=1e-14)


def test_each_share_stands_under_its_own_input_whatever_the_order_of_the_terms() -> None:
    turned = dataclasses.replace(FORM, terms=FORM.terms[::-1])
    rows = np.array([[180.0, 90.0, 7.0], [NAN, NAN, NAN]])
    np.testing.assert_allclose(turned.contributions(rows), FORM.contributions(rows), atol=1e-15)


@pytest.mark.parametrize("name", estimators.names())
def test_contributions_add_up_to_the_log_odds_less_the_base(
    risk_model: Callable[[str], RiskModel], study: Study, name: str
) -> None:
    form = risk_model(name).additive
    rows = random_patients(study.schema, 10_000, seed=3).to_numpy()
    total = form.base + form.contributions(rows).sum(axis=1)
    np.testing.assert_allclose(total, form.log_odds(rows), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", estimators.names())
def test_over_the_training_patients_every_contribution_averages_to_nothing(
    risk_model: Callable[[str], RiskModel], study: Study, cohort: Any, name: str
) -> None:
    """The shares of a ratio need not, one by one: only their sum does."""
    shares = risk_model(name).additive.contributions(cohort.rows.to_numpy()).mean(axis=0)
    by_name = dict(zip(study.schema.names, shares.tolist(), strict=True))
    ratio = sum(by_name.pop(each) for each in ("thalach", "trestbps"))
    np.testing.assert_allclose([*by_name.values(), ratio], 0, atol=1e-12)


@pytest.mark.parametrize("explain", [False, True])
@pytest.mark.parametrize("blank", ["age", "sex", "cp"])
def test_a_blank_in_a_required_input_is_refused_by_row_and_column(
    risk_model: Callable[[str], RiskModel], cohort: Any, blank: str, explain: bool
) -> None:
    rows = cohort.rows.head(3).copy()
    rows.loc[1, blank] = NAN
    with pytest.raises(InputError, match=f"^Row 2, column {blank}: blank, and it is needed"):
        risk_model("logistic").assess(rows, explain=explain)


@pytest.mark.parametrize("code", [2.0, 3.5, 8.0, -1.0, math.inf])
def test_a_code_the_model_does_not_know_is_refused_and_not_repeated(code: float) -> None:
    with pytest.raises(InputError) as refused:
        FORM.log_odds(np.array([[180.0, 90.0, 3.0], [180.0, 90.0, code]]))
    assert str(refused.value) == (
        "Row 2, column scan: not a code this model knows. Allowed: 3, 6, 7, or blank."
    )


def test_an_array_of_another_width_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match=r"expected 3 columns, got shape \(1, 2\)"):
        FORM.log_odds(np.zeros((1, 2)))


def test_no_patients_get_no_answers() -> None:
    assert FORM.log_odds(np.empty((0, 3))).shape == (0,)
    assert FORM.contributions(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize(
    ("log_odds", "risk"), [(0.0, 0.5), (-1e4, 0.0), (1e4, 1.0), (math.log(3), 0.75)]
)
def test_a_risk_never_overflows(log_odds: float, risk: float) -> None:
    assert risk_of(np.array([log_odds]))[0] == pytest.approx(risk, abs=1e-15)


@pytest.mark.parametrize("explain", [False, True])
def test_columns_are_taken_by_name_and_an_absent_test_was_not_measured(
    risk_model: Callable[[str], RiskModel], cohort: Any, explain: bool
) -> None:
    model, rows = risk_model("logistic"), cohort.rows
    turned = rows[rows.columns[::-1]].assign(note="x")
    absent = model.assess(turned.drop(columns="thal"), explain=explain).risk
    np.testing.assert_array_equal(absent, model.assess(rows.assign(thal=NAN), explain=explain).risk)


def test_a_risk_is_the_same_with_and_without_its_explanation(
    risk_model: Callable[[str], RiskModel], cohort: Any
) -> None:
    model = risk_model("baseline")
    np.testing.assert_allclose(
        model.assess(cohort.rows).risk,
        model.assess(cohort.rows, explain=True).risk,
        rtol=0,
        atol=1e-12,
    )


def test_a_model_and_its_schema_name_the_same_inputs(trained_schema: Schema) -> None:
    with pytest.raises(ValueError, match="name different inputs"):
        RiskModel(trained_schema, FORM)


def edited(**changes: Any) -> str:
    return json.dumps({**json.loads(FORM.to_json()), **changes})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(FORM.to_json().replace("-1.0", "NaN"), id="NaN"),
        pytest.param(FORM.to_json().replace("-1.0", "-Infinity"), id="infinity"),
        pytest.param(FORM.to_json().replace("-1.0", "1e999"), id="too large"),
        pytest.param(FORM.to_json().replace("-1.0", "1" + "0" * 999), id="too many digits"),
        pytest.param(FORM.to_json()[:-1], id="truncated"),
        pytest.param(edited(additive_version=2), id="another version"),
        pytest.param(edited(terms=[{"kind": "system"}]), id="unknown kind"),
        pytest.param(edited(terms=[{"kind": "slope", "feature": "pulse"}]), id="incomplete term"),
        pytest.param(edited(features=None), id="no features"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="nothing"),
        pytest.param("[" * 100_000, id="nested without end"),
    ],
)
def test_a_document_that_is_not_an_additive_form_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the reasons differ, the kind must not
        Additive.from_json(text)
