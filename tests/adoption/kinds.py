"""Models as people log them: each kind with rows it takes and the risks it gives them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

NUMBERS = ["Age", "Chol"]
WORDS = ["Sex", "Pain"]
OWN = {"pip_requirements": ["numpy"]}


@dataclass(frozen=True)
class Made:
    """A logged model: rows in its own words and the risks of these.

    answer : the part ``model`` of a study, where a person has to decide; empty where nobody has to.
    refused : for one that is no risk model, what the refusal says. code : whether it needs its own.
    asked : whether it is asked for, or said unasked. table : whether patients have to be handed in,
    since nothing the model holds says its ranges.
    """

    rows: pd.DataFrame
    risks: np.ndarray
    answer: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""
    code: bool = False
    asked: bool = True
    table: bool = False
    tolerance: float = 1e-9


def cohort(n: int = 240) -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(7)
    rows = pd.DataFrame(
        {
            "Age": random.normal(60, 9, n).round(),
            "Chol": random.normal(240, 40, n).round(),
            "Sex": random.choice(["F", "M"], n),
            "Pain": random.choice(["ASY", "ATA", "NAP"], n),
        }
    )
    score = rows.Age - 60 + 9 * (rows.Sex == "M") + 9 * (rows.Pain == "ASY")
    return rows, (score + random.normal(0, 9, n) > 7).astype(int).to_numpy()


ROWS, OUTCOME = cohort()


def encoder() -> Any:
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return make_column_transformer((numbers, NUMBERS), (OneHotEncoder(), WORDS))


def pipeline(last: Any, outcome: np.ndarray = OUTCOME) -> Any:
    return make_pipeline(encoder(), last).fit(ROWS, outcome)


def sklearn(
    folder: Path, model: Any, rows: pd.DataFrame = ROWS, *, more: Any = None, **settings: Any
) -> Made:
    options = {"serialization_format": "cloudpickle", **OWN, **(more or {})}
    mlflow.sklearn.save_model(model, folder, **options)
    return Made(rows, model.predict_proba(rows)[:, 1], **settings)


class Python(mlflow.pyfunc.PythonModel):
    """Answers with whatever `shape` makes of the probabilities."""

    def __init__(self, model: Any, shape: Callable[[np.ndarray], Any]) -> None:
        self.model, self.shape = model, shape

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> Any:
        return self.shape(self.model.predict_proba(model_input)[:, 1])


def python(shape: Callable[[np.ndarray], Any], **settings: Any) -> Callable[[Path], Made]:
    def make(folder: Path) -> Made:
        model = pipeline(LogisticRegression())
        mlflow.pyfunc.save_model(folder, python_model=Python(model, shape), **OWN)
        return Made(ROWS, model.predict_proba(ROWS)[:, 1], code=True, **settings)

    return make


class Ratio(BaseEstimator, TransformerMixin):
    """A transformer of one's own, in a file of its own."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> Ratio:
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        return np.column_stack([X[NUMBERS].to_numpy(), X.Chol / X.Age])


def custom(folder: Path) -> Made:
    model = make_pipeline(Ratio(), StandardScaler(), LogisticRegression())
    model.fit(ROWS[NUMBERS], OUTCOME)
    return sklearn(
        folder, model, ROWS[NUMBERS], code=True, table=True, more={"input_example": ROWS[NUMBERS]}
    )


def xgboost(folder: Path, *, booster: bool = False) -> Made:
    import xgboost as library

    model = library.XGBClassifier(n_estimators=12, max_depth=3, n_jobs=1)
    model.fit(ROWS[NUMBERS], OUTCOME)
    mlflow.xgboost.save_model(model.get_booster() if booster else model, folder, **OWN)
    return Made(ROWS[NUMBERS], model.predict_proba(ROWS[NUMBERS])[:, 1], tolerance=1e-6)


def lightgbm(folder: Path, *, booster: bool = False, words: bool = False) -> Made:
    import lightgbm as library

    rows = ROWS[NUMBERS].assign(**({"Sex": ROWS.Sex.astype("category")} if words else {}))
    model = library.LGBMClassifier(n_estimators=12, verbose=-1, n_jobs=1).fit(rows, OUTCOME)
    mlflow.lightgbm.save_model(model.booster_ if booster else model, folder, **OWN)
    return Made(rows, model.predict_proba(rows)[:, 1])


def catboost(folder: Path) -> Made:
    import catboost as library

    model = library.CatBoostClassifier(
        iterations=12, verbose=0, allow_writing_files=False, thread_count=1
    ).fit(ROWS[NUMBERS], OUTCOME)
    mlflow.catboost.save_model(model, folder, **OWN)
    return Made(ROWS[NUMBERS], model.predict_proba(ROWS[NUMBERS])[:, 1])


