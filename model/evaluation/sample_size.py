"""Whether there were patients enough to develop the model: Riley's criteria.

Riley et al., Stat Med 2019;38:1276-1296 (doi:10.1002/sim.7992), for a binary outcome.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SHRINKAGE = 0.9
OPTIMISM = 0.05
MARGIN = 0.05


@dataclass(frozen=True)
class Criterion:
    """One criterion: how many patients it asks for, and whether there were as many."""

    name: str
    needed: int
    met: bool


def criteria(
    patients: int, prevalence: float, parameters: int, r_squared: float
) -> tuple[Criterion, ...]:
    """The three criteria.

    Parameters
    ----------
    parameters : candidate predictor parameters.
    r_squared : Cox-Snell R², corrected for optimism, that the model is expected to have.
    """
    log_likelihood = prevalence * math.log(prevalence) + (1 - prevalence) * math.log1p(-prevalence)
    largest = 1 - math.exp(2 * log_likelihood)
    for_optimism = r_squared / (r_squared + OPTIMISM * largest)
    needed = {
        f"shrinkage of at least {SHRINKAGE}": _for_shrinkage(parameters, r_squared, SHRINKAGE),
        f"optimism in R² of at most {OPTIMISM}": _for_shrinkage(
            parameters, r_squared, for_optimism
        ),
        f"prevalence to within {MARGIN}": (1.96 / MARGIN) ** 2 * prevalence * (1 - prevalence),
    }
    return tuple(
        Criterion(name, math.ceil(number), bool(patients >= number))
        for name, number in needed.items()
    )


def _for_shrinkage(parameters: int, r_squared: float, shrinkage: float) -> float:
    """Patients needed for an expected uniform shrinkage (equation 11)."""
    return parameters / ((shrinkage - 1) * math.log(1 - r_squared / shrinkage))
