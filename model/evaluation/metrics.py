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

Floats = NDArray[np.float64]
Metric = Callable[[NDArray[np.int64], Floats, Floats], Floats]

THRESHOLD = 0.5
EXTREME = 1e-12


def share(part: Floats, whole: Floats) -> Floats:
    """``part / whole`` for each weighting, NaN where there is no whole."""
    share = np.full(len(part), np.nan)
    np.divide(part, whole, out=share, where=whole != 0)
    return share


def mean(values: Floats | NDArray[np.bool_], weights: Floats) -> Floats:
    """Weighted mean of (n,) values for each weighting."""
    return share(weights @ values, weights.sum(axis=1))


def accuracy(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Share of patients on the right side of 0.5."""
    right = (risk >= THRESHOLD) == (outcome == 1)
    return mean(right, weights)


def precision(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Diseased among those called diseased at 0.5; NaN where none is called so."""
    called = risk >= THRESHOLD
    return share(weights @ (called & (outcome == 1)), weights @ called)


def recall(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Called diseased at 0.5 among the diseased."""
    return share(weights @ ((risk >= THRESHOLD) & (outcome == 1)), weights @ outcome)


def specificity(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Called healthy at 0.5 among the healthy."""
    return share(weights @ ((risk < THRESHOLD) & (outcome == 0)), weights @ (1 - outcome))


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
    return share((diseased * below).sum(axis=1), pairs)


def brier(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Mean squared distance of the risk from what happened (Brier 1950)."""
    return mean((risk - outcome) ** 2, weights)


def log_loss(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Mean negative log-likelihood, in nats."""
    inside = risk.clip(EXTREME, 1 - EXTREME)
    loss = -np.where(outcome == 1, np.log(inside), np.log1p(-inside))
    return mean(loss, weights)
