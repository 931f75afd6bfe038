"""Who changes sides of a threshold when another version answers for the same patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Floats

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Reclassification:
    """Two risks of the same n rows, (n,) each and NaN where a row was rejected, and the risk, 0 to
    1, at which one acts.


    Cook & Ridker, Ann Intern Med 2009;150:795-802: the table, not an index of it.
    """

    before: Floats
    after: Floats
    threshold: float

    def counts(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Patients below and at or above by the first version; in each, the same by the second."""
        scored = ~np.isnan(self.before)
        sides = [
            [int((scored & (self._was == was) & (self._is == now)).sum()) for now in (False, True)]
            for was in (False, True)
        ]
        return (sides[0][0], sides[0][1]), (sides[1][0], sides[1][1])

    @property
    def up(self) -> Places:
        """Rows that are at or above by the second version only, the largest change first."""
        return self._ordered(~self._was & self._is)

    @property
    def down(self) -> Places:
        """Rows that are at or above by the first version only, the largest change first."""
        return self._ordered(self._was & ~self._is)

    @property
    def _was(self) -> NDArray[np.bool_]:
        return self.before >= self.threshold

    @property
    def _is(self) -> NDArray[np.bool_]:
        return self.after >= self.threshold

    def _ordered(self, rows: NDArray[np.bool_]) -> Places:
        places = np.flatnonzero(rows)
        change = np.abs(self.after[places] - self.before[places])
        return places[np.argsort(-change, kind="stable")]
