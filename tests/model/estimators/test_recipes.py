from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from model import estimators
from model.errors import StudyError
from model.scoring import RiskModel
from model.studies import Study
from model.studies.cohort import Cohort

EVERY = pytest.mark.parametrize("name", estimators.names())


def test_the_estimators_are_the_files_of_the_package() -> None:
    assert {"baseline", "logistic"} <= set(estimators.names())
    assert estimators.DEFAULT in estimators.names()


@EVERY
def test_every_estimator_says_what_it_is_in_one_sentence(name: str) -> None:
    description = estimators.description(name)
    assert description.endswith(".")
    assert "\n" not in description


def test_an_unknown_estimator_is_refused_with_those_there_are(study: Study) -> None:
    with pytest.raises(StudyError, match=r"no estimator 'os'.*baseline, forest, logistic"):
        estimators.build("os", study)


def test_only_estimators_can_be_named(study: Study) -> None:
    with pytest.raises(StudyError):
        estimators.build("transformers", study)


@pytest.mark.parametrize("name", ["reference", "splines"])
def test_more_tests_than_submodels_can_be_fitted_for_are_refused_in_words(
    study: Study, name: str
) -> None:
    features = tuple(replace(each, required=False, test="") for each in study.schema.features)
    loose = replace(study, schema=replace(study.schema, features=features))
    with pytest.raises(StudyError, match=r"has 13 tests that may be missing.*takes 10 at most"):
        estimators.build(name, loose)


@EVERY
@pytest.mark.filterwarnings("error")
def test_the_cohort_gets_finite_probabilities(
    fitted: Callable[[str], Any], cohort: Cohort, name: str
) -> None:
    risk = fitted(name).predict_proba(cohort.rows)[:, 1]
    assert risk.shape == (303,)
    assert ((risk > 0) & (risk < 1)).all()
    assert risk.mean() == pytest.approx(cohort.outcome.mean(), abs=0.01)


@EVERY
def test_any_optional_input_and_all_of_them_may_be_blank(
    fitted: Callable[[str], Any], cohort: Cohort, study: Study, name: str
) -> None:
    pipeline = fitted(name)
    optional = [each for each in study.schema.names if each not in study.schema.required]
    for blank in [*([each] for each in optional), optional]:
        risk = pipeline.predict_proba(cohort.rows.assign(**dict.fromkeys(blank, np.nan)))[:, 1]
        assert ((risk > 0) & (risk < 1)).all(), blank


@EVERY
def test_the_rows_of_the_cohort_are_left_as_they_were(
    fitted: Callable[[str], Any], cohort: Cohort, name: str
) -> None:
    before = cohort.rows.copy(deep=True)
    fitted(name).predict_proba(cohort.rows)
    assert cohort.rows.equals(before)


@EVERY
def test_a_clone_fitted_again_is_the_same_to_the_last_bit(
    fitted: Callable[[str], Any], cohort: Cohort, name: str
) -> None:
    again = clone(fitted(name))
    assert not hasattr(again[-1], "coef_")
    again.fit(cohort.rows, cohort.outcome)
    np.testing.assert_array_equal(
        again.decision_function(cohort.rows), fitted(name).decision_function(cohort.rows)
    )


def test_a_test_not_measured_moves_nothing_in_logistic(
    risk_model: Callable[[str], RiskModel], cohort: Cohort, study: Study
) -> None:
    optional = [name for name in study.schema.names if name not in study.schema.required]
    rows = cohort.rows.assign(**dict.fromkeys(optional, np.nan))
    why = risk_model("logistic").assess(rows, explain=True).explanation
    assert why is not None
    np.testing.assert_allclose(why.contributions[optional], 0, atol=1e-12)
    assert set(why.submodel) == {"all tests"}


@pytest.mark.parametrize("name", ["reference", "splines"])
@pytest.mark.parametrize(
    ("blank", "submodel"),
    [
        ([], "all tests"),
        (["thal"], "without thallium scan"),
        (["thal", "ca"], "without fluoroscopy, thallium scan"),
        (["oldpeak"], "without ST depression"),  # one part of a test missing: the others count
        (["thalach", "exang", "oldpeak"], "without exercise test"),
        (["chol"], "without cholesterol"),
    ],
)
def test_a_patient_without_a_test_gets_the_submodel_fitted_without_it(
    risk_model: Callable[[str], RiskModel],
    cohort: Cohort,
    study: Study,
    name: str,
    blank: list[str],
    submodel: str,
) -> None:
    rows = cohort.rows.dropna().assign(**dict.fromkeys(blank, np.nan))
    why = risk_model(name).assess(rows, explain=True).explanation
    assert why is not None
    assert set(why.submodel) == {submodel}
    assert (why.contributions[blank] == 0).all(axis=None)
    assert (why.contributions.drop(columns=blank) != 0).any(axis=None)


def test_a_ratio_in_baseline_is_taken_after_imputation(
    fitted: Callable[[str], Any], cohort: Cohort
) -> None:
    pipeline = fitted("baseline")
    blank = pipeline.decision_function(cohort.rows.head(3).assign(thalach=np.nan))
    median = pipeline.decision_function(
        cohort.rows.head(3).assign(thalach=cohort.rows["thalach"].median())
    )
    np.testing.assert_allclose(blank, median, atol=1e-12)