def boosting_machine(folder: Path) -> Made:
    from interpret.glassbox import ExplainableBoostingClassifier

    model = ExplainableBoostingClassifier(
        max_rounds=20, outer_bags=2, interactions=0, n_jobs=1
    ).fit(ROWS[NUMBERS], OUTCOME)
    return sklearn(folder, model, ROWS[NUMBERS])


def statsmodels(folder: Path) -> Made:
    import statsmodels.api as library

    model = library.Logit(OUTCOME, library.add_constant(ROWS[NUMBERS])).fit(disp=0)
    mlflow.statsmodels.save_model(model, folder, **OWN)
    return Made(ROWS[NUMBERS], np.asarray(model.predict(library.add_constant(ROWS[NUMBERS]))))


def three_classes(folder: Path) -> Made:
    kinds = OUTCOME + (ROWS.Chol > 250)
    model = pipeline(LogisticRegression(), kinds)
    mlflow.sklearn.save_model(model, folder, serialization_format="cloudpickle", **OWN)
    risks = model.predict_proba(ROWS)[:, 1:].sum(axis=1)
    return Made(ROWS, risks, answer={"classes": [1, 2]})


def regression(folder: Path) -> Made:
    model = pipeline(LinearRegression(), OUTCOME * 0.2 + 0.4)
    mlflow.sklearn.save_model(model, folder, serialization_format="cloudpickle", **OWN)
    return Made(ROWS, np.zeros(0), refused="regression")


def whole_numbers(folder: Path) -> Made:
    rows = ROWS[NUMBERS].astype(int)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, OUTCOME)
    signature = mlflow.models.infer_signature(rows, OUTCOME)
    return sklearn(folder, model, rows, more={"signature": signature})


def truths(folder: Path) -> Made:
    rows = ROWS[["Age"]].assign(smoker=ROWS.Sex == "M")
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, OUTCOME)
    return sklearn(folder, model, rows, table=True, more={"input_example": rows[:40]})


def strange_names(folder: Path) -> Made:
    rows = ROWS[NUMBERS].set_axis(["Âge (années)", "chol, mg/dl"], axis=1)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, OUTCOME)
    return sklearn(folder, model, rows)


def wide(folder: Path) -> Made:
    random = np.random.default_rng(1)
    rows = pd.DataFrame(random.normal(size=(200, 150)), columns=[f"gene_{n}" for n in range(150)])
    outcome = (rows.gene_0 + random.normal(size=200) > 0).astype(int)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, outcome)
    return sklearn(folder, model, rows)


def tensor(folder: Path) -> Made:
    array = ROWS[NUMBERS].to_numpy()
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(array, OUTCOME)
    signature = mlflow.models.infer_signature(array, OUTCOME)
    mlflow.sklearn.save_model(
        model, folder, signature=signature, serialization_format="cloudpickle", **OWN
    )
    risks = model.predict_proba(array)[:, 1]
    return Made(pd.DataFrame(array, columns=["x1", "x2"]), risks)


def dates(folder: Path) -> Made:
    rows = ROWS[NUMBERS].assign(seen=pd.Timestamp("2024-01-01"))
    signature = mlflow.models.infer_signature(rows)
    mlflow.pyfunc.save_model(folder, python_model=Python(None, list), signature=signature, **OWN)
    return Made(rows, np.zeros(0), refused="datetime", code=True)


def blanks(folder: Path) -> Made:
    rows = ROWS[NUMBERS].copy()
    rows.loc[::5, "Chol"] = np.nan
    model = HistGradientBoostingClassifier(max_iter=12).fit(rows, OUTCOME)
    return sklearn(folder, model, rows, table=True)


def named_classes(folder: Path) -> Made:
    model = pipeline(LogisticRegression(), np.where(OUTCOME == 1, "sick", "well"))
    mlflow.sklearn.save_model(model, folder, serialization_format="cloudpickle", **OWN)
    return Made(ROWS, model.predict_proba(ROWS)[:, 0], answer={"classes": ["sick"]})


SCRIPT = """
import mlflow
import numpy as np


class Written(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        score = 0.1 * (model_input["Age"] - 60) + 0.01 * (model_input["Chol"] - 240)
        return (1 / (1 + np.exp(-score))).tolist()


mlflow.models.set_model(Written())
"""


