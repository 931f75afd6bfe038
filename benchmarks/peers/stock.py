"""The pyfunc that tutorials show: a pickled scikit-learn pipeline of the same recipe."""

from __future__ import annotations

import sys

import cloudpickle
import mlflow
from sklearn.pipeline import Pipeline

from benchmarks.peers import recipe

for each in (recipe, sys.modules[__name__]):  # it is to be served without us
    cloudpickle.register_pickle_by_value(each)


class Stock(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """A pipeline in a pickle."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
        # Without annotations: MLflow would make a schema of them.
        return self.pipeline.predict_proba(model_input)[:, 1]
