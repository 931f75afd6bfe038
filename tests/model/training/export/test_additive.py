from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    PolynomialFeatures,
    SplineTransformer,
    StandardScaler,
)
from sklearn.svm import SVC

from model import estimators
from model.errors import NotExportable
from model.scoring import Additive, RiskModel
from model.scoring.terms import Curve, Levels, RatioOf, Slope
from model.studies import Study
from model.studies.cohort import Cohort
from model.training.export.additive import PROOF_PATIENTS, prove, random_patients, read_off

EVERY = pytest.mark.parametrize("name", [name for name in estimators.names() if name != "forest"])


@EVERY
def test_the_form_is_the_pipeline_on_ten_thousand_random_patients(
    fitted: Callable[[str], Any], risk_model: Callable[[str], RiskModel], study: Study, name: str
) -> None:
    assert PROOF_PATIENTS == 10_000
    rows = random_patients(study.schema, PROOF_PATIENTS, seed=1)  # not those of the proof
    np.testing.assert_allclose(
        risk_model(name).engine.log_odds(rows.to_numpy()),
        fitted(name).decision_function(rows),
        rtol=1e-12,
        atol=1e-12,
    )


@EVERY
def test_the_risk_is_the_pipeline_s_probability(
    fitted: Callable[[str], Any], risk_model: Callable[[str], RiskModel], cohort: Cohort, name: str
) -> None:
    np.testing.assert_allclose(
        risk_model(name).assess(cohort.rows).risk,
        fitted(name).predict_proba(cohort.rows)[:, 1],
        rtol=0,
        atol=1e-12,
    )


def test_the_random_patients_have_every_value_and_every_optional_input_blank(study: Study) -> None:
    rows = random_patients(study.schema, 1000, seed=0)
    for feature in study.schema.features:
        column = rows[feature.name]
        assert column.isna().any() != feature.required
        if feature.plausible is None:
            assert set(column.dropna()) == set(feature.levels)
        else:
            span = feature.plausible.high - feature.plausible.low
            assert column.min() < feature.plausible.low + 0.02 * span
            assert column.max() > feature.plausible.high - 0.02 * span


@EVERY
def test_the_form_survives_json_to_the_last_bit(
    risk_model: Callable[[str], RiskModel], study: Study, name: str
) -> None:
    form = risk_model(name).engine
    again = Additive.from_json(form.to_json())
    assert again == form
    rows = random_patients(study.schema, 500, seed=2).to_numpy()
    np.testing.assert_array_equal(again.log_odds(rows), form.log_odds(rows))
    np.testing.assert_array_equal(again.contributions(rows), form.contributions(rows))


@pytest.mark.parametrize(
    ("name", "slopes", "curves", "levels", "ratios"),
    [
        ("baseline", 5, 0, 8, 1),
        ("logistic", 5, 0, 8, 0),
        ("reference", 5, 0, 8, 0),
        ("splines", 0, 5, 8, 0),
    ],
)
def test_every_input_has_one_term_and_only_baseline_has_a_ratio(
    risk_model: Callable[[str], RiskModel],
    study: Study,
    name: str,
    slopes: int,
    curves: int,
    levels: int,
    ratios: int,
) -> None:
    terms = risk_model(name).engine.sums[0].terms
    kinds = [sum(isinstance(each, kind) for each in terms) for kind in (Slope, Curve, Levels)]
    assert kinds == [slopes, curves, levels]
    assert [each.inputs[0] for each in terms[:13]] == list(study.schema.names)
    assert [each.inputs for each in terms[13:]] == [("thalach", "trestbps")] * ratios


@pytest.mark.parametrize(
    ("name", "sums"), [("baseline", 1), ("logistic", 1), ("reference", 2**10), ("splines", 2**10)]
)
def test_there_is_a_sum_for_every_set_of_inputs_that_may_be_missing(
    risk_model: Callable[[str], RiskModel], study: Study, name: str, sums: int
) -> None:
    found = [each.absent for each in risk_model(name).engine.sums]
    assert len(found) == len(set(found)) == sums
    assert found[0] == ()
    optional = {name for names in study.schema.tests.values() for name in names}
    assert all(set(absent) <= optional for absent in found)


def test_a_finding_counts_although_its_neighbour_is_blank(
    risk_model: Callable[[str], RiskModel], study: Study
) -> None:
    """Exercise angina, with ST depression not measured; half-measured blood tests."""
    model = risk_model("reference")
    patient = {"age": 57.0, "sex": 0.0, "cp": 3.0}
    rows = pd.DataFrame(
        [
            {**patient, "exang": 0.0},
            {**patient, "exang": 1.0},
            {**patient, "chol": 150.0},
            {**patient, "chol": 350.0},
        ],
        columns=list(study.schema.names),
    )
    answer = model.assess(rows, explain=True)
    assert answer.explanation is not None
    no, yes, low, high = answer.risk
    assert yes > no + 0.05
    assert high > low
    shares = answer.explanation.contributions
    assert shares["exang"].iloc[1] > 0 > shares["exang"].iloc[0]
    assert "ST depression" in answer.explanation.submodel[0]
    assert "exercise angina" not in answer.explanation.submodel[0]
    sure = answer.explanation
    assert ((sure.low < answer.risk) & (answer.risk < sure.high)).all()


