"""A risk model as somebody logs it: a pipeline whose classes are words, and the table it knew."""

from __future__ import annotations

from tests import stores
from tests.stores import Store

NAME = "ward-score"
NUMBERS = {"Age": 63.0, "Chol": 251.0}
MAN = 1.0  # the second of the model's words, F and M
LOGGED = f"""
import numpy as np, pandas as pd, mlflow
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

random = np.random.default_rng(7)
rows = pd.DataFrame({{
    "Age": random.normal(60, 9, 200).round(),
    "Chol": random.normal(240, 40, 200).round(),
    "Sex": random.choice(["F", "M"], 200),
}})
ill = rows.Age - 60 + 9 * (rows.Sex == "M") + random.normal(0, 9, 200) > 4
encoder = make_column_transformer((StandardScaler(), ["Age", "Chol"]), (OneHotEncoder(), ["Sex"]))
model = make_pipeline(encoder, LogisticRegression()).fit(rows, np.where(ill, "ill", "well"))
mlflow.set_experiment("wards")
mlflow.sklearn.log_model(
    model,
    name="model",
    registered_model_name="ward-score",
    serialization_format="cloudpickle",
    pip_requirements=["numpy"],
)
rows.assign(worse=np.where(ill, "ill", "well")).to_csv("cohort.csv", index=False)
patient = pd.DataFrame([{{**{NUMBERS!r}, "Sex": "M"}}])
print(model.predict_proba(patient)[0, list(model.classes_).index("ill")])
"""


def logged(store: Store) -> tuple[float, bytes]:
    """Log it to a store: the risk it gives a man with these `NUMBERS`, and its table as CSV."""
    done = stores.python("-c", LOGGED, store=store)
    assert done.returncode == 0, done.stderr[-2000:]
    table = store.folder / "cohort.csv"
    patients = table.read_bytes()
    table.unlink()
    return float(done.stdout.splitlines()[-1]), patients
