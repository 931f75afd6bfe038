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
from model.scoring.piecewise import Pieces
from model.scoring.sums import Sum
from model.scoring.terms import Curve, Levels, RatioOf, Slope
from model.studies import Study
from model.training.export.additive import random_patients

NAN = math.nan

# Three inputs, worked by hand. In training pulse was 100 or 200 (mean 150), pressure 100 or 50
# (mean of the inverse 0.015) and the ratio 1 or 4 (mean 2.5).
SLOPE = Slope("pulse", slope=0.01, missing=1.4, mean=1.5)
SCAN = Levels("scan", codes=(3, 6, 7), effects=(-0.5, 0.25, 1.0), missing=0.1, mean=0.3)
RATIO = RatioOf(
    "pulse",
    "pressure",
    slope=2.0,
    missing_numerator=140.0,
    missing_denominator=70.0,
    mean_numerator=150.0,
    mean_inverse_denominator=0.015,
    mean_ratio=2.5,
)
# Parameters: intercept, slope and blank of pulse, three codes and blank of the scan, ratio.
COVARIANCE = np.zeros((8, 8))
COVARIANCE[0, 0], COVARIANCE[5, 5], COVARIANCE[7, 7] = 0.04, 0.03, 0.01
COVARIANCE[7, 0] = COVARIANCE[0, 7] = 0.005
WHOLE = Sum((), -1.0, (SLOPE, SCAN, RATIO), tuple(COVARIANCE[np.tril_indices(8)].tolist()))
FORM = Additive(("pulse", "pressure", "scan"), (WHOLE,))
ONE = np.array([[180.0, 90.0, 7.0]])


def test_the_log_odds_are_the_sum_worked_by_hand() -> None:
    # -1 + 0.01 * 180 + 1.0 + 2 * 180 / 90
    assert FORM.log_odds(ONE)[0] == pytest.approx(5.8, abs=1e-15)


def test_what_is_blank_counts_as_its_own_value() -> None:
    # pulse: 1.4 in its slope and 140 in the ratio; pressure: 70; scan: 0.1
    found = FORM.log_odds(np.array([[NAN, 70.0, 6.0], [180.0, NAN, 6.0], [180.0, 90.0, NAN]]))
    expected = [-1 + 1.4 + 0.25 + 4.0, -1 + 1.8 + 0.25 + 360 / 70, -1 + 1.8 + 0.1 + 4.0]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-15)


def test_the_base_is_the_mean_of_every_term() -> None:
    assert FORM.base(ONE)[0] == pytest.approx(-1.0 + 1.5 + 0.3 + 2 * 2.5, abs=1e-15)


def test_a_ratio_is_shared_by_the_two_player_shapley_rule() -> None:
    # v() = 2*2.5 = 5; v(pulse) = 2*180*0.015 = 5.4; v(pressure) = 2*150/90 = 10/3; v(both) = 4
    pulse = 0.5 * ((5.4 - 5) + (4 - 10 / 3))
    pressure = 0.5 * ((10 / 3 - 5) + (4 - 5.4))
    assert pulse + pressure == pytest.approx(4 - 5)
    found = FORM.contributions(ONE)[0]
    np.testing.assert_allclose(found, [0.3 + pulse, pressure, 0.7], rtol=0, atol=1e-14)


def test_the_interval_comes_from_the_covariance_of_the_parameters() -> None:
    # the patient's row of the design: intercept 1, third code 1, ratio 180 / 90 = 2
    variance = 0.04 + 0.03 + 2 * 2 * 0.005 + 2**2 * 0.01
    sure = FORM.bounded(ONE)
    assert sure.low[0] == pytest.approx(5.8 - 1.959963984540054 * math.sqrt(variance), abs=1e-12)
    assert sure.high[0] == pytest.approx(5.8 + 1.959963984540054 * math.sqrt(variance), abs=1e-12)


def test_each_share_stands_under_its_own_input_whatever_the_order_of_the_terms() -> None:
    turned = dataclasses.replace(FORM, sums=(dataclasses.replace(WHOLE, terms=WHOLE.terms[::-1]),))
    rows = np.array([[180.0, 90.0, 7.0], [NAN, NAN, NAN]])
    np.testing.assert_allclose(turned.contributions(rows), FORM.contributions(rows), atol=1e-15)


