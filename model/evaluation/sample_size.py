"""Whether there were patients enough to develop the model: Riley's criteria.

Riley et al., Stat Med 2019;38:1276-1296 (doi:10.1002/sim.7992), for a binary outcome.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Floats
from model.scoring.documents import Criterion

SHRINKAGE = 0.9
OPTIMISM = 0.05
MARGIN = 0.05
"""What the paper recommends: at least, of 1; at most, of R²; and to within, of a share."""


def judged(outcome: NDArray[np.int64], risks: Floats, parameters: int) -> tuple[Criterion, ...]:
    """The criteria for these patients, with the R² of their out-of-fold risks, which needs no
    correction; none of an estimator that has no parameters to count.

    Parameters
    ----------
    outcome : (n,) 1 or 0. risks : (repeats, n) probabilities of patients the fit had not seen.
    """
    if not parameters:
        return ()
    prevalence = float(outcome.mean())
    inside = risks.clip(1e-12, 1 - 1e-12)
    fitted = np.where(outcome == 1, np.log(inside), np.log1p(-inside)).mean()
    # Cox & Snell: 1 - exp(-2 (l - l0) / n), from the mean log-likelihoods of the risks and of a
    # model that gives everybody the prevalence.
    null = prevalence * math.log(prevalence) + (1 - prevalence) * math.log1p(-prevalence)
    r_squared = 1 - math.exp(-2 * (fitted - null))
    return criteria(len(outcome), prevalence, parameters, r_squared)


def criteria(
    patients: int, prevalence: float, parameters: int, r_squared: float
) -> tuple[Criterion, ...]:
    """The criteria, of which the fourth asks for the most: that of the mean absolute error of the
    risks (van Smeden et al., Stat Methods Med Res 2019;28:2455-2474; Riley et al., BMJ
    2020;368:m441).

    Parameters
    ----------
    patients : how many there are. prevalence : of the outcome, between 0 and 1 but neither.
    parameters : candidate predictor parameters, at least one.
    r_squared : Cox-Snell R², corrected for optimism, that the model is expected to have.
    """
    # The largest Cox-Snell R² that an outcome as common as this allows is 1 - exp(2 lnL / n) of
    # the model without predictors, whose lnL / n is what one patient gives in the mean.
    log_likelihood = prevalence * math.log(prevalence) + (1 - prevalence) * math.log1p(-prevalence)
    largest = 1 - math.exp(2 * log_likelihood)
    for_optimism = r_squared / (r_squared + OPTIMISM * largest)
    needed = {
        f"shrinkage of at least {SHRINKAGE}": _for_shrinkage(parameters, r_squared, SHRINKAGE),
        f"optimism in R² of at most {OPTIMISM}": _for_shrinkage(
            parameters, r_squared, for_optimism
        ),
        f"prevalence to within {MARGIN}": (1.96 / MARGIN) ** 2 * prevalence * (1 - prevalence),
        f"a mean absolute error of the risk of at most {MARGIN}": _for_error(
            parameters, min(prevalence, 1 - prevalence), MARGIN
        ),
    }
    return tuple(
        Criterion(name, math.ceil(number), bool(patients >= number))
        for name, number in needed.items()
    )


def _for_shrinkage(parameters: int, r_squared: float, shrinkage: float) -> float:
    """Patients needed for an expected uniform shrinkage (equation 11)."""
    return parameters / ((shrinkage - 1) * math.log(1 - r_squared / shrinkage))


def _for_error(parameters: int, prevalence: float, error: float) -> float:
    """Patients needed for a mean absolute prediction error; found by simulation, for up to 30
    parameters and outcomes in up to one half.
    """
    exponent = 0.259 * math.log(prevalence) + 0.504 * math.log(parameters) - math.log(error)
    return math.exp((exponent - 0.508) / 0.544)
