"""The recipe of `baseline` in plain scikit-learn, for peers that know nothing of us."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMBERS = ["age", "trestbps", "chol", "thalach", "oldpeak"]
CODES = ["cp", "restecg", "slope", "ca", "thal"]
YES_NO = ["sex", "fbs", "exang"]


class PulseOverPressure(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The ratio of the recipe, as a last column."""

    def fit(self, X: Any, y: Any = None) -> PulseOverPressure:
        return self

    def transform(self, X: Any) -> Any:
        return np.column_stack([X, X[:, 3] / X[:, 1]])

    def get_feature_names_out(self, names: Any = None) -> Any:
        return np.array([*names, "thalach over trestbps"], dtype=object)


def pipeline() -> Pipeline:
    numbers = [SimpleImputer(strategy="median"), PulseOverPressure(), StandardScaler()]
    codes = [
        SimpleImputer(strategy="constant", fill_value=0),
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    ]
    encode = ColumnTransformer(
        [
            ("numbers", Pipeline([(type(each).__name__, each) for each in numbers]), NUMBERS),
            ("codes", Pipeline([(type(each).__name__, each) for each in codes]), CODES),
            ("yes_no", SimpleImputer(strategy="constant", fill_value=0), YES_NO),
        ]
    )
    return Pipeline([("encode", encode), ("classify", LogisticRegression(max_iter=1000))])
