"""A predictor made of two: one column over another."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data


class RatioFeature(TransformerMixin, BaseEstimator):
    """Append ``numerator / denominator`` as a last column.

    Parameters
    ----------
    numerator, denominator : position of each column among the input's.

    A ratio over zero is not defined and is left missing (NaN), as is a ratio with a missing
    part; the input is never edited.
    """

    def __init__(self, numerator: int = 0, denominator: int = -1) -> None:
        self.numerator = numerator
        self.denominator = denominator

    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Learn the names and number of the columns."""
        validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """(n, features + 1) array: the input's columns, then the ratio."""
        check_is_fitted(self)
        values = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        above, below = values[:, self.numerator], values[:, self.denominator]
        ratio = np.full(len(values), np.nan)
        np.divide(above, below, out=ratio, where=below != 0)
        return np.column_stack([values, ratio])

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> NDArray[np.object_]:
        """The input's names, then ``numerator/denominator``."""
        check_is_fitted(self, "n_features_in_")
        names = _check_feature_names_in(self, input_features)
        ratio = f"{names[self.numerator]}/{names[self.denominator]}"
        return np.array([*names, ratio], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
