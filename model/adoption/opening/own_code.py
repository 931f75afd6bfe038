"""Gate 3: a model that brings its own code. Only where somebody asked for it, and apart."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from model.adoption.opening.formats import describe
from model.adoption.opening.opened import Opened
from model.adoption.opening.refusal import Refused

DEPTH = 4
"""Levels of attributes in which an estimator is looked for."""


def open_folder(folder: Path, flavour: str) -> Opened:
    """A logged model, loaded as its author's library loads it.

    flavour : the one that gives the fitted object (``sklearn``), or ``python_function``.
    """
    import mlflow

    loaders: dict[str, Callable[[str], Any]] = {
        "sklearn": lambda place: mlflow.sklearn.load_model(place),
        "xgboost": lambda place: mlflow.xgboost.load_model(place),
        "lightgbm": lambda place: mlflow.lightgbm.load_model(place),
        "catboost": lambda place: mlflow.catboost.load_model(place),
        "statsmodels": lambda place: mlflow.statsmodels.load_model(place),
    }
    try:
        if flavour in loaders:
            _add_code(folder)
            return describe(loaders[flavour](str(folder)))
        loaded = mlflow.pyfunc.load_model(str(folder))
    except Exception as error:
        raise Refused(
            f"Its own code does not load here ({type(error).__name__}: {str(error)[:160]})"
        ) from None
    inside = list(_estimators(loaded.unwrap_python_model() if _is_python(loaded) else loaded))
    return Opened(
        inside[0] if inside else loaded,
        {"predict": loaded.predict},
        (),
        any(_regresses(part) for part in inside) and not any(map(_classifies, inside)),
        "",
    )


def open_pickle(path: Path) -> Opened:
    """A pickle or joblib file that holds types of its own."""
    import joblib

    try:
        return describe(joblib.load(path))
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"Its own code does not load here ({type(error).__name__}).") from None


def _add_code(folder: Path) -> None:
    """As MLflow does for a python_function: what was logged beside the model can be imported."""
    if (folder / "code").is_dir():
        sys.path.insert(0, str(folder / "code"))


def _is_python(loaded: Any) -> bool:
    try:
        loaded.unwrap_python_model()
    except Exception:  # MLflow's own error where it is another flavour
        return False
    return True


def _estimators(thing: Any, depth: int = 0) -> Iterator[Any]:
    """The fitted estimators among a model's own attributes."""
    if depth > DEPTH:
        return
    if _classifies(thing) or _regresses(thing):
        yield thing
        return
    held = vars(thing).values() if hasattr(thing, "__dict__") else ()
    for part in thing.values() if isinstance(thing, dict) else held:
        yield from _estimators(part, depth + 1)


def _classifies(thing: Any) -> bool:
    return hasattr(thing, "predict_proba") and hasattr(thing, "classes_")


def _regresses(thing: Any) -> bool:
    return getattr(thing, "_estimator_type", "") == "regressor" or (
        hasattr(thing, "predict") and type(thing).__name__.endswith("Regressor")
    )
