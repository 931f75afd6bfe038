"""Effects against clinical expectation are found and put into words."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from model.scoring import RiskModel
from model.scoring.additive import Additive
from model.scoring.sums import Sum
from model.scoring.terms import Levels, RatioOf, Slope, Term
from model.studies import Study
from model.studies.cohort import Cohort
from model.studies.study import Expectation
from model.training.reporting.expectations import Surprise, surprises

RISES = Expectation("age", (40, 50, 60), "the risk is expected to rise with age")
VESSELS = Expectation("ca", (0, 1, 2, 3), "every vessel is expected to raise the risk")
PATIENT = pd.DataFrame([{"age": 55.0, "ca": 0.0, "thalach": 150.0, "trestbps": 130.0}])


def form(*terms: Term, covariance: tuple[float, ...] = ()) -> Additive:
    return Additive(tuple(PATIENT), (Sum((), -1.0, terms, covariance),))


def vessels(*effects: float) -> Levels:
    return Levels("ca", (0, 1, 2, 3), effects, 0.0, 0.0)


@pytest.mark.parametrize(
    ("term", "expectation", "by"),
    [
        (Slope("age", 0.02, 0.0, 0.0), RISES, None),
        (Slope("age", -0.02, 0.0, 0.0), RISES, 0.4),
        (Slope("age", -0.02, 0.0, 0.0), Expectation("age", (60, 40), "it falls"), None),
        (vessels(-1, 0, 1, 2), VESSELS, None),
        (vessels(-1, 0, 1, 1), VESSELS, None),
        (vessels(-1, 0, 1, 0.7), VESSELS, 0.3),
        (vessels(2, 0, 1, 0.7), VESSELS, 2.0),
    ],
)
def test_what_runs_against_expectation_is_found_with_its_size(
    term: Term, expectation: Expectation, by: float | None
) -> None:
    found = surprises([expectation], form(term), PATIENT)
    assert [each.by for each in found] == ([] if by is None else [pytest.approx(by)])


def test_the_largest_comes_first() -> None:
    both = form(Slope("age", -0.01, 0.0, 0.0), vessels(0, 0, 1, 0))
    found = surprises([RISES, VESSELS], both, PATIENT)
    assert [each.expectation.feature for each in found] == ["ca", "age"]
    assert (found[0].safer, found[0].riskier) == (2.0, 3.0)


def test_of_a_ratio_the_whole_effect_is_taken_at_the_patients_other_value() -> None:
    # Alone, the pulse lowers the risk as expected; the ratio more than takes it back.
    pulse = Expectation("thalach", (180, 120), "a low pulse is worse")
    own = Slope("thalach", -0.01, 0.0, 0.0)
    ratio = RatioOf("thalach", "trestbps", 2.6, 150.0, 130.0, 150.0, 1 / 130, 150 / 130)
    (found,) = surprises([pulse], form(own, ratio), PATIENT)
    assert found.by == pytest.approx(60 * (2.6 / 130 - 0.01))
    assert surprises([pulse], form(own), PATIENT) == []


def test_what_depends_on_the_other_inputs_is_taken_in_the_mean_over_the_patients() -> None:
    pulse = Expectation("thalach", (180, 120), "a low pulse is worse")
    ratio = RatioOf("thalach", "trestbps", 2.6, 150.0, 130.0, 150.0, 1 / 130, 150 / 130)
    two = pd.concat([PATIENT, PATIENT.assign(trestbps=100.0)])
    (found,) = surprises([pulse], form(ratio), two)
    assert found.by == pytest.approx(60 * 2.6 * (1 / 130 + 1 / 100) / 2)


def test_the_interval_of_the_difference_comes_from_the_covariance() -> None:
    # intercept, slope, missing: only the slope is uncertain
    covariance = (1.0, 0.0, 0.01**2, 0.0, 0.0, 0.0)
    (found,) = surprises(
        [RISES], form(Slope("age", -0.02, 0.0, 0.0), covariance=covariance), PATIENT
    )
    assert (found.low, found.high) == pytest.approx((0.4 - 1.96 * 0.2, 0.4 + 1.96 * 0.2), abs=1e-4)


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [
        (
            0.4,
            0.4,
            "Age: 60 years scores 0.40 log-odds below 40 years, although the risk is expected "
            "to rise with age.",
        ),
        (
            -0.1,
            0.9,
            "Age: 60 years scores 0.40 [−0.10, 0.90] log-odds below 40 years, although the risk "
            "is expected to rise with age. The interval reaches past zero: chance may explain it.",
        ),
    ],
)
def test_it_is_told_in_one_sentence(study: Study, low: float, high: float, sentence: str) -> None:
    assert Surprise(RISES, 60, 40, 0.4, low, high).sentence(study.schema) == sentence


def test_every_expectation_of_the_study_is_about_values_it_knows(study: Study) -> None:
    for each in study.plan.expectations:
        feature = study.schema[each.feature]
        assert len(each.order) > 1
        assert each.wording
        for value in each.order:
            assert value in (feature.levels if feature.is_coded else feature.plausible or ())


@pytest.mark.parametrize(
    ("estimator", "named", "not_named"),
    [
        ("reference", {("cp", 1.0, 4.0), ("fbs", 1.0, 0.0), ("age", 70.0, 40.0)}, {"ca", "sex"}),
        ("logistic", {("cp", 1.0, 4.0), ("fbs", 1.0, 0.0), ("ca", 3.0, 2.0)}, {"sex", "oldpeak"}),
        ("baseline", {("cp", 1.0, 4.0), ("fbs", 1.0, 0.0), ("ca", 3.0, 2.0)}, {"sex", "oldpeak"}),
        ("forest", {("cp", 1.0, 4.0)}, {"sex", "thal", "exang"}),
    ],
)
def test_what_is_known_of_these_data_is_found_in_real_models(
    study: Study,
    cohort: Cohort,
    risk_model: Callable[[str], RiskModel],
    estimator: str,
    named: set[tuple[str, float, float]],
    not_named: set[str],
) -> None:
    found = surprises(
        study.plan.expectations,
        risk_model(estimator).engine,
        cohort.rows.dropna(),
    )
    assert {(each.expectation.feature, each.riskier, each.safer) for each in found} >= named
    assert not {each.expectation.feature for each in found} & not_named
    assert all(each.low <= each.by <= each.high for each in found)


def test_a_smooth_curve_is_asked_at_each_value_that_is_named(
    study: Study, cohort: Cohort, risk_model: Callable[[str], RiskModel]
) -> None:
    falls = Expectation("oldpeak", (4, 2, 1, 0), "a made-up expectation")
    (found,) = surprises([falls], risk_model("splines").engine, cohort.rows.dropna())
    assert found.by > 0.5
