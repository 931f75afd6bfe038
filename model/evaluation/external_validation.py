"""How good a version is for patients it has never seen, whose outcome somebody else brings.

Every patient counts. Of more than two thousand, the value of a metric is taken of all of them, and
its interval of bootstrap samples of bins of them; see `binned`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.errors import InputError
from model.evaluation import calibration, curves
from model.evaluation.binned import Binned
from model.evaluation.estimate import (
    BOOTSTRAPS,
    METRICS,
    SMOOTHED,
    SMOOTHED_BOOTSTRAPS,
    all_estimates,
    drawn,
    of_samples,
)
from model.evaluation.measured import Measured
from model.numerics.arrays import Floats
from model.scoring.measurements import (
    CalibrationCurve,
    DecisionCurve,
    Estimate,
    Measurements,
    Performance,
    Roc,
)

FEWEST = 10
"""Patients with, and without, the outcome below which an estimate would mislead."""
ENOUGH = 100
"""Of each, that calibration asks for (Vergouwe et al., J Clin Epidemiol 2005;58:475-483; Collins et
al., Stat Med 2016;35:214-226)."""
MOST = 2_000
"""Patients whose bootstrap samples fit in memory one by one; more are binned."""
SMOOTHED_BINS = 200
"""Of ten patients at least, none of which a bootstrap sample leaves empty."""


@dataclass(frozen=True)
class Validation(Performance):
    """Of patients who have both a risk and an outcome, all of whom were used.

    doubts : what their number makes doubtful, a sentence each.
    """

    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Group(Measurements):
    """Some of these patients."""

    label: str


@dataclass(frozen=True)
class Curves:
    """Those that a bootstrap sample of patients, or of bins of them, has a band around."""

    roc: Roc
    calibration: CalibrationCurve
    decision: DecisionCurve


def validate(outcome: NDArray[np.float64], risk: NDArray[np.float64]) -> Validation:
    """Metrics and curves with 95 % intervals, as of the training patients.

    Parameters
    ----------
    outcome : (n,) 1 or 0, NaN where it is not known. risk : (n,) NaN where there is none.

    Raises
    ------
    InputError
        If too few had it, or too few had not.
    """
    known = ~(np.isnan(outcome) | np.isnan(risk))
    happened, risks = outcome[known].astype(np.int64), risk[known]
    events = int(happened.sum())
    if min(events, len(happened) - events) < FEWEST:
        raise InputError(
            f"Of the patients with a risk and an outcome, {events} had it and "
            f"{len(happened) - events} had not. At least {FEWEST} of each are needed."
        )
    measure = _one_by_one if len(happened) <= MOST else _in_bins
    estimates, bands = measure(happened, risks)
    return Validation(
        patients=len(happened),
        events=events,
        metrics={name: _plain(estimate) for name, estimate in estimates.items()},
        roc=bands.roc,
        calibration=bands.calibration,
        histogram=curves.histogram(happened, risks[None]),
        decision=bands.decision,
        of_100=curves.at_thresholds(happened, risks[None]),
        doubts=tuple(_doubts(events, len(happened))),
    )


def groups(
    outcome: NDArray[np.float64],
    risk: NDArray[np.float64],
    members: Mapping[str, NDArray[np.bool_]],
    threshold: float,
) -> tuple[Group, ...]:
    """Calibration and net benefit at a threshold, of patients by group, with 95 % intervals.

    members : (n,) who is in each group, by its name. threshold : a risk, 0 to 1. A group with fewer
    than ten patients with or without the outcome has counts and no metrics.
    """
    found = []
    for name, inside in members.items():
        known = inside & ~(np.isnan(outcome) | np.isnan(risk))
        happened, risks = outcome[known].astype(np.int64), risk[known]
        events = int(happened.sum())
        metrics = {}
        if min(events, len(happened) - events) >= FEWEST:
            measured = _of_group(happened, risks, threshold)
            metrics = {metric: _plain(value) for metric, value in measured.items()}
        found.append(Group(len(happened), events, metrics, name))
    return tuple(found)


def _of_group(outcome: NDArray[np.int64], risk: Floats, threshold: float) -> dict[str, Measured]:
    if len(outcome) > MOST:
        rows = Binned.of(outcome, risk)
        outcome, risk, weights = rows.outcome, rows.risk, rows.weights(BOOTSTRAPS)
    else:
        weights = drawn(len(outcome))
    at = np.array([threshold])
    return {
        "observed_to_expected": of_samples(
            calibration.observed_to_expected(outcome, risk, weights)
        ),
        "calibration_intercept": of_samples(calibration.intercept(outcome, risk, weights)),
        "net_benefit": of_samples(calibration.net_benefit(outcome, risk, at, weights)[:, 0]),
    }


def _one_by_one(outcome: NDArray[np.int64], risk: Floats) -> tuple[dict[str, Measured], Curves]:
    few = curves.few(len(outcome))
    return all_estimates(outcome, risk[None]), Curves(
        roc=curves.roc(outcome, risk[None], few),
        calibration=curves.calibrated(outcome, risk[None], few),
        decision=curves.decision(outcome, risk[None], few),
    )


def _in_bins(outcome: NDArray[np.int64], risk: Floats) -> tuple[dict[str, Measured], Curves]:
    """Values of all patients; intervals and bands of bins of them."""
    rows, whole = Binned.of(outcome, risk), np.ones((1, len(outcome)))
    weights = rows.weights(BOOTSTRAPS)
    estimates = {}
    for name, metric in METRICS.items():
        samples = metric(rows.outcome, rows.risk, weights)
        samples[0] = metric(outcome, risk, whole)[0]
        estimates[name] = of_samples(samples)
    few = weights[: 1 + SMOOTHED_BOOTSTRAPS]
    coarse = Binned.of(outcome, risk, SMOOTHED_BINS)
    at, smooth = coarse.smoothed(coarse.weights(SMOOTHED_BOOTSTRAPS))
    away = np.abs(smooth - at)
    for name, summary in SMOOTHED.items():
        estimates[name] = of_samples(np.array([summary(sample) for sample in away]))
    one = rows.risk[None]
    return estimates, Curves(
        roc=curves.roc(rows.outcome, one, few),
        calibration=curves.banded(at, smooth),
        decision=curves.decision(rows.outcome, one, few),
    )


def _doubts(events: int, patients: int) -> list[str]:
    """What so few patients are not enough for."""
    if min(events, patients - events) >= ENOUGH:
        return []
    return [
        f"{events:,} patients had it and {patients - events:,} had not. Fewer than {ENOUGH} of "
        "either are too few to judge calibration: slope, curve and ICI may be far off. They are "
        "enough to see whether the risks are far too high or too low on the whole."
    ]


def _plain(found: Measured) -> Estimate:
    ends = (found.value, found.low, found.high)
    return Estimate(*(None if math.isnan(end) else end for end in ends))
