"""Our metrics, for many weightings at once, against scikit-learn and statsmodels, one at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import statsmodels.api as sm
from sklearn import metrics as sk
from statsmodels.nonparametric.smoothers_lowess import lowess

from model.evaluation import calibration, curves, metrics
from model.evaluation.estimate import all_estimates, drawn, of_samples
from model.evaluation.metrics import Metric
from model.numerics.arrays import Floats

AGREES = 1e-6

Oracle = Callable[[np.ndarray, Floats, Floats], float]


def _logit(risk: Floats) -> Floats:
    return np.log(risk / (1 - risk))


def _slope(outcome: np.ndarray, risk: Floats, weights: Floats) -> float:
    design = sm.add_constant(_logit(risk))
    fitted = sm.GLM(outcome, design, family=sm.families.Binomial(), freq_weights=weights).fit()
    return float(fitted.params[1])


def _intercept(outcome: np.ndarray, risk: Floats, weights: Floats) -> float:
    fitted = sm.GLM(
        outcome,
        np.ones((len(outcome), 1)),
        family=sm.families.Binomial(),
        offset=_logit(risk),
        freq_weights=weights,
    ).fit()
    return float(fitted.params[0])


ORACLES: dict[str, tuple[Metric, Oracle]] = {
    "roc_auc": (metrics.roc_auc, lambda y, p, w: sk.roc_auc_score(y, p, sample_weight=w)),
    "accuracy": (
        metrics.accuracy,
        lambda y, p, w: sk.accuracy_score(y, p >= 0.5, sample_weight=w),
    ),
    "precision": (
        metrics.precision,
        lambda y, p, w: sk.precision_score(y, p >= 0.5, sample_weight=w),
    ),
    "recall": (metrics.recall, lambda y, p, w: sk.recall_score(y, p >= 0.5, sample_weight=w)),
    "specificity": (
        metrics.specificity,
        lambda y, p, w: sk.recall_score(1 - y, p < 0.5, sample_weight=w),
    ),
    "brier": (metrics.brier, lambda y, p, w: sk.brier_score_loss(y, p, sample_weight=w)),
    "log_loss": (metrics.log_loss, lambda y, p, w: sk.log_loss(y, p, sample_weight=w)),
    "slope": (calibration.slope, _slope),
    "intercept": (calibration.intercept, _intercept),
    "observed to expected": (
        calibration.observed_to_expected,
        lambda y, p, w: float((w * y).sum() / (w * p).sum()),
    ),
}


@pytest.fixture(scope="module")
def cases() -> tuple[np.ndarray, Floats, Floats]:
    """60 patients with tied risks, and 20 weightings of them."""
    rng = np.random.default_rng(8)
    risk = rng.uniform(0.02, 0.98, 60).round(2)
    outcome = (rng.random(60) < risk).astype(int)
    return outcome, risk, drawn(60, 20, seed=4)


@pytest.mark.parametrize("name", ORACLES)
def test_a_metric_agrees_with_an_independent_one(name: str, cases) -> None:
    outcome, risk, weights = cases
    metric, oracle = ORACLES[name]

    ours = metric(outcome, risk, weights)

    theirs = [oracle(outcome, risk, row) for row in weights]
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=AGREES)


def test_ici_and_e_max_are_distances_from_the_smoothed_outcome(cases) -> None:
    outcome, risk, weights = cases
    smooth = lowess(outcome, risk, frac=0.75, it=0, delta=0.005, return_sorted=False).clip(0, 1)

    assert calibration.ici(outcome, risk, weights[:1])[0] == np.abs(smooth - risk).mean()
    assert calibration.e_max(outcome, risk, weights[:1])[0] == np.abs(smooth - risk).max()


def test_net_benefit_counts_true_less_weighted_false_positives(cases) -> None:
    outcome, risk, weights = cases
    confusion = sk.confusion_matrix(outcome, risk >= 0.2)
    by_hand = (confusion[1, 1] - confusion[0, 1] * 0.2 / 0.8) / len(outcome)

    ours = calibration.net_benefit(outcome, risk, np.array([0.2]), weights[:1])

    assert ours[0, 0] == pytest.approx(by_hand, abs=1e-12)


def test_a_metric_without_a_denominator_is_not_a_number() -> None:
    nobody_called = metrics.precision(np.array([0, 1]), np.array([0.1, 0.2]), np.ones((1, 2)))

    assert np.isnan(nobody_called).all()


def test_an_interval_holds_its_value_and_narrows_with_patients() -> None:
    rng = np.random.default_rng(0)

    def width(count: int) -> float:
        risk = rng.uniform(0.05, 0.95, (2, count))
        outcome = (rng.random(count) < risk.mean(axis=0)).astype(int)
        found = all_estimates(outcome, risk, bootstraps=200)
        for name, each in found.items():
            if name not in ("ici", "e_max"):  # never below zero: biased upwards in small samples
                assert each.low <= each.value <= each.high, name
        return found["brier"].high - found["brier"].low

    assert width(2000) < width(100)


def test_of_100_patients_every_one_is_counted_once(cases) -> None:
    outcome, risk, _ = cases

    counts = curves.at_thresholds(outcome, risk[None])

    for found, missed, needless, spared in zip(
        counts.found, counts.missed, counts.needless, counts.spared, strict=True
    ):
        assert found + missed + needless + spared == pytest.approx(100, abs=1e-3)


def test_the_roc_curve_passes_through_scikit_learns_points(cases) -> None:
    outcome, risk, weights = cases
    false, found, _ = sk.roc_curve(outcome, risk, drop_intermediate=False)

    curve = curves.roc(outcome, risk[None], weights)

    np.testing.assert_allclose(
        curve.value, np.interp(curve.false_positive_rate, false, found), atol=1e-5
    )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("blur", [0.0, 0.05])
def test_where_risks_separate_the_outcomes_there_is_no_slope(blur: float) -> None:
    outcome = np.repeat([0, 1], 20)
    risk = np.where(outcome == 1, 0.9, 0.1) + np.linspace(-blur, blur, 40)
    found = all_estimates(outcome, risk[None], bootstraps=50)
    assert np.isnan([found["calibration_slope"].value, found["calibration_slope"].high]).all()
    assert found["roc_auc"].value == 1
    assert np.isfinite(found["calibration_intercept"].high)


def test_no_interval_where_too_many_samples_do_not_have_the_metric() -> None:
    values = np.concatenate([[3.0], np.linspace(2, 4, 1000)])
    values[1:26] = np.nan
    assert np.isfinite(of_samples(values).high)
    values[26] = np.nan
    assert np.isnan([of_samples(values).low, of_samples(values).high]).all()
    assert of_samples(values).value == 3
