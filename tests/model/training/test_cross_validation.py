"""Cross-validation that cannot flatter: every risk is of a patient the fit has not seen."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline

from model.studies.cohort import Cohort
from model.training.cross_validation import out_of_fold


def _optimism_corrected(estimator, cohort: Cohort, bootstraps: int) -> float:
    """Harrell's optimism bootstrap of the AUC."""
    rng = np.random.default_rng(0)
    rows, outcome = cohort.rows, cohort.outcome

    def auc(fitted, at) -> float:
        return roc_auc_score(outcome[at], fitted.predict_proba(rows.iloc[at])[:, 1])

    everybody = np.arange(len(outcome))
    optimism = []
    for _ in range(bootstraps):
        sample = rng.integers(0, len(outcome), len(outcome))
        fitted = clone(estimator).fit(rows.iloc[sample], outcome[sample])
        optimism.append(auc(fitted, sample) - auc(fitted, everybody))
    apparent = auc(clone(estimator).fit(rows, outcome), everybody)
    return float(apparent - np.mean(optimism))


def _cross_validated(estimator, cohort: Cohort) -> float:
    risks = out_of_fold(estimator, cohort, repeats=2)["nothing blanked"]
    return float(np.mean([roc_auc_score(cohort.outcome, risk) for risk in risks]))


def test_optimism_bootstrap_and_cross_validation_agree_for_logistic_regression(
    cohort: Cohort, fitted
) -> None:
    estimator = clone(fitted("logistic"))

    bootstrap = _optimism_corrected(estimator, cohort, 25)

    assert bootstrap == pytest.approx(_cross_validated(estimator, cohort), abs=0.012)


def test_they_disagree_for_a_forest_that_learns_its_patients_by_heart(cohort: Cohort) -> None:
    forest = make_pipeline(RandomForestClassifier(40, random_state=0))

    bootstrap = _optimism_corrected(forest, cohort, 8)

    assert bootstrap > _cross_validated(forest, cohort) + 0.02


def test_repeats_differ_and_are_the_same_when_run_again(cohort: Cohort, fitted) -> None:
    estimator = clone(fitted("baseline"))

    first = out_of_fold(estimator, cohort, repeats=2)["nothing blanked"]
    again = out_of_fold(estimator, cohort, repeats=2)["nothing blanked"]

    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first[0], first[1])


def test_blanking_changes_only_the_patients_asked_about(cohort: Cohort, fitted) -> None:
    risks = out_of_fold(
        clone(fitted("logistic")), cohort, repeats=1, blanked={"none": (), "thal": ("thal",)}
    )

    assert set(risks) == {"none", "thal"}
    assert not np.allclose(risks["none"], risks["thal"])
    assert not cohort.rows["thal"].isna().all()


def test_a_guess_of_the_prevalence_scores_no_better_than_chance(cohort: Cohort) -> None:
    guess = make_pipeline(DummyClassifier(strategy="prior"))

    assert _cross_validated(guess, cohort) <= 0.5
