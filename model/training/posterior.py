"""How sure the weights of a penalised logistic regression are.

A penalty pulls every risk towards the average, and an interval around such a fit does not know by
how much: it covers refits, and misses the truth in the very low and very high. So the interval is
that of the same regression under a tenth of the penalty, where what is left of the pull is small
beside the error ("undersmoothing": Hall, Ann Stat 1992;20:675-694), by the normal approximation of
its posterior: the curvature of likelihood and penalty (Wahba, J R Stat Soc B 1983;45:133-150). How
often it covers the truth is measured in simulated studies; see `coverage`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.estimators.classifiers import Submodel, SubmodelLogistic, newton
from model.numerics.arrays import Floats

WEAKER = 10.0
"""Times weaker than the fit's own is the penalty behind its interval. At the fit's own, and at a
third of it, simulated studies cover too few of the lowest and highest risks; below a tenth, the
interval grows and covers no more (``benchmarks/interval_coverage.py --strengths``)."""
REPRODUCED = 0.05
"""Log-odds by which a regression may differ from our own fit of it, as a solver that stops early
does; above, it is another regression."""


@dataclass(frozen=True)
class Believed:
    """One linear model under the weaker penalty.

    member : its weights, over all columns. columns : those it has.
    covariance : (1 + columns, 1 + columns) of the intercept and the weights of its columns.
    """

    member: Submodel
    columns: NDArray[np.intp]
    covariance: Floats

    def judged(self, encoded: Floats) -> tuple[Floats, Floats]:
        """(n,) log-odds and their standard errors; `encoded` is (n, all columns), none missing in
        the columns it has.
        """
        # The variance of a row d of the design is d'Cd: summed by element, so that the (n, n)
        # product of all rows with all is never formed.
        design = np.column_stack([np.ones(len(encoded)), encoded[:, self.columns]])
        weights = np.array([self.member.intercept, *self.member.weights[self.columns]])
        variance = np.einsum("np,np->n", design @ self.covariance, design)
        return design @ weights, np.sqrt(np.maximum(variance, 0.0))


def believed(
    fitted: Any, rows: pd.DataFrame, outcome: NDArray[Any], *, known: bool = False
) -> tuple[Believed, ...] | None:
    """Every member of a pipeline that ends in one or more logistic regressions, in their order.

    Parameters
    ----------
    fitted : the pipeline. rows, outcome : (n, features) and (n,) what it was fitted to.
    known : whether another fit of the same pipeline was found to be one; on simulated patients its
        solver may stop far from where ours ends.

    Returns
    -------
    None for a last step that is no L2 logistic regression of `outcome` on `rows`: of such a one
    nothing is known here.
    """
    final = fitted[-1]
    encoded = np.asarray(fitted[:-1].transform(rows), dtype=np.float64)
    happened = (np.asarray(outcome) == final.classes_[1]).astype(np.float64)
    if isinstance(final, SubmodelLogistic):
        blank = np.isnan(encoded)
        centred = np.where(blank, 0.0, encoded - final.mean_)
        return tuple(
            _believed(centred, happened, member, final.strength_, final.mean_, final.scale_)
            for member in final.submodels_
        )
    strength = getattr(final, "C", None)
    if not isinstance(strength, int | float) or not hasattr(final, "coef_"):
        return None
    member = Submodel((), float(final.intercept_[0]), final.coef_[0])
    if not known:
        again = newton.fit(encoded, happened, 1 / strength)
        apart = np.abs(again[0] + encoded @ again[1:] - fitted.decision_function(rows))
        if not apart.max() <= REPRODUCED:
            return None
    nothing, one = np.zeros(encoded.shape[1]), np.ones(encoded.shape[1])
    return (_believed(encoded, happened, member, float(strength), nothing, one),)


def _believed(
    centred: Floats, outcome: Floats, member: Submodel, strength: float, mean: Floats, scale: Floats
) -> Believed:
    """A member refitted under the weaker penalty.

    centred : (n, columns) less `mean`. scale : what a column is divided by for the penalty.
    """
    columns = np.setdiff1d(np.arange(len(mean)), np.asarray(member.absent, dtype=np.intp))
    penalty = 1 / (WEAKER * strength)
    scaled = centred[:, columns] / scale[columns]
    start = np.array([0.0, *(member.weights[columns] * scale[columns])])
    start[0] = member.intercept + member.weights @ mean
    found = newton.fit(scaled, outcome, penalty, start)
    # The curvature of minus the log posterior, X'WX plus the penalty on all but the intercept; its
    # inverse is the covariance. The intercept has next to none, so that the inverse exists.
    design = np.column_stack([np.ones(len(outcome)), scaled])
    risk = 0.5 * (1 + np.tanh(0.5 * (design @ found)))
    curvature = design.T @ (design * (risk * (1 - risk))[:, None])
    curvature[np.diag_indices_from(curvature)] += [1e-12, *([penalty] * len(columns))]
    # Back to the columns' own units: a weight is divided by its scale, and the intercept takes
    # what every weight no longer does at the mean.
    units = np.diag([1.0, *(1 / scale[columns])])
    units[0, 1:] = -mean[columns] / scale[columns]
    weights = np.zeros(len(mean))
    intercept, *own = (units @ found).tolist()
    weights[columns] = own
    covariance = units @ np.linalg.inv(curvature) @ units.T
    return Believed(Submodel(member.absent, intercept, weights), columns, covariance)
