"""Imports what a model's format needs while programs and processes may still be started: some
libraries ask the machine about itself as they load.
"""

from __future__ import annotations

from contextlib import suppress

from model.adoption.opening.refusal import Refused


def load(form: str, flavour: str) -> None:
    """Import the libraries of a format.

    Raises
    ------
    Refused
        If one of them is not installed.
    """
    import pandas  # noqa: F401
    import pyarrow.ipc  # noqa: F401

    if form in ("pickle", "skops", "own pickle", "folder"):
        with suppress(ImportError):
            import sklearn.ensemble
            import sklearn.linear_model
            import sklearn.pipeline
            import sklearn.svm  # noqa: F401
    try:
        if "xgboost" in (form, flavour):
            import xgboost  # noqa: F401
        if "lightgbm" in (form, flavour):
            import lightgbm  # noqa: F401
        if "catboost" in (form, flavour):
            import catboost  # noqa: F401
        if "statsmodels" in (form, flavour):
            import statsmodels.api  # noqa: F401
        if form == "skops":
            import skops.io  # noqa: F401
        if form == "folder":
            import mlflow.pyfunc
            import mlflow.sklearn  # noqa: F401
    except ImportError as error:
        raise Refused(
            f"It needs {error.name}, which is not installed where it was opened. Install it: pip "
            f"install {error.name}"
        ) from None
