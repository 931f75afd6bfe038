"""The interval holds the true risk as often as it says: in studies in which the truth is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from model import estimators
from model.estimators.classifiers import newton
from model.scoring import RiskModel
from model.scoring.engine import risk_of
from model.studies import Study
from model.studies.cohort import Cohort
from model.training import coverage, curved_truth, interval_width, posterior
from model.training.cross_validation import answering
from model.training.distances import Distances
from model.training.export.exporter import form_of

STUDIES = 40


@pytest.fixture(scope="module")
def measured(study: Study, cohort: Cohort) -> interval_width.Calibrated:
    """Of the default estimator, in few studies."""
    found = coverage.calibrated(
        estimators.build("reference", study), cohort, study.plan.blanked, studies=STUDIES
    )
    assert found is not None
    return found


def test_the_interval_of_the_default_holds_the_truth(measured: interval_width.Calibrated) -> None:
    found = measured.coverage
    assert found.studies == STUDIES / 2
    assert 0.93 <= found.overall <= 0.98
    assert found.below_10 is not None
    assert found.above_90 is not None
    assert min(found.below_10, found.above_90) >= 0.90


def test_it_holds_a_truth_with_curves_and_interactions_too(
    measured: interval_width.Calibrated,
) -> None:
    assert measured.coverage.curved is not None
    assert measured.coverage.curved >= 0.88  # in few studies


def test_that_truth_is_none_the_default_could_fit(study: Study, cohort: Cohort) -> None:
    """Fitted to its own risks of endless patients, a sum of lines stays apart from it."""
    truth = risk_of(curved_truth.log_odds(cohort.rows, cohort.outcome))
    assert np.isfinite(truth).all()
    assert ((truth > 0) & (truth < 1)).all()
    whole = cohort.rows.notna().all(axis=1)
    encoded = estimators.build("baseline", study)[:-1].fit_transform(cohort.rows[whole])
    scaled = (encoded - encoded.mean(axis=0)) / encoded.std(axis=0)
    weights = newton.fit(scaled, truth[whole], 1e-6)
    line = weights[0] + scaled @ weights[1:]
    apart = np.log(truth[whole] / (1 - truth[whole])) - line
    assert np.sqrt(np.mean(apart**2)) > 0.5  # in log-odds


def test_a_width_is_not_less_than_another_truth_asks_for() -> None:
    rng = np.random.default_rng(0)
    none = np.zeros(1000)
    own = [{"": Distances(rng.normal(0, 1, 1000), none)} for _ in range(10)]
    risk = np.full(1000, 0.5)
    for spread in (1.0, 3.0):
        curved = [Distances(rng.normal(0, spread, 1000), none) for _ in range(10)]
        found = interval_width.judged(own, risk, curved)
        assert found.widened == pytest.approx(max(1.02, 0.865 * spread), abs=0.05)
        assert found.coverage.curved == pytest.approx(0.91 if spread > 1 else 0.955, abs=0.01)


def test_so_do_the_intervals_of_its_submodels(
    measured: interval_width.Calibrated, study: Study
) -> None:
    found = measured.coverage.blanked
    assert [*found] == [name for name, blanked in study.plan.blanked.items() if blanked]
    assert min(found.values()) >= 0.92


def test_at_the_fits_own_penalty_it_would_not(
    study: Study, cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posterior, "WEAKER", 1.0)
    monkeypatch.setattr(interval_width, "width", lambda studies, ends: 1.0)
    monkeypatch.setattr(interval_width, "ASKED_OF_CURVED", 0.0)
    found = coverage.calibrated(estimators.build("logistic", study), cohort, studies=16)
    assert found is not None
    assert found.coverage.overall < 0.9
    assert min(found.coverage.below_10 or 1, found.coverage.above_90 or 1) < 0.85


def test_what_is_measured_is_what_the_exported_model_answers(study: Study, cohort: Cohort) -> None:
    """The same count by another way: every study is trained, exported and asked as a version is."""
    unfitted = estimators.build("logistic", study)
    truth = clone(unfitted).fit(cohort.rows, cohort.outcome).predict_proba(cohort.rows)[:, 1]
    random = np.random.default_rng(7)
    held = []
    for _ in range(20):
        outcome = (random.random(len(truth)) < truth).astype(int)
        again = Cohort(cohort.rows, outcome)
        fitted = clone(unfitted).fit(again.rows, again.outcome)
        form = form_of(fitted)
        engine = form.with_uncertainty(
            form.read_off(fitted, study, again.rows), fitted, study, again, (), 1.05
        )
        sure = RiskModel(study.schema, engine).certainty(again.rows)
        held.append((sure.low <= truth) & (truth <= sure.high))
    shares = np.mean(held, axis=0)
    assert 0.93 <= shares.mean() <= 0.98
    assert shares[truth < 0.1].mean() >= 0.9
    assert shares[truth > 0.9].mean() >= 0.9


def test_a_submodel_that_nobody_asks_for_is_not_fitted(study: Study, cohort: Cohort) -> None:
    asked = answering(estimators.build("reference", study), cohort.rows, study.plan.blanked)
    fitted = clone(asked).fit(cohort.rows, cohort.outcome)
    whole = estimators.build("reference", study).fit(cohort.rows, cohort.outcome)
    assert len(fitted[-1].weights_) < len(whole[-1].weights_) / 10
    np.testing.assert_array_equal(
        fitted.decision_function(cohort.rows), whole.decision_function(cohort.rows)
    )
    nothing = cohort.rows.assign(**dict.fromkeys(["trestbps", "restecg", "slope"], np.nan))
    with pytest.raises(ValueError, match="no submodel"):
        fitted.decision_function(nothing)


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(LogisticRegression(l1_ratio=1.0, solver="liblinear"), id="another penalty"),
        pytest.param(LogisticRegression(class_weight="balanced"), id="weighted"),
        pytest.param(SGDClassifier(loss="log_loss", random_state=0), id="another procedure"),
    ],
)
def test_of_another_regression_no_interval_is_claimed(
    study: Study, cohort: Cohort, last: Any
) -> None:
    pipeline: Pipeline = make_pipeline(*(s for _, s in _logistic(study).steps[:-1]), last)
    assert coverage.calibrated(pipeline, cohort, studies=4) is None


def _logistic(study: Study) -> Pipeline:
    return estimators.build("baseline", study)


def test_of_a_forest_no_interval_is_claimed(
    study: Study, cohort: Cohort, risk_model: Callable[[str], RiskModel]
) -> None:
    """None holds 93 to 97 % of its own risks and 90 % of another truth as well."""
    forest = estimators.build("forest", study)
    assert coverage.calibrated(forest, cohort, studies=4) is None
    model = risk_model("forest")
    assert not model.has_interval
    why = model.assess(cohort.rows.head(3), explain=True).explanation
    assert np.isnan([why.low, why.high]).all()


@pytest.mark.parametrize(
    ("estimator", "claims"), [("baseline", True), ("logistic", False)], ids=str
)
def test_where_tests_are_missing_an_interval_holds_the_truth_or_none_is_claimed(
    study: Study, cohort: Cohort, estimator: str, claims: bool
) -> None:
    unfitted = estimators.build(estimator, study)
    found = coverage.calibrated(unfitted, cohort, study.plan.blanked, studies=8)
    assert (found is not None) is claims
