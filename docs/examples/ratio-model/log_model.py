"""Trains a model with its own transformer and logs it as a PythonModel: no signature, no example.

Usage: python log_model.py TABLE.csv OUTCOME
"""

import sys

import mlflow
import pandas as pd
from custom_ratio import CustomRatio
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class RiskModel(mlflow.pyfunc.PythonModel):
    def __init__(self, model):
        self.model = model

    def predict(self, context, model_input):
        return self.model.predict_proba(model_input)[:, 1]


table, outcome = pd.read_csv(sys.argv[1]), sys.argv[2]
inputs = table.drop(columns=outcome)
steps = (CustomRatio("chol", "age"), StandardScaler(), LogisticRegression())
model = make_pipeline(*steps).fit(inputs, table[outcome])
mlflow.pyfunc.log_model(
    name="model",
    python_model=RiskModel(model),
    code_paths=["custom_ratio.py"],
    pip_requirements=["scikit-learn"],
    registered_model_name="ratio-model",
)