@pytest.mark.parametrize(
    ("value", "curved"),
    [(-2.0, 0.0), (0.0, 0.0), (1.0, 1 / 9), (2.0, (8 - 1.5) / 9), (3.0, (27 - 12) / 9)],
)
def test_a_curve_is_harrell_s_restricted_cubic_spline(value: float, curved: float) -> None:
    # knots 0, 1, 3: x, and (x^3 - (x-1)^3 * 3/2 + (x-3)^3 * 1/2) / 9 where each part is positive
    curve = Curve("x", knots=(0.0, 1.0, 3.0), coefficients=(0.5, 2.0), missing=7.0, mean=0.0)
    found = curve.effect({"x": np.array([value, NAN])})
    np.testing.assert_allclose(found, [0.5 * value + 2 * curved, 7.0], rtol=0, atol=1e-12)


def test_beyond_its_outer_knots_a_curve_is_straight() -> None:
    curve = Curve("x", knots=(0.0, 1.0, 3.0), coefficients=(0.5, 2.0), missing=7.0, mean=0.0)
    for beyond in (np.arange(-4.0, 1.0), np.arange(3.0, 8.0)):
        np.testing.assert_allclose(np.diff(curve.effect({"x": beyond}), 2), 0, atol=1e-12)


# A family: everybody's sum, one without the scan, one without scan and pulse.
FAMILY = Additive(
    FORM.features,
    (
        WHOLE,
        Sum(("scan",), -0.5, (SLOPE,)),
        Sum(("pulse", "scan"), 0.25, (Slope("pressure", slope=0.01, missing=0.8, mean=0.9),)),
    ),
)


@pytest.mark.parametrize(
    ("patient", "sum_", "log_odds", "base"),
    [
        ([180.0, 90.0, 7.0], 0, 5.8, 5.8),
        ([180.0, NAN, 7.0], 0, -1 + 1.8 + 1.0 + 360 / 70, 5.8),  # no sum does without pressure
        ([180.0, 90.0, NAN], 1, 1.3, 1.0),
        ([NAN, 90.0, NAN], 2, 1.15, 1.15),
        ([NAN, 90.0, 7.0], 2, 1.15, 1.15),  # no sum does without pulse alone
        ([NAN, NAN, NAN], 2, 1.05, 1.15),
    ],
)
def test_a_patient_is_answered_by_the_fullest_sum_that_needs_nothing_missing(
    patient: list[float], sum_: int, log_odds: float, base: float
) -> None:
    together = np.array([patient, [180.0, 90.0, 7.0], [180.0, 90.0, NAN]])
    assert FAMILY.which(together).tolist() == [sum_, 0, 1]
    np.testing.assert_allclose(FAMILY.log_odds(together), [log_odds, 5.8, 1.3], atol=1e-12)
    np.testing.assert_allclose(FAMILY.base(together), [base, 5.8, 1.0], atol=1e-12)
    total = FAMILY.base(together) + FAMILY.contributions(together).sum(axis=1)
    np.testing.assert_allclose(total, FAMILY.log_odds(together), rtol=0, atol=1e-12)


def test_an_input_that_the_answering_sum_does_without_contributes_nothing() -> None:
    found = FAMILY.contributions(np.array([[NAN, 100.0, 7.0], [180.0, 90.0, NAN]]))
    np.testing.assert_allclose(found, [[0, 0.1, 0], [0.3, 0, 0]], rtol=0, atol=1e-15)


@pytest.mark.parametrize("name", [name for name in estimators.names() if name != "forest"])
def test_contributions_add_up_to_the_log_odds_less_the_base(
    risk_model: Callable[[str], RiskModel], study: Study, name: str
) -> None:
    form = risk_model(name).engine
    rows = random_patients(study.schema, 10_000, seed=3).to_numpy()
    total = form.base(rows) + form.contributions(rows).sum(axis=1)
    np.testing.assert_allclose(total, form.log_odds(rows), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["baseline", "logistic"])
def test_over_the_training_patients_every_contribution_averages_to_nothing(
    risk_model: Callable[[str], RiskModel], study: Study, cohort: Any, name: str
) -> None:
    """The shares of a ratio need not, one by one: only their sum does."""
    shares = risk_model(name).engine.contributions(cohort.rows.to_numpy()).mean(axis=0)
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


@pytest.mark.parametrize("log_odds", [-700.0, -30.0, -25.0, -12.0])
def test_a_small_risk_is_right_to_its_last_digits(log_odds: float) -> None:
    odds = math.exp(log_odds)
    assert risk_of(np.array([log_odds]))[0] == pytest.approx(odds / (1 + odds), rel=5e-16, abs=0)


