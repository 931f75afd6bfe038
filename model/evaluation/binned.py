"""Many patients as few rows: what a thousand bootstrap samples of a million patients need.

Patients in order of their risk are cut into bins of equal size. A bin is two rows, those with and
those without the outcome, at the bin's mean risk; how many patients a row stands for is its weight.
So every patient and every event counts. Only what lies within one bin is no longer told apart: of a
thousand bins, a thousandth of the patients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.nonparametric.smoothers_lowess import lowess

from model.evaluation.calibration import SPAN
from model.numerics.arrays import Floats

BINS = 1000


@dataclass(frozen=True)
class Binned:
    """outcome, risk : (2 * bins,) of each row; a bin's events come first. counts : (2 * bins,)."""

    outcome: NDArray[np.int64]
    risk: Floats
    counts: Floats

    @classmethod
    def of(cls, outcome: NDArray[np.int64], risk: Floats, bins: int = BINS) -> Binned:
        """Patients, (n,) outcomes and risks, in so many bins of their risk at most; equal risks may
        be cut apart, which changes nothing.
        """
        # Rows come in pairs, a bin's events before its others, so that `[0::2]` and `[1::2]` part
        # them wherever only one kind is asked for.
        order = np.argsort(risk, kind="stable")
        parts = np.array_split(order, min(bins, len(order)))
        means = np.array([risk[part].mean() for part in parts])
        events = np.array([outcome[part].sum() for part in parts])
        sizes = np.array([len(part) for part in parts])
        return cls(
            np.tile([1, 0], len(parts)),
            np.repeat(means, 2),
            np.column_stack([events, sizes - events]).ravel().astype(np.float64),
        )

    def weights(self, bootstraps: int, seed: int = 0) -> Floats:
        """(1 + bootstraps, rows) the patients themselves, then bootstrap samples of them."""
        patients = int(self.counts.sum())
        random = np.random.default_rng(seed)
        drawn = random.multinomial(patients, self.counts / patients, size=bootstraps)
        return np.vstack([self.counts, drawn]).astype(np.float64)

    def smoothed(self, weights: Floats) -> tuple[Floats, Floats]:
        """The bins' risks, and (b, bins) the share with the outcome around each, for every
        weighting: lowess over the bins.
        """
        events, others = weights[:, 0::2], weights[:, 1::2]
        total = events + others
        shares = np.divide(events, total, out=np.zeros_like(events), where=total > 0)
        risk = self.risk[0::2]
        smooth = np.array(
            [
                lowess(share, risk, frac=SPAN, it=0, delta=0.005, return_sorted=False)
                for share in shares
            ]
        )
        return risk, smooth.clip(0.0, 1.0)
