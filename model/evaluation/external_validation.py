"""How good a version is for patients it has never seen, whose outcome somebody else brings."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import InputError
from model.evaluation import curves
from model.evaluation.estimate import all_estimates

FEWEST = 10
"""Patients with, and without, the outcome below which an estimate would mislead."""
MOST = 2_000
"""Patients whose bootstrap samples fit in memory; of more, so many are drawn."""


def validate(outcome: NDArray[np.float64], risk: NDArray[np.float64]) -> dict[str, Any]:
    """Metrics and curves with 95 % intervals, in the form of `evaluation.json`.

    Parameters
    ----------
    outcome : (n,) 1 or 0, NaN where it is not known. risk : (n,) NaN where there is none.

    Returns
    -------
    The document, with ``known``: how many patients have both; ``patients`` of them were used.

    Raises
    ------
    InputError
        If too few had it, or too few had not.
    """
    known = np.flatnonzero(~(np.isnan(outcome) | np.isnan(risk)))
    used = known
    if len(known) > MOST:
        used = np.sort(np.random.default_rng(0).choice(known, MOST, replace=False))
    happened, risks = outcome[used].astype(np.int64), risk[used][None]
    events = int(happened.sum())
    if min(events, len(used) - events) < FEWEST:
        raise InputError(
            f"Of the patients with a risk and an outcome, {events} had it and "
            f"{len(used) - events} had not. At least {FEWEST} of each are needed."
        )
    estimates = all_estimates(happened, risks)
    few = curves.few(len(used))
    return {
        "known": len(known),
        "patients": len(used),
        "events": events,
        "metrics": {
            name: {part: None if math.isnan(x) else x for part, x in asdict(each).items()}
            for name, each in estimates.items()
        },
        "roc": curves.roc(happened, risks, few),
        "calibration": curves.calibrated(happened, risks, few),
        "histogram": curves.histogram(happened, risks),
        "decision": curves.decision(happened, risks, few),
        "of_100": curves.at_thresholds(happened, risks),
    }
