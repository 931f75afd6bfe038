"""Whether the numbers of unusual patients are further from the truth than those of others.

A risk that is right still misses by chance: its squared distance from the outcome is p (1 - p) in
the mean. What lies beyond that is the risk's own error (Spiegelhalter, Stat Med 1986;5:421-433).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Floats
from model.scoring.engine import NORMAL_95
from model.scoring.measurements import Unusual

Hospital = tuple[NDArray[np.int64], Floats, NDArray[np.bool_]]
"""Of n patients the model did not learn from: outcome, 1 or 0; risk; who is unusual. (n,) each."""
FEWEST = 20
"""Patients of either kind below which a hospital says nothing."""
SMALLEST_VARIANCE = 1e-9  # of a mean: where all risks are 0 or 1 and right, there is none


def measured(hospitals: Iterable[Hospital]) -> Unusual | None:
    """What lies beyond chance in unusual patients, less what does in the others beside them.

    Compared within each hospital, as the usual patients of one may be told worse than the unusual
    of another; over all by the inverse of the variances (Welch's, of each kind its own).

    Returns
    -------
    Unusual or None
        With the 95 % interval by the normal approximation. None where no hospital has twenty of
        each kind.
    """
    counts, differences, variances = [], [], []
    for outcome, risk, is_unusual in hospitals:
        beyond = (outcome - risk) ** 2 - risk * (1 - risk)
        theirs, others = beyond[is_unusual], beyond[~is_unusual]
        if min(len(theirs), len(others)) < FEWEST:
            continue
        counts.append((len(theirs), len(others)))
        differences.append(theirs.mean() - others.mean())
        variances.append(theirs.var(ddof=1) / len(theirs) + others.var(ddof=1) / len(others))
    if not counts:
        return None
    patients, beside = (sum(column) for column in zip(*counts, strict=True))
    weights = 1 / np.maximum(variances, SMALLEST_VARIANCE)
    difference = float(np.average(differences, weights=weights))
    error = NORMAL_95 * float(weights.sum() ** -0.5)
    return Unusual(patients, beside, difference, difference - error, difference + error)


def verdict(found: Unusual | None) -> str:
    """What to say at the number of an unusual patient."""
    if found is None:
        return "Whether such numbers are further off was not measured."
    if found.low > 0:
        return "Such numbers are further off: trust this one less."
    if found.high < 0:
        return "Such numbers are not further off than others."
    return "That such numbers are further off is not shown."


def evidence(found: Unusual | None) -> str:
    """The verdict, and the figures behind it."""
    if found is None:
        return verdict(found)
    return (
        f"{verdict(found)} {found.patients} such patients of other hospitals against "
        f"{found.others} others there: squared error beyond chance higher by "
        f"{found.difference:.3f}, 95 % interval {found.low:.3f} to {found.high:.3f}."
    )
