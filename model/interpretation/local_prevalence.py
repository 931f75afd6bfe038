"""A number for a place where the outcome is rarer, or more common, than in training.

Where only the share of patients with the outcome differs, and not the findings of those who have it
and of those who have not, Bayes' rule shifts every log-odds by one amount:
``logit(local) - logit(training)``. It is the intercept that moves; contributions stay
(King & Zeng 2001, Political Analysis 9:137, eq. 7; Saerens et al. 2002, Neural Computation 14:21).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.interpretation.reasons import Reason
from model.numerics.arrays import Floats
from model.scoring.assessment import Assessment
from model.scoring.engine import risk_of


@dataclass(frozen=True)
class Prevalence:
    """The share of patients with the outcome: at the user's own place, and in training.

    Raises
    ------
    ValueError
        Unless both lie between 0 and 1, and are neither.
    """

    local: float
    training: float

    def __post_init__(self) -> None:
        if not (0 < self.local < 1 and 0 < self.training < 1):
            raise ValueError("a prevalence lies between 0 and 1")

    @property
    def offset(self) -> float:
        """What is added to every log-odds."""
        return float(_log_odds(np.array(self.local)) - _log_odds(np.array(self.training)))

    @property
    def reason(self) -> Reason:
        """What moves every number away from the average in training, before any finding does."""
        what = f"Local prevalence {100 * self.local:.3g} %, in training {100 * self.training:.3g} %"
        return Reason("", "Local prevalence", what, self.offset, measured=True)

    def applied(self, assessment: Assessment) -> Assessment:
        """The same answers at the local prevalence: risk, interval and base are shifted."""
        why = assessment.explanation
        if why is None:
            return Assessment(self._shifted(assessment.risk))
        base = why.base + self.offset
        shifted = replace(why, low=self._shifted(why.low), high=self._shifted(why.high), base=base)
        # The risk comes from the sum shown, here as without a local prevalence.
        return Assessment(risk_of(base + why.contributions.to_numpy().sum(axis=1)), shifted)

    def __str__(self) -> str:
        return (
            f"Shifted to a local prevalence of {100 * self.local:.3g} %; in training it was "
            f"{100 * self.training:.3g} %."
        )

    def _shifted(self, risk: Floats) -> Floats:
        return risk_of(_log_odds(risk) + self.offset)


def _log_odds(risk: Floats) -> Floats:
    with np.errstate(divide="ignore"):  # a risk of exactly 0 or 1 stays what it is
        return np.log(risk) - np.log1p(-risk)
