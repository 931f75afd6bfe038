"""Opening one model by the format its files have: gate 1 and gate 2."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.adoption.opening import boosters, integrity, older, pickles, skops_file
from model.adoption.opening.opened import Method, Opened
from model.adoption.opening.refusal import Refused

READERS: dict[str, Callable[[Path], Any]] = {
    "xgboost": boosters.xgboost,
    "lightgbm": boosters.lightgbm,
    "catboost": boosters.catboost,
    "skops": skops_file.load,
    "pickle": pickles.load,
}


def open_file(path: Path, form: str) -> Opened:
    """The model in a file of the format `form`.

    Raises
    ------
    Refused
        If it is not opened, or is no model.
    """
    fitted = READERS[form](path)
    integrity.require(fitted)
    older.complete(fitted)
    return describe(fitted)


def describe(fitted: Any) -> Opened:
    """What may be asked of a fitted object.

    Raises
    ------
    Refused
        If it answers nothing.
    """
    kind = f"{type(fitted).__module__}.{type(fitted).__name__}"
    if kind == "xgboost.core.Booster":
        return _xgboost_booster(fitted)
    if kind == "lightgbm.basic.Booster":
        return _lightgbm_booster(fitted)
    if kind.startswith("statsmodels."):
        return _statsmodels(fitted)
    methods: dict[str, Method] = {}
    for name in ("predict_proba", "predict"):
        if callable(method := getattr(fitted, name, None)):
            methods[name] = _on_frame(method, fitted)
    if not methods:
        raise Refused(f"It holds a {kind}, which predicts nothing.")
    classes = tuple(_plain(label) for label in getattr(fitted, "classes_", ()))
    regressor = "predict_proba" not in methods and _is_regressor(fitted)
    objective = ""
    if kind.startswith("catboost."):
        objective = str(fitted.get_all_params().get("loss_function", ""))
        regressor = objective not in ("Logloss", "CrossEntropy", "MultiClass", "MultiClassOneVsAll")
    return Opened(fitted, methods, classes, regressor, objective)


def _is_regressor(fitted: Any) -> bool:
    try:
        from sklearn.base import is_regressor

        return bool(is_regressor(fitted))
    except (ImportError, AttributeError, TypeError):
        return getattr(fitted, "_estimator_type", "") == "regressor"


def _plain(value: Any) -> Any:
    """A class label as JSON holds it."""
    return value.item() if isinstance(value, np.generic) else value


def _on_frame(method: Callable[[Any], Any], fitted: Any) -> Method:
    """As the model was fitted: on columns with names, or on a plain array."""
    names = getattr(fitted, "feature_names_in_", None)
    if names is None and type(fitted).__module__.startswith("sklearn."):
        first = getattr(fitted, "steps", [(None, fitted)])[0][1]
        # A step of somebody's own may keep neither; then it gets the columns it was fitted on.
        if hasattr(first, "n_features_in_") and not hasattr(first, "feature_names_in_"):
            return lambda frame: method(_array(frame))
    return method


def _array(frame: pd.DataFrame) -> np.ndarray:
    """(n, columns) numbers; objects where there is any word."""
    numeric = all(pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes)
    return frame.to_numpy(dtype=np.float64 if numeric else object, na_value=np.nan)


def _xgboost_booster(booster: Any) -> Opened:
    import xgboost

    config = json.loads(booster.save_config())["learner"]
    objective = str(config["objective"]["name"])
    named = bool(booster.feature_names)

    def predict(frame: pd.DataFrame) -> Any:
        data = frame if named else _array(frame)
        return booster.predict(xgboost.DMatrix(data, enable_categorical=True))

    return Opened(booster, {"predict": predict}, (), not _is_binary(objective), objective)


def _lightgbm_booster(booster: Any) -> Opened:
    objective = str(booster.params.get("objective") or _objective_in(booster.model_to_string()))
    return Opened(
        booster, {"predict": booster.predict}, (), not _is_binary(objective), objective.split()[0]
    )


def _objective_in(text: str) -> str:
    lines = [line for line in text.splitlines()[:40] if line.startswith("objective=")]
    return lines[0].removeprefix("objective=") if lines else "unknown"


def _is_binary(objective: str) -> bool:
    return objective.split(":")[-1].split()[0] in (
        "logistic",
        "binary",
        "cross_entropy",
        "xentropy",
    )


def _statsmodels(results: Any) -> Opened:
    """Results of statsmodels, which want the columns of their design in order."""
    names = list(results.model.exog_names)
    model = type(results.model).__name__
    binary = model in ("Logit", "Probit") or (
        model == "GLM" and type(results.model.family).__name__ == "Binomial"
    )
    constant = [name for name in names if name in ("const", "Intercept")]

    def predict(frame: pd.DataFrame) -> Any:
        design = frame.assign(**dict.fromkeys(constant, 1.0))[names]
        return np.asarray(results.predict(design))

    return Opened(results, {"predict": predict}, (), not binary, model)
