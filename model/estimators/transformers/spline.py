"""Numbers as restricted cubic splines, in which a missing number stays missing."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data

from model.numerics.spline import spline_basis

QUANTILES = (0.05, 0.35, 0.65, 0.95)
"""Where Harrell places four knots (Regression Modeling Strategies, 2nd ed. 2015, table 2.3)."""


class RestrictedCubicSpline(TransformerMixin, BaseEstimator):
    """Each column becomes its spline basis: the column itself, then its curved parts.

    A row that is missing (NaN) in a column is missing in all of its basis.

    Parameters
    ----------
    quantiles : of the training values at which the knots lie.

    Attributes
    ----------
    knots_ : for each column its knots, increasing. A column with too few different values for
        these quantiles gets evenly spaced ones over its range.
    """

    def __init__(self, quantiles: tuple[float, ...] = QUANTILES) -> None:
        self.quantiles = quantiles

    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Place the knots."""
        values = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        self.knots_ = [self._knots(column[~np.isnan(column)]) for column in values.T]
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """(n, columns * (knots - 1)) array."""
        check_is_fitted(self)
        values = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        # A NaN goes through every sum of the basis but not through its maxima: put it back.
        blocks = []
        for column, knots in zip(values.T, self.knots_, strict=True):
            blank = np.isnan(column)
            basis = spline_basis(np.where(blank, 0.0, column), knots)
            blocks.append(np.where(blank[:, None], np.nan, basis))
        return np.hstack(blocks)

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> NDArray[np.object_]:
        """``name``, then ``name'`` and ``name''`` for the curved parts, for each column."""
        check_is_fitted(self, "n_features_in_")
        names = _check_feature_names_in(self, input_features)
        curved = len(self.quantiles) - 1
        return np.array([name + "'" * at for name in names for at in range(curved)], dtype=object)

    def _knots(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if not len(values):
            return np.arange(len(self.quantiles), dtype=np.float64)
        knots: NDArray[np.float64] = np.quantile(values, self.quantiles)
        if (np.diff(knots) > 0).all():
            return knots
        low, high = float(values.min()), float(values.max())
        return np.linspace(low, high if high > low else low + 1.0, len(self.quantiles))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
