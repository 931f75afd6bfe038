"""The pyfunc that tutorials show: a pickled scikit-learn pipeline of the same recipe."""

from __future__ import annotations

import sys
from typing import Any

import cloudpickle
import mlflow
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

cloudpickle.register_pickle_by_value(sys.modules[__name__])  # it is to be served without us

NUMBERS = ["age", "trestbps", "chol", "thalach", "oldpeak"]
CODES = ["cp", "restecg", "slope", "ca", "thal"]
YES_NO = ["sex", "fbs", "exang"]


class PulseOverPressure(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The ratio of the recipe, as a last column."""

    def fit(self, X: Any, y: Any = None) -> PulseOverPressure:
        return self

    def transform(self, X: Any) -> Any:
        return np.column_stack([X, X[:, 3] / X[:, 1]])


class Stock(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """A pipeline in a pickle."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
        # Without annotations: MLflow would make a schema of them.
        return self.pipeline.predict_proba(model_input)[:, 1]


def recipe() -> Pipeline:
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
