"""Another unit of a quantity, by its factor to the canonical one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Unit:
    """Another unit people use for the same quantity: ``value * factor`` is canonical."""

    name: str
    factor: float

    def canonical(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of this unit in the canonical one; too large ones are endless."""
        with np.errstate(over="ignore"):
            return values * self.factor
