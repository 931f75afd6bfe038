"""The curves behind the figures, as columns of numbers with 95 % bands."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.evaluation import calibration
from model.evaluation.estimate import SMOOTHED_BOOTSTRAPS, drawn
from model.numerics.arrays import Floats
from model.schema.typed_json import Numbers, Whole
from model.scoring.measurements import (
    CalibrationCurve,
    DecisionCurve,
    Histogram,
    OfAHundred,
    PrecisionRecall,
    Roc,
)

GRID = np.linspace(0.0, 1.0, 51)
"""Where curves are taken, from 0 to 1."""
THRESHOLDS = np.round(np.arange(0.01, 1.0, 0.01), 2)
BINS = 20


def roc(outcome: NDArray[np.int64], risks: Floats, weights: Floats) -> Roc:
    """Sensitivity at each false-positive rate.

    As every curve here: ``outcome`` (n,), ``risks`` (repeats, n) out-of-fold, ``weights`` (b, n) of
    `drawn`, the patients themselves first.
    """

    def one(risk: Floats, weight: Floats) -> Floats:
        found, false = _caught(outcome, risk, weight)
        return np.interp(GRID, false, found)

    return Roc(_whole(GRID), *_banded(one, risks, weights))


def precision_recall(outcome: NDArray[np.int64], risks: Floats, weights: Floats) -> PrecisionRecall:
    """Precision at each recall: of those at or above a threshold, the share with the outcome."""

    def one(risk: Floats, weight: Floats) -> Floats:
        found, false = _caught(outcome, risk, weight)
        diseased, healthy = weight @ outcome, weight @ (1 - outcome)
        called = found * diseased + false * healthy
        right = np.divide(found * diseased, called, out=np.ones_like(found), where=called > 0)
        return np.asarray(np.interp(GRID, found, right), dtype=np.float64)

    return PrecisionRecall(_whole(GRID), *_banded(one, risks, weights))


def calibrated(outcome: NDArray[np.int64], risks: Floats, weights: Floats) -> CalibrationCurve:
    """Smoothed share with the outcome at each predicted risk; None where no risk occurs."""

    def one(risk: Floats, weight: Floats) -> Floats:
        smoothed: Floats = calibration.curve(outcome, risk, GRID, weight[None])[0]
        return smoothed

    return CalibrationCurve(_whole(GRID), *_banded(one, risks, weights))


def banded(risk: Floats, smooth: Floats) -> CalibrationCurve:
    """The same from smoothed shares that are there already: (b, len(risk)), the patients' own
    first.
    """
    curves = np.array([np.interp(GRID, risk, line, left=np.nan, right=np.nan) for line in smooth])
    low, high = np.quantile(curves[1:], [0.025, 0.975], axis=0)
    return CalibrationCurve(_whole(GRID), _plain(curves[0]), _plain(low), _plain(high))


def decision(outcome: NDArray[np.int64], risks: Floats, weights: Floats) -> DecisionCurve:
    """Net benefit at each threshold, of the model and of acting on everybody (Vickers & Elkin, Med
    Decis Making 2006;26:565-574).
    """
    benefits = np.mean(
        [calibration.net_benefit(outcome, risk, THRESHOLDS, weights) for risk in risks], axis=0
    )
    everybody = np.ones(len(outcome))
    whole = weights[:1]
    low, high = np.quantile(benefits[1:], [0.025, 0.975], axis=0)
    return DecisionCurve(
        threshold=_whole(THRESHOLDS),
        value=_plain(benefits[0]),
        low=_plain(low),
        high=_plain(high),
        everybody=_whole(calibration.net_benefit(outcome, everybody, THRESHOLDS, whole)[0]),
    )


def at_thresholds(outcome: NDArray[np.int64], risks: Floats) -> OfAHundred:
    """Of 100 patients at each threshold: found, missed, false alarms, correctly ruled out; the four
    add up to 100.
    """
    counts = np.mean(
        [[_reached(risk[outcome == sick]) for sick in (1, 0)] for risk in risks], axis=0
    )
    sick, healthy = (100 * np.sum(outcome == which) / len(outcome) for which in (1, 0))
    found, needless = 100 * counts / len(outcome)
    return OfAHundred(
        threshold=_whole(THRESHOLDS),
        found=_whole(found),
        missed=_whole(sick - found),
        needless=_whole(needless),
        spared=_whole(healthy - needless),
    )


def _reached(risk: Floats) -> NDArray[np.int64]:
    """(thresholds,) how many risks are at or above each."""
    return len(risk) - np.searchsorted(np.sort(risk), THRESHOLDS, side="left")


def histogram(outcome: NDArray[np.int64], risks: Floats) -> Histogram:
    """How many patients were given each risk, by whether they had the outcome; mean of repeats."""
    edges = np.linspace(0.0, 1.0, BINS + 1)
    counts = [
        np.mean([np.histogram(risk[outcome == sick], edges)[0] for risk in risks], axis=0)
        for sick in (1, 0)
    ]
    return Histogram(
        risk=_whole(edges[:-1] + np.diff(edges) / 2),
        diseased=_whole(counts[0]),
        healthy=_whole(counts[1]),
    )


def few(count: int) -> Floats:
    """(201, count) weightings for bands that need no more than the eye can see; see `drawn`."""
    return drawn(count, SMOOTHED_BOOTSTRAPS, seed=1)


def _caught(outcome: NDArray[np.int64], risk: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Shares of those with the outcome and of those without at or above each risk, from 0 to 1."""
    # From the highest risk down; of equal risks only the last counts, since no threshold can part
    # them. The 0 in front is a threshold above every risk.
    order = np.argsort(-risk, kind="stable")
    last = np.append(np.diff(risk[order]) != 0, True)
    shares = []
    for which in (outcome, 1 - outcome):
        caught = np.cumsum((weight * which)[order])
        shares.append(np.concatenate([[0.0], caught[last] / caught[-1]]))
    return shares[0], shares[1]


def _banded(
    one: Callable[[Floats, Floats], Floats], risks: Floats, weights: Floats
) -> tuple[Numbers, Numbers, Numbers]:
    """Mean over repeats, and the ends of the band over weightings, each of one repeat in turn."""
    middle = np.array([one(risk, weights[0]) for risk in risks])
    spread = np.array(
        [one(risks[at % len(risks)], weight) for at, weight in enumerate(weights[1:])]
    )
    seen = ~(np.isnan(middle).all(axis=0) | np.isnan(spread).all(axis=0))
    value, low, high = np.full((3, middle.shape[1]), np.nan)
    value[seen] = np.nanmean(middle[:, seen], axis=0)
    low[seen], high[seen] = np.nanquantile(spread[:, seen], [0.025, 0.975], axis=0)
    return _plain(value), _plain(low), _plain(high)


def _plain(values: Floats) -> Numbers:
    """Numbers for JSON, to six digits: a figure needs no more; None where there is none."""
    return tuple(None if np.isnan(value) else float(f"{value:.6g}") for value in values)


def _whole(values: Floats) -> Whole:
    """The same where there is a number everywhere."""
    return tuple(float(f"{value:.6g}") for value in values)
