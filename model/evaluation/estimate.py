"""A metric of repeated out-of-fold risks, with its interval by bootstrap of the patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from model.evaluation import calibration, metrics
from model.evaluation.measured import Measured
from model.evaluation.metrics import Floats, Metric

BOOTSTRAPS = 1000
SMOOTHED_BOOTSTRAPS = 200
TAIL = 0.025

METRICS: Mapping[str, Metric] = {
    "roc_auc": metrics.roc_auc,
    "accuracy": metrics.accuracy,
    "precision": metrics.precision,
    "recall": metrics.recall,
    "specificity": metrics.specificity,
    "brier": metrics.brier,
    "log_loss": metrics.log_loss,
    "calibration_slope": calibration.slope,
    "calibration_intercept": calibration.intercept,
    "observed_to_expected": calibration.observed_to_expected,
}
SMOOTHED: Mapping[str, Callable[[Floats], float]] = {"ici": np.mean, "e_max": np.max}
"""What is made of the distances from the smoothed outcome. Smoothing is a thousand times slower
than the other metrics, so it is done once for both, and their intervals come from fewer samples,
each of one repeat in turn."""


def drawn(count: int, bootstraps: int = BOOTSTRAPS, seed: int = 0) -> Floats:
    """(1 + bootstraps, count) weightings: the patients themselves, then bootstrap samples."""
    rng = np.random.default_rng(seed)
    samples = rng.multinomial(count, np.full(count, 1 / count), size=bootstraps)
    return np.vstack([np.ones(count), samples]).astype(np.float64)


def estimate(
    metric: Metric, outcome: NDArray[np.int64], risks: Floats, weights: Floats
) -> Measured:
    """One metric with its interval; see `sampled`."""
    return of_samples(sampled(metric, outcome, risks, weights))


def sampled(metric: Metric, outcome: NDArray[np.int64], risks: Floats, weights: Floats) -> Floats:
    """One metric of every weighting: the mean over repeats, so that no lucky split is a headline.

    Parameters
    ----------
    risks : (repeats, n) out-of-fold risks.
    weights : from `drawn`, for these n patients.
    """
    values: Floats = np.mean([metric(outcome, risk, weights) for risk in risks], axis=0)
    return values


def of_samples(values: Floats) -> Measured:
    """From the value of the patients themselves, then those of the bootstrap samples.

    Samples in which a metric does not exist may be those in which it would be extreme: no
    interval where more of them do not have it than lie beyond one of its ends.
    """
    if np.isnan(values[0]) or np.isnan(values[1:]).mean() > TAIL:
        return Measured(float(values[0]), float("nan"), float("nan"))
    low, high = np.nanquantile(values[1:], [TAIL, 1 - TAIL])
    return Measured(float(values[0]), float(low), float(high))


def all_estimates(
    outcome: NDArray[np.int64], risks: Floats, *, bootstraps: int = BOOTSTRAPS, seed: int = 0
) -> dict[str, Measured]:
    """Every metric of (repeats, n) out-of-fold risks."""
    values = all_sampled(outcome, risks, bootstraps=bootstraps, seed=seed)
    return {name: of_samples(each) for name, each in values.items()}


def all_sampled(
    outcome: NDArray[np.int64], risks: Floats, *, bootstraps: int = BOOTSTRAPS, seed: int = 0
) -> dict[str, Floats]:
    """Every metric of the patients themselves, then of bootstrap samples of them."""
    weights = drawn(len(outcome), bootstraps, seed)
    found = {name: sampled(each, outcome, risks, weights) for name, each in METRICS.items()}
    whole, samples = weights[:1], weights[1 : 1 + min(bootstraps, SMOOTHED_BOOTSTRAPS)]
    turns = np.arange(len(samples)) % len(risks)
    of_repeats = [calibration.distances(outcome, risk, whole)[0] for risk in risks]
    of_drawn = [
        calibration.distances(outcome, risks[turn], samples[[at]])[0]
        for at, turn in enumerate(turns)
    ]
    for name, summary in SMOOTHED.items():
        value = np.mean([summary(each) for each in of_repeats])
        found[name] = np.array([value, *(summary(each) for each in of_drawn)])
    return found
