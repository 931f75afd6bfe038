"""How far a risk would lie from this one had other patients been studied."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.numerics.arrays import Floats
from model.scoring import Assessment
from model.scoring.assessment import Explanation

RISK_BINS = np.linspace(0.0, 1.0, 11)


def measure(fitted: Assessment, refits: Floats) -> dict[str, Any]:
    """How far the refits' risks lie from the model's, by its risk; no single patient is in it."""
    distance = np.abs(refits - fitted.risk)
    low, high = np.quantile(refits, [0.025, 0.975], axis=0)
    assert fitted.explanation is not None  # asked for
    bins = pd.Series(np.digitize(fitted.risk, RISK_BINS[1:-1]))
    by_risk = [
        {
            "risk": float(np.mean(fitted.risk[bins == at])),
            "low": float(np.mean(low[bins == at])),
            "high": float(np.mean(high[bins == at])),
            "patients": int((bins == at).sum()),
        }
        for at in sorted(bins.unique())
    ]
    return {
        "mean_absolute_distance": float(distance.mean()),
        **_widths(fitted.explanation, refits),
        "by_risk": by_risk,
    }


def _widths(sure: Explanation, refits: Floats) -> dict[str, float]:
    """How wide the intervals are, and the share of refits they hold; nothing where none is
    claimed.
    """
    if not sure.has_interval:
        return {}
    width = sure.high - sure.low
    return {
        "median_interval_width": float(np.median(width)),
        "widest_interval": float(width.max()),
        "refits_inside_interval": float(np.mean((refits >= sure.low) & (refits <= sure.high))),
    }
