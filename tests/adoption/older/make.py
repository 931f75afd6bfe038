"""Makes the pickles beside it, by an older scikit-learn than the project's.

    python tests/adoption/older/make.py

Run it with scikit-learn 1.4 and again with 1.8; each writes its own files, named by its version,
and its own answers.
"""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = Path(__file__).parent
NUMBERS = ["age", "chol"]


def patients() -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(0)
    rows = pd.DataFrame(
        {
            "age": random.normal(60, 9, 120).round(),
            "chol": random.normal(240, 40, 120).round(),
            "sex": random.choice(["F", "M"], 120),
        }
    )
    score = rows.age - 60 + 9 * (rows.sex == "M") + random.normal(0, 9, 120)
    return rows, (score > 5).astype(int).to_numpy()


def encoder() -> Any:
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    return make_column_transformer((numbers, NUMBERS), (OneHotEncoder(), ["sex"]))


def main() -> None:
    rows, outcome = patients()
    models = {
        "logistic": make_pipeline(encoder(), LogisticRegression()),
        "forest": RandomForestClassifier(4, max_leaf_nodes=9, random_state=0),
        "boosting": GradientBoostingClassifier(n_estimators=4, random_state=0),
        "histogram": HistGradientBoostingClassifier(max_iter=4, max_bins=15, random_state=0),
    }
    version = ".".join(sklearn.__version__.split(".")[:2])
    answers = {}
    for kind, model in models.items():
        taken = rows if kind == "logistic" else rows[NUMBERS]
        model.fit(taken, outcome)
        answers[kind] = model.predict_proba(taken)[:20, 1].tolist()
        (HERE / f"{kind}-{version}.pkl").write_bytes(pickle.dumps(model))
    joblib.dump(models["logistic"], HERE / f"logistic-{version}.joblib", compress=3)
    rows.head(20).to_csv(HERE / "patients.csv", index=False)
    (HERE / f"answers-{version}.json").write_text(json.dumps(answers))


if __name__ == "__main__":
    main()
