"""A metric of repeated out-of-fold risks, with its interval by bootstrap of the patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from model.evaluation import calibration, metrics
from model.evaluation.measured import Measured
from model.evaluation.metrics import Metric
from model.numerics.arrays import Floats
from model.schema import Interval

BOOTSTRAPS = 1000
SMOOTHED_BOOTSTRAPS = 200
TAIL = 0.025
"""Of the samples, beyond either end of an interval: percentiles (Efron & Tibshirani 1993, chapter
13)."""
THRESHOLD_STEP = 0.01

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
    """A metric with its 95 % interval, from (1 + samples,): the value of the patients themselves,
    then those of the bootstrap samples.

    Samples in which a metric does not exist may be those in which it would be extreme: no
    interval where more of them do not have it than lie beyond one of its ends.
    """
    if np.isnan(values[0]) or np.isnan(values[1:]).mean() > TAIL:
        return Measured(float(values[0]), float("nan"), float("nan"))
    low, high = np.nanquantile(values[1:], [TAIL, 1 - TAIL])
    # A smoothed distance grows with resampling, and its samples may all lie above their value.
    low, high = min(low, values[0]), max(high, values[0])
    return Measured(float(values[0]), float(low), float(high))


def all_estimates(
    outcome: NDArray[np.int64], risks: Floats, *, bootstraps: int = BOOTSTRAPS, seed: int = 0
) -> dict[str, Measured]:
    """Every metric of (repeats, n) out-of-fold risks."""
    values = all_sampled(outcome, risks, bootstraps=bootstraps, seed=seed)
    return {name: of_samples(samples) for name, samples in values.items()}


def all_sampled(
    outcome: NDArray[np.int64], risks: Floats, *, bootstraps: int = BOOTSTRAPS, seed: int = 0
) -> dict[str, Floats]:
    """(1 + samples,) of every metric, by its name: of the patients themselves, then of bootstrap
    samples of them. `risks` are (repeats, n) out-of-fold; smoothed metrics have fewer samples.
    """
    weights = drawn(len(outcome), bootstraps, seed)
    found = {name: sampled(metric, outcome, risks, weights) for name, metric in METRICS.items()}
    whole, samples = weights[:1], weights[1 : 1 + min(bootstraps, SMOOTHED_BOOTSTRAPS)]
    turns = np.arange(len(samples)) % len(risks)
    of_repeats = [calibration.distances(outcome, risk, whole)[0] for risk in risks]
    of_drawn = [
        calibration.distances(outcome, risks[turn], samples[[at]])[0]
        for at, turn in enumerate(turns)
    ]
    for name, summary in SMOOTHED.items():
        value = np.mean([summary(distances) for distances in of_repeats])
        found[name] = np.array([value, *(summary(distances) for distances in of_drawn)])
    return found


def net_benefits(
    outcome: NDArray[np.int64], risks: Floats, thresholds: Interval, samples: int
) -> Floats:
    """(1 + samples,) mean net benefit over a range of thresholds: of the patients, then of so many
    bootstrap samples of them. `risks` are (repeats, n) out-of-fold.
    """
    grid = np.arange(thresholds.low, thresholds.high + THRESHOLD_STEP / 2, THRESHOLD_STEP)
    weights = drawn(len(outcome))[: 1 + samples]
    found = [calibration.net_benefit(outcome, risk, grid, weights) for risk in risks]
    mean: Floats = np.mean(found, axis=(0, 2))
    return mean
