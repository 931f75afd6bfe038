"""How good predicted risks are, for many weightings of the same patients at once.

Every metric takes ``outcome`` (n,), ``risk`` (n,) and ``weights`` (b, n), and returns (b,):
a weighting is a bootstrap sample of patients given by how often each was drawn, and ones are
the patients themselves. scikit-learn's functions give the same for one weighting at a time
(the tests compare them); a thousand samples of twenty repeats need them all together.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Floats

Metric = Callable[[NDArray[np.int64], Floats, Floats], Floats]

THRESHOLD = 0.5
"""Of the metrics that need one, as scikit-learn's do; a study's own is for its curves and pages."""
EXTREME = 1e-12
"""How near to 0 or 1 a risk counts at most, where its logarithm is taken."""


def share(part: Floats, whole: Floats) -> Floats:
    """(b,) ``part / whole`` for each weighting, NaN where the whole is 0."""
    share = np.full(len(part), np.nan)
    np.divide(part, whole, out=share, where=whole != 0)
    return share


def mean(values: Floats | NDArray[np.bool_], weights: Floats) -> Floats:
    """(b,) weighted mean of (n,) values for each weighting; NaN where nobody weighs anything."""
    return share(weights @ values, weights.sum(axis=1))


def accuracy(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Share of patients on the right side of 0.5."""
    right = (risk >= THRESHOLD) == (outcome == 1)
    return mean(right, weights)


def precision(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Share with the outcome among patients at or above 0.5 (positive predictive value); NaN where
    there are none.
    """
    called = risk >= THRESHOLD
    return share(weights @ (called & (outcome == 1)), weights @ called)


def recall(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Share at or above 0.5 among patients with the outcome (sensitivity); NaN without any."""
    return share(weights @ ((risk >= THRESHOLD) & (outcome == 1)), weights @ outcome)


def specificity(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Share below 0.5 among patients without the outcome; NaN without any."""
    return share(weights @ ((risk < THRESHOLD) & (outcome == 0)), weights @ (1 - outcome))


def roc_auc(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Probability that a patient with the outcome has a higher risk than one without; ties count
    half. NaN where a weighting lacks either.

    Hanley & McNeil, Radiology 1982;143:29-36.
    """
    # Sorted by risk and summed over equal risks, who has the outcome beats everybody before, and
    # half of those at the same risk: the Mann-Whitney count, for all weightings at once.
    order = np.argsort(risk, kind="stable")
    starts = np.flatnonzero(np.diff(risk[order], prepend=-np.inf))
    diseased = np.add.reduceat((weights * outcome)[:, order], starts, axis=1)
    healthy = np.add.reduceat((weights * (1 - outcome))[:, order], starts, axis=1)
    below = np.cumsum(healthy, axis=1) - healthy / 2
    pairs = diseased.sum(axis=1) * healthy.sum(axis=1)
    return share((diseased * below).sum(axis=1), pairs)


def brier(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Mean squared distance of the risk from what happened, 0 to 1 (Brier, Mon Weather Rev
    1950;78:1-3).
    """
    return mean((risk - outcome) ** 2, weights)


def log_loss(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Mean negative log-likelihood, in nats; a risk nearer than 1e-12 to 0 or 1 counts as that."""
    inside = risk.clip(EXTREME, 1 - EXTREME)
    loss = -np.where(outcome == 1, np.log(inside), np.log1p(-inside))
    return mean(loss, weights)