def from_code(folder: Path) -> Made:
    """A model that is a script: what MLflow calls models from code."""
    script = folder.parent / "written.py"
    script.write_text(SCRIPT)
    mlflow.pyfunc.save_model(folder, python_model=str(script), input_example=ROWS[NUMBERS], **OWN)
    score = 0.1 * (ROWS.Age - 60) + 0.01 * (ROWS.Chol - 240)
    return Made(ROWS[NUMBERS], (1 / (1 + np.exp(-score))).to_numpy(), code=True, table=True)


def horizons(p: np.ndarray) -> Any:
    return pd.DataFrame({"risk_5y": p, "risk_10y": np.sqrt(p)})


KINDS: dict[str, Callable[[Path], Made]] = {
    "default log_model": lambda f: sklearn(
        f,
        pipeline(LogisticRegression()),
        more={"serialization_format": "skops", "skops_trusted_types": ["numpy.dtype"]},
    ),
    "pickled": lambda f: sklearn(f, pipeline(LogisticRegression())),
    "with example": lambda f: sklearn(
        f, pipeline(LogisticRegression()), more={"input_example": ROWS[:5]}
    ),
    "predict_proba as predict": lambda f: sklearn(
        f, pipeline(LogisticRegression()), more={"pyfunc_predict_fn": "predict_proba"}
    ),
    "with signature": lambda f: sklearn(
        f,
        pipeline(LogisticRegression()),
        more={"signature": mlflow.models.infer_signature(ROWS, OUTCOME)},
    ),
    "custom transformer": custom,
    "decision tree": lambda f: sklearn(f, pipeline(DecisionTreeClassifier(max_depth=4))),
    "gradient boosting": lambda f: sklearn(f, pipeline(GradientBoostingClassifier(n_estimators=9))),
    "histogram boosting with blanks": blanks,
    "forest": lambda f: sklearn(f, pipeline(RandomForestClassifier(9, random_state=0))),
    "calibrated": lambda f: sklearn(f, pipeline(CalibratedClassifierCV(SVC(), cv=3))),
    "voting": lambda f: sklearn(
        f,
        pipeline(
            VotingClassifier(
                [("a", LogisticRegression()), ("b", DecisionTreeClassifier(max_depth=3))],
                voting="soft",
            )
        ),
    ),
    "xgboost": xgboost,
    "xgboost booster": lambda f: xgboost(f, booster=True),
    "lightgbm": lightgbm,
    "lightgbm booster": lambda f: lightgbm(f, booster=True),
    "lightgbm with words": lambda f: lightgbm(f, words=True),
    "lightgbm booster with words": lambda f: lightgbm(f, booster=True, words=True),
    "catboost": catboost,
    "explainable boosting machine": boosting_machine,
    "statsmodels": statsmodels,
    "three classes": three_classes,
    "classes with names": named_classes,
    "regression": regression,
    "whole numbers": whole_numbers,
    "yes or no": truths,
    "strange names": strange_names,
    "150 columns": wide,
    "tensor": tensor,
    "dates": dates,
    "list": python(lambda p: p.tolist()),
    "Series": python(pd.Series),
    "array (n)": python(lambda p: p),
    "array (n, 1)": python(lambda p: p[:, None]),
    "array (n, 2)": python(lambda p: np.column_stack([1 - p, p]), answer={"output": "column 1"}),
    "frame": python(lambda p: pd.DataFrame({"risk": p})),
    "frame of two": python(
        lambda p: pd.DataFrame({"no": 1 - p, "yes": p}), answer={"output": "yes"}
    ),
    "label and probability": python(
        lambda p: pd.DataFrame({"label": np.where(p > 0.5, "ill", "well"), "probability": p})
    ),
    "records": python(lambda p: [{"probability": float(each)} for each in p]),
    "dict of lists": python(lambda p: {"risk": p.tolist()}),
    "percent": python(lambda p: 100 * p, answer={"output": "answer", "scale": "percent"}),
    "log-odds": python(
        lambda p: np.log(p / (1 - p)), answer={"output": "answer", "scale": "log-odds"}
    ),
    # Nothing in its numbers tells a survival from a risk: it is said unasked.
    "survival": python(
        lambda p: 1 - p, answer={"output": "answer", "scale": "survival"}, asked=False
    ),
    "from code": from_code,
    "two horizons": python(horizons, answer={"output": "risk_5y"}),
}


REFUSED = {"regression", "dates"}
"""Of which one is no risk model, and the other takes what no form asks for."""


def make(kind: str, folder: Path) -> Made:
    """Log a model of the kind to a folder that does not exist yet."""
    import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return KINDS[kind](folder)
