"""How a model answers when a patient's values change: not what treatment does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.interpretation.reasons import UNUSED
from model.numerics.arrays import Floats
from model.schema import Feature
from model.scoring.assessment import Assessment

POINTS = 61
BEYOND_SHARE = 0.15
"""Of the training range, drawn on either side of it."""


@dataclass(frozen=True)
class Response:
    """The risk of one patient over the values of one feature, everything else as it is.

    values : (m,) canonical unit or codes. risk, low, high : (m,) 0 to 1, with the 95 % interval;
    NaN where none is known.
    """

    feature: Feature
    values: Floats
    risk: Floats
    low: Floats
    high: Floats

    @property
    def flat(self) -> bool:
        """The feature does nothing here."""
        return bool(np.ptp(self.risk) < UNUSED)


def response(
    feature: Feature, patient: pd.Series, assess: Callable[[pd.DataFrame], Assessment]
) -> Response:
    """Ask about the same patient at many values of a feature.

    Parameters
    ----------
    patient : one value a feature, NaN for "not measured".
    assess : answers for n patients, explained where an interval is known; asked once.
    """
    values = _values(feature, float(patient[feature.name]))
    rows = pd.DataFrame([patient] * len(values), dtype=np.float64).reset_index(drop=True)
    rows[feature.name] = values
    answer = assess(rows)
    why = answer.explanation
    nowhere = np.full(len(values), np.nan)
    low, high = (nowhere, nowhere) if why is None else (why.low, why.high)
    return Response(feature, values, answer.risk, low, high)


def _values(feature: Feature, own: float) -> Floats:
    """Every level; or points over the training range, a little more, and the patient's value."""
    if feature.is_coded:
        return np.array(feature.levels, dtype=np.float64)
    plausible = feature.plausible
    assert plausible is not None  # what has no codes has a range
    trained = feature.trained or plausible
    more = BEYOND_SHARE * (trained.high - trained.low)
    low = max(plausible.low, np.fmin(trained.low - more, own))
    high = min(plausible.high, np.fmax(trained.high + more, own))
    even = np.round(np.linspace(low, high, POINTS), feature.decimals)
    return np.unique(np.append(even, own)[: POINTS + (not np.isnan(own))])