@pytest.mark.parametrize("explain", [False, True])
def test_columns_are_taken_by_name_and_an_absent_test_was_not_measured(
    risk_model: Callable[[str], RiskModel], cohort: Any, explain: bool
) -> None:
    model, rows = risk_model("logistic"), cohort.rows
    turned = rows[rows.columns[::-1]].assign(note="x")
    absent = model.assess(turned.drop(columns="thal"), explain=explain).risk
    np.testing.assert_array_equal(absent, model.assess(rows.assign(thal=NAN), explain=explain).risk)


@pytest.mark.parametrize("name", [name for name in estimators.names() if name != "forest"])
def test_a_risk_is_the_same_with_and_without_its_explanation(
    risk_model: Callable[[str], RiskModel], cohort: Any, name: str
) -> None:
    model = risk_model(name)
    np.testing.assert_allclose(
        model.assess(cohort.rows).risk,
        model.assess(cohort.rows, explain=True).risk,
        rtol=0,
        atol=1e-12,
    )


@pytest.mark.parametrize("name", [name for name in estimators.names() if name != "forest"])
def test_an_unknown_code_is_named_by_its_row_among_all(
    risk_model: Callable[[str], RiskModel], cohort: Any, name: str
) -> None:
    """Also where another submodel answers for the rows before it."""
    rows = cohort.rows.head(4).copy()
    rows.loc[[0, 1], "thal"] = NAN
    rows.loc[3, "ca"] = 4.0
    with pytest.raises(
        InputError, match=r"^Row 4, column ca: not a code of this study. Allowed: 0, 1, 2 or 3"
    ):
        risk_model(name).assess(rows)


def test_a_model_and_its_schema_name_the_same_inputs(trained_schema: Schema) -> None:
    with pytest.raises(ValueError, match="name different inputs"):
        RiskModel(trained_schema, FORM)


def with_number(number: str) -> str:
    assert '"intercept":-1.0' in FORM.to_json()
    return FORM.to_json().replace('"intercept":-1.0', f'"intercept":{number}')


def edited(**changes: Any) -> str:
    return json.dumps({**json.loads(FORM.to_json()), **changes})


def with_sum(**changes: Any) -> str:
    return edited(submodels=[{**json.loads(FORM.to_json())["submodels"][0], **changes}])


HALVES = [
    {"absent": [name], "intercept": 0.0, "terms": [], "covariance": []}
    for name in ("scan", "pulse")
]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(with_number("NaN"), id="NaN"),
        pytest.param(
            FORM.to_json().replace('"mean_numerator":150.0', '"mean_numerator":NaN'),
            id="NaN in a mean",
        ),
        pytest.param(with_number("-Infinity"), id="infinity"),
        pytest.param(with_number("1e999"), id="too large"),
        pytest.param(with_number("1" + "0" * 999), id="too many digits"),
        pytest.param(FORM.to_json()[:-1], id="truncated"),
        pytest.param(edited(additive_version=1), id="another version"),
        pytest.param(with_sum(terms=[{"kind": "system"}]), id="unknown kind"),
        pytest.param(with_sum(terms=[{"kind": "slope", "feature": "pulse"}]), id="incomplete term"),
        pytest.param(with_sum(terms=[], covariance=[1.0, 2.0]), id="covariance of another size"),
        pytest.param(
            edited(submodels=json.loads(FAMILY.to_json())["submodels"][:1] + HALVES),
            id="no sum for everything missing",
        ),
        pytest.param(with_sum(absent=["scan"]), id="no sum over all inputs"),
        pytest.param(edited(features=["pulse", "pressure"]), id="a term of no input"),
        pytest.param(edited(submodels=[]), id="no sums"),
        pytest.param(edited(features=None), id="no features"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="nothing"),
        pytest.param("[" * 100_000, id="nested without end"),
    ],
)
def test_a_document_that_is_not_an_additive_form_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the reasons differ, the kind must not
        Additive.from_json(text)


def test_a_family_survives_json_to_the_last_bit() -> None:
    assert Additive.from_json(FAMILY.to_json()) == FAMILY


def test_a_sum_of_very_many_parameters_is_explained_where_no_interval_is_known() -> None:
    """Such as one read off somebody else's model; the covariance of all would take terabytes."""
    pieces = 500_000
    edges = tuple(np.linspace(0.0, 1.0, pieces + 1).tolist())
    steps = Pieces("age", edges, 0, tuple(np.linspace(-1.0, 1.0, pieces).tolist()), 0.0, 0.0)
    engine = Additive(("age",), (Sum((), 0.0, (steps,)),))
    why = engine.explained(np.array([[0.0], [0.5], [1.0]]))
    np.testing.assert_allclose(why.log_odds, [-1.0, 0.0, 1.0], atol=1e-5)
    assert np.isnan(why.low).all()
    assert np.isnan(why.high).all()
