"""Codes as 0/1 columns, in which a missing code stays missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data


class LevelEncoder(TransformerMixin, BaseEstimator):
    """One 0/1 column a level of each input; a row that is missing is NaN in all of them.

    scikit-learn's `OneHotEncoder` makes a missing code a level of its own, or none, which a
    linear model reads as an effect. Left missing, it can be imputed to the training mean,
    and then it moves nothing.

    Parameters
    ----------
    levels : for each column its levels, each the values that count as it; None learns them,
        one a value.

    Attributes
    ----------
    levels_ : for each column its levels, as given or as seen in `fit`. A value of no level is
        encoded as zeros.
    """

    def __init__(self, levels: Sequence[Sequence[Sequence[float]]] | None = None) -> None:
        self.levels = levels

    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Learn the levels of each column; `ValueError` if those given are of other columns."""
        values = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        if self.levels is None:
            seen = [np.unique(column[~np.isnan(column)]).tolist() for column in values.T]
            self.levels_: list[list[tuple[float, ...]]] = [
                [(value,) for value in column] for column in seen
            ]
        elif len(self.levels) != values.shape[1]:
            raise ValueError(f"levels for {len(self.levels)} columns, data with {values.shape[1]}")
        else:
            self.levels_ = [[tuple(values) for values in column] for column in self.levels]
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """(n, number of levels) array of 0, 1 and NaN."""
        check_is_fitted(self)
        values = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        blocks = []
        for column, levels in zip(values.T, self.levels_, strict=True):
            of_level = [np.isin(column, level) for level in levels]
            block = np.array(of_level, dtype=np.float64).reshape(len(levels), len(values)).T
            block[np.isnan(column)] = np.nan
            blocks.append(block)
        return np.hstack(blocks)

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> NDArray[np.object_]:
        """``name=level`` for each column of the output."""
        check_is_fitted(self, "n_features_in_")
        names = _check_feature_names_in(self, input_features)
        return np.array(
            [
                f"{name}={'|'.join(f'{value:g}' for value in level)}"
                for name, levels in zip(names, self.levels_, strict=True)
                for level in levels
            ],
            dtype=object,
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
