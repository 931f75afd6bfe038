"""A truth that no model here has: every number curved, and inputs that depend on each other.

Simulated studies in which the model itself is the truth say nothing of a model that is wrong in its
form, as all are. In these it is: how often intervals hold such a truth is measured as well.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.estimators.classifiers import newton
from model.estimators.transformers import RestrictedCubicSpline
from model.numerics.arrays import Floats

PENALTY = 2.0
"""Of the squared weights of standardised columns: a fraction of what the estimators choose, so that
curves and products keep what they have."""
MOST_LEVELS = 6  # different values of an input that is taken for its levels, not for a number
STRONGEST = 4  # inputs every two of which have a product: six interactions


def log_odds(rows: pd.DataFrame, outcome: NDArray[np.int64]) -> Floats:
    """(n,) log-odds by a logistic regression with levels, restricted cubic splines and products.

    Parameters
    ----------
    rows : (n, features), NaN for "not measured", which stands for the median here. outcome : (n,).
    """
    filled = rows.fillna(rows.median()).to_numpy(dtype=np.float64)
    parts = [_part(column) for column in filled.T]
    strength = [_strength(column, outcome) for column in filled.T]
    strongest = np.argsort(strength)[-STRONGEST:]
    standard = standardised(filled)
    products = [standard[:, one] * standard[:, other] for one, other in _pairs(strongest)]
    scaled = standardised(np.column_stack([*parts, *products]))
    weights = newton.fit(scaled, outcome.astype(np.float64), PENALTY)
    return np.asarray(weights[0] + scaled @ weights[1:])


def _part(column: Floats) -> Floats:
    """(n, k) the columns that stand for one input."""
    levels = np.unique(column)
    one = column[:, None]
    if len(levels) <= MOST_LEVELS:
        return np.asarray(one == levels[1:], dtype=np.float64)
    return RestrictedCubicSpline().fit(one).transform(one)


def _strength(column: Floats, outcome: NDArray[np.int64]) -> float:
    """How far apart its means are in patients with and without the outcome."""
    spread = column.std()
    return abs(column[outcome == 1].mean() - column[outcome == 0].mean()) / spread if spread else 0


def _pairs(inputs: NDArray[np.intp]) -> list[tuple[int, int]]:
    return list(itertools.combinations(inputs.tolist(), 2))


def standardised(columns: Floats) -> Floats:
    """(n, k) columns with mean 0 and spread 1; a constant one stays constant."""
    spread = columns.std(axis=0)
    return np.asarray((columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0))
