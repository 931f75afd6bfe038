"""Whether predicted risks are right on average: as a whole, at every level, and for decisions.

Metrics here take what those of `metrics` take: ``outcome`` (n,), ``risk`` (n,) and ``weights``
(b, n), and return (b,). What each says, and in which order to ask: Van Calster et al., J Clin
Epidemiol 2016;74:167-176 (mean, weak and moderate calibration), and BMC Med 2019;17:230.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from statsmodels.nonparametric.smoothers_lowess import lowess

from model.evaluation.metrics import EXTREME, share
from model.numerics.arrays import Floats

SPAN = 0.75
"""Of the smoother behind ICI and E-max, as in Austin & Steyerberg 2019 (doi:10.1002/sim.8281)."""
NEWTON_STEPS = 25
STEP_AT_REST, STEP_SETTLED = 1e-10, 1e-6
"""A step, in log-odds, after which no more is taken; and one after which the fit counts."""


def slope(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Slope of a logistic regression of the outcome on the log-odds; 1 is right, less says that
    risks are too extreme (Cox, Biometrika 1958;45:562-565). NaN where there is no such regression.
    """
    return _recalibrated(outcome, risk, weights, free_slope=True)[1]


def intercept(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Calibration in the large: the shift, in log-odds, that makes the mean risk right; 0 is right,
    more says that risks are too low.
    """
    return _recalibrated(outcome, risk, weights, free_slope=False)[0]


def observed_to_expected(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Events for each that was expected: 1 is right, more says that risks are too low."""
    return share(weights @ outcome, weights @ risk)


def ici(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """Integrated calibration index: mean distance of the smoothed outcome from the risk, 0 to 1;
    0 is right (Austin & Steyerberg, Stat Med 2019;38:4051-4065).
    """
    return np.array([distance.mean() for distance in distances(outcome, risk, weights)])


def e_max(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> Floats:
    """The largest distance of the smoothed outcome from the risk, 0 to 1; 0 is right."""
    return np.array([distance.max() for distance in distances(outcome, risk, weights)])


def curve(outcome: NDArray[np.int64], risk: Floats, at: Floats, weights: Floats) -> Floats:
    """(b, len(at)) smoothed share with the outcome at given risks, for each weighting.

    NaN beyond the risks that occur in a weighting.
    """
    curves = np.full((len(weights), len(at)), np.nan)
    for row, sample in enumerate(_samples(weights)):
        xs, order = np.unique(risk[sample], return_index=True)
        smooth = _smooth(outcome[sample], risk[sample])[order]
        curves[row] = np.interp(at, xs, smooth, left=np.nan, right=np.nan)
    return curves


def net_benefit(
    outcome: NDArray[np.int64], risk: Floats, thresholds: Floats, weights: Floats
) -> Floats:
    """(b, thresholds) net benefit of acting at or above each threshold, in true positives for each
    patient (Vickers & Elkin, Med Decis Making 2006;26:565-574).

    True positives less false positives, these weighted by the odds of the threshold, for each
    patient; `thresholds` lie between 0 and 1, which are none themselves.
    """
    called = risk[:, None] >= thresholds
    true = weights @ (called & (outcome == 1)[:, None])
    false = weights @ (called & (outcome == 0)[:, None])
    total = weights.sum(axis=1, keepdims=True)
    benefit: Floats = (true - false * thresholds / (1 - thresholds)) / total
    return benefit


def _recalibrated(
    outcome: NDArray[np.int64], risk: Floats, weights: Floats, *, free_slope: bool
) -> tuple[Floats, Floats]:
    """Intercept and slope on the log-odds, by Newton's method for all weightings together.

    NaN where there is none: where risks separate the outcomes, every steeper slope fits better.
    """
    # Of one or two unknowns the Newton step has a closed form: the gradient (g0, g1) times the
    # inverse of the 2 × 2 Hessian. A weighting that is at rest moves no more while others do.
    inside = risk.clip(EXTREME, 1 - EXTREME)
    log_odds = np.log(inside) - np.log1p(-inside)
    at = np.zeros(len(weights))
    by = np.ones(len(weights))
    for _ in range(NEWTON_STEPS):
        fitted = 0.5 * (1 + np.tanh(0.5 * (at[:, None] + by[:, None] * log_odds)))
        residual = weights * (outcome - fitted)
        spread = weights * fitted * (1 - fitted)
        g0, g1 = residual.sum(axis=1), residual @ log_odds
        h00, h01, h11 = spread.sum(axis=1), spread @ log_odds, spread @ log_odds**2
        if free_slope:
            determinant = h00 * h11 - h01**2
            at_step = share(h11 * g0 - h01 * g1, determinant)
            by_step = share(h00 * g1 - h01 * g0, determinant)
        else:
            at_step, by_step = share(g0, h00), np.zeros(len(weights))
        at, by = at + at_step, by + by_step
        moved = np.maximum(np.abs(at_step), np.abs(by_step))
        if not (moved >= STEP_AT_REST).any():
            break
    settled = moved < STEP_SETTLED
    return np.where(settled, at, np.nan), np.where(settled, by, np.nan)


def distances(outcome: NDArray[np.int64], risk: Floats, weights: Floats) -> list[Floats]:
    """For each weighting, (drawn,) how far the smoothed outcome lies from the risk of each patient
    drawn; `weights` are whole numbers.
    """
    return [
        np.abs(_smooth(outcome[sample], risk[sample]) - risk[sample])
        for sample in _samples(weights)
    ]


def _samples(weights: Floats) -> list[NDArray[np.int64]]:
    """Each weighting as the patients drawn, each as often as drawn."""
    patients = np.arange(weights.shape[1])
    return [np.repeat(patients, row.astype(int)) for row in weights]


def _smooth(outcome: NDArray[np.int64], risk: Floats) -> Floats:
    """(n,) the share with the outcome around each patient's risk, kept within 0 to 1."""
    smooth: Floats = lowess(outcome, risk, frac=SPAN, it=0, delta=0.005, return_sorted=False)
    return smooth.clip(0.0, 1.0)
