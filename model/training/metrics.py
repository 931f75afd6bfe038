"""How good predicted risks are, for many weightings of the same patients at once.

Every metric takes ``outcome`` (n,), ``risk`` (n,) and ``weights`` (b, n), and returns (b,):
a weighting is a bootstrap sample of patients given by how often each was drawn, and ones are
the patients themselves. scikit-learn's functions give the same for one weighting at a time
(the tests compare them); a thousand samples of twenty repeats need them all together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Metric = Callable[[NDArray[np.int64], Floats, Floats], Floats]

THRESHOLD = 0.5
BOOTSTRAPS = 1000
EXTREME = 1e-12


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def _share(part: Floats, whole: Floats) -> Floats:
    """``part / whole``, NaN where there is no whole."""
    share = np.full(len(part), np.nan)
    np.divide(part, whole, out=share, where=whole != 0)
    return share


def _mean(values: Floats | NDArray[np.bool_], weights: Floats) -> Floats:
    return _share(weights @ values, weights.sum(axis=1))


def accuracy(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Share of patients on the right side of 0.5."""
    right = (risk >= THRESHOLD) == (outcome == 1)
    return _mean(right, weights)


def precision(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Diseased among those called diseased at 0.5; NaN where none is called so."""
    called = risk >= THRESHOLD
    return _share(weights @ (called & (outcome == 1)), weights @ called)


def recall(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Called diseased at 0.5 among the diseased."""
    return _share(weights @ ((risk >= THRESHOLD) & (outcome == 1)), weights @ outcome)


def roc_auc(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Probability that a diseased patient has the higher risk; ties count half.

    Hanley & McNeil, Radiology 1982;143:29-36.
    """
    order = np.argsort(risk, kind="stable")
    starts = np.flatnonzero(np.diff(risk[order], prepend=-np.inf))
    diseased = np.add.reduceat((weights * outcome)[:, order], starts, axis=1)
    healthy = np.add.reduceat((weights * (1 - outcome))[:, order], starts, axis=1)
    below = np.cumsum(healthy, axis=1) - healthy / 2
    pairs = diseased.sum(axis=1) * healthy.sum(axis=1)
    return _share((diseased * below).sum(axis=1), pairs)


def brier(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Mean squared distance of the risk from what happened (Brier 1950)."""
    return _mean((risk - outcome) ** 2, weights)


def log_loss(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Mean negative log-likelihood, in nats."""
    inside = risk.clip(EXTREME, 1 - EXTREME)
    loss = -np.where(outcome == 1, np.log(inside), np.log1p(-inside))
    return _mean(loss, weights)


def calibration_slope(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Slope of a logistic regression of the outcome on the log-odds; 1 is right.

    Cox 1958; Van Calster et al., BMC Med 2019;17:230. Fitted by Newton's method for all
    weightings together.
    """
    inside = risk.clip(EXTREME, 1 - EXTREME)
    log_odds = np.log(inside) - np.log1p(-inside)
    intercept = np.zeros(len(weights))
    slope = np.ones(len(weights))
    for _ in range(25):
        fitted = 1 / (1 + np.exp(-(intercept[:, None] + slope[:, None] * log_odds)))
        residual = weights * (outcome - fitted)
        spread = weights * fitted * (1 - fitted)
        g0, g1 = residual.sum(axis=1), residual @ log_odds
        h00, h01, h11 = spread.sum(axis=1), spread @ log_odds, spread @ log_odds**2
        determinant = h00 * h11 - h01**2
        step0 = (h11 * g0 - h01 * g1) / determinant
        step1 = (h00 * g1 - h01 * g0) / determinant
        intercept, slope = intercept + step0, slope + step1
        if max(np.abs(step0).max(), np.abs(step1).max()) < 1e-10:
            break
    return slope


METRICS: dict[str, Metric] = {
    "roc_auc": roc_auc,
    "accuracy": accuracy,
    "precision": precision,
    "recall": recall,
    "brier": brier,
    "log_loss": log_loss,
    "calibration_slope": calibration_slope,
}


def evaluate(
    outcome: NDArray[np.int64], risks: Floats, *, bootstraps: int = BOOTSTRAPS, seed: int = 0
) -> dict[str, Estimate]:
    """Every metric with a 95 % interval by bootstrap of the patients.

    Parameters
    ----------
    risks : (repeats, n) out-of-fold risks; a metric is the mean over repeats, so that no lucky
        split can be a headline.
    """
    rng = np.random.default_rng(seed)
    count = len(outcome)
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=bootstraps)
    weights = np.vstack([np.ones(count), drawn])
    estimates = {}
    for name, metric in METRICS.items():
        values = np.mean([metric(outcome, risk, weights) for risk in risks], axis=0)
        low, high = np.nanquantile(values[1:], [0.025, 0.975])
        estimates[name] = Estimate(float(values[0]), float(low), float(high))
    return estimates