@pytest.mark.parametrize("name", ["baseline", "logistic"])
def test_the_base_is_the_mean_log_odds_of_the_training_patients(
    fitted: Callable[[str], Any], risk_model: Callable[[str], RiskModel], cohort: Cohort, name: str
) -> None:
    expected = fitted(name).decision_function(cohort.rows).mean()
    (whole,) = risk_model(name).engine.sums
    assert whole.base == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", ["reference", "splines"])
def test_the_base_of_a_submodel_is_its_own_mean_log_odds(
    fitted: Callable[[str], Any], risk_model: Callable[[str], RiskModel], cohort: Cohort, name: str
) -> None:
    """Of sums that do without the tests some training patients lack, so that all are asked."""
    asked = [each for each in risk_model(name).engine.sums if {"ca", "thal"} <= set(each.absent)]
    assert len(asked) == 2**8
    asked = asked[::16]
    for member in asked:
        rows = cohort.rows.assign(**dict.fromkeys(member.absent, np.nan))
        expected = fitted(name).decision_function(rows).mean()
        assert member.base == pytest.approx(expected, abs=1e-12)


def product(values: Any) -> Any:
    return np.prod(np.asarray(values)[:, :2], axis=1, keepdims=True)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            (PolynomialFeatures(2, interaction_only=True), StandardScaler(), LogisticRegression()),
            id="an interaction",
        ),
        pytest.param((FunctionTransformer(product), LogisticRegression()), id="a product alone"),
        pytest.param((SplineTransformer(), LogisticRegression()), id="a bent line"),
        pytest.param((StandardScaler(), SVC(kernel="rbf")), id="a kernel"),
        pytest.param((RandomForestClassifier(5, random_state=0),), id="a forest"),
        pytest.param((StandardScaler(), SVC(kernel="linear")), id="a sum without probabilities"),
        pytest.param(
            (StandardScaler(), SGDClassifier(loss="modified_huber", random_state=0)),
            id="a sum that is not log-odds",
        ),
    ],
)
def test_what_is_not_a_sum_of_log_odds_is_refused(
    study: Study, cohort: Cohort, steps: tuple[Any, ...]
) -> None:
    pipeline = make_pipeline(SimpleImputer(strategy="median"), *steps)
    pipeline.set_params(simpleimputer__keep_empty_features=True)
    pipeline.fit(cohort.rows, cohort.outcome)
    with pytest.raises(NotExportable):
        read_off(pipeline, study, cohort.rows)


def test_a_plain_pipeline_needs_to_declare_nothing(study: Study, cohort: Cohort) -> None:
    pipeline = make_pipeline(
        SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression(max_iter=1000)
    )
    pipeline.fit(cohort.rows, cohort.outcome)
    form = read_off(pipeline, study, cohort.rows)
    np.testing.assert_allclose(
        form.log_odds(cohort.rows.to_numpy()), pipeline.decision_function(cohort.rows), atol=1e-12
    )


def test_a_ratio_without_weight_has_no_effect(
    fitted: Callable[[str], Any], study: Study, cohort: Cohort
) -> None:
    pipeline = copy.deepcopy(fitted("baseline"))
    pipeline[-1].coef_[0, 5] = 0.0  # five numbers, then the ratio
    form = read_off(pipeline, study, cohort.rows)
    (ratio,) = [term for term in form.sums[0].terms if isinstance(term, RatioOf)]
    assert ratio.slope == 0


def wrong(form: Additive, at: int, **changes: Any) -> Additive:
    """The form with one property of one term changed."""
    terms = list(form.sums[0].terms)
    terms[at] = dataclasses.replace(terms[at], **changes)
    return with_sum(form, terms=tuple(terms))


def with_sum(form: Additive, **changes: Any) -> Additive:
    (whole,) = form.sums
    return dataclasses.replace(form, sums=(dataclasses.replace(whole, **changes),))


def term(form: Additive, at: int) -> Any:
    return form.sums[0].terms[at]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda f: with_sum(f, intercept=f.sums[0].intercept + 1e-9), id="intercept"),
        pytest.param(lambda f: wrong(f, 0, slope=term(f, 0).slope * (1 + 1e-9)), id="slope"),
        pytest.param(lambda f: wrong(f, 3, missing=term(f, 3).missing + 1e-9), id="blank number"),
        pytest.param(lambda f: wrong(f, 11, missing=term(f, 11).missing + 1e-9), id="blank code"),
        pytest.param(lambda f: wrong(f, 1, effects=term(f, 1).effects[::-1]), id="codes swapped"),
        pytest.param(lambda f: wrong(f, 13, missing_numerator=150.0), id="blank in the ratio"),
        pytest.param(lambda f: with_sum(f, terms=f.sums[0].terms[:-1]), id="no ratio"),
        pytest.param(lambda f: wrong(f, 0, slope=float("nan")), id="not a number"),
    ],
)
def test_a_term_that_is_secretly_wrong_is_caught(
    fitted: Callable[[str], Any],
    risk_model: Callable[[str], RiskModel],
    study: Study,
    change: Callable[[Additive], Additive],
) -> None:
    form = risk_model("baseline").engine
    prove(form, fitted("baseline"), study.schema)
    with pytest.raises(NotExportable, match="not the sum of one term an input"):
        prove(change(form), fitted("baseline"), study.schema)
