"""Links of generalised linear models beside the logit: from what a model adds up to its risk.

McCullagh & Nelder 1989, "Generalized linear models", section 4.3. Each takes (n,) numbers
and gives (n,) risks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from model.numerics.arrays import Floats

PROBIT = "probit"
CLOGLOG = "complementary log-log"
CAUCHIT = "cauchit"
LOG_RISK = "log risk"

_erfc = np.frompyfunc(math.erfc, 1, 1)


def of_probit(numbers: Floats) -> Floats:
    """The normal distribution function, right to the last digits in both tails."""
    return 0.5 * np.asarray(_erfc(-numbers / math.sqrt(2.0)), dtype=np.float64)


def of_cloglog(numbers: Floats) -> Floats:
    """One less the doubly exponentiated: exact where the risk is small, unlike ``1 - exp(…)``."""
    with np.errstate(over="ignore"):
        risk: Floats = -np.expm1(-np.exp(numbers))
    return risk


def of_cauchit(numbers: Floats) -> Floats:
    """The distribution function of Cauchy's distribution."""
    risk: Floats = 0.5 + np.arctan(numbers) / np.pi
    return risk


def of_log(numbers: Floats) -> Floats:
    """The exponential. A number above 0 is no logarithm of a risk: its answer is above 1."""
    with np.errstate(over="ignore"):
        risk: Floats = np.exp(numbers)
    return risk


OTHERS: Mapping[str, Callable[[Floats], Floats]] = {
    PROBIT: of_probit,
    CLOGLOG: of_cloglog,
    CAUCHIT: of_cauchit,
    LOG_RISK: of_log,
}
"""Each by the name that bundles and pages have for its scale."""
