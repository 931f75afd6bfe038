"""How far the truth lies from an interval's middle, in one simulated study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.numerics.arrays import Floats


@dataclass(frozen=True)
class Distances:
    """Of one simulated study, where truth and shown number lie in the interval's own units.

    Each (n,) in standard errors from the interval's middle; NaN of patients who are not asked.
    """

    truth: Floats
    shown: Floats

    def covered(self, reach: float) -> Floats:
        """(n,) 1 where the interval holds the truth; NaN of those not asked."""
        low, high = np.minimum(self.shown, -reach), np.maximum(self.shown, reach)
        inside = (low <= self.truth) & (self.truth <= high)
        return np.where(np.isnan(self.truth), np.nan, inside)
