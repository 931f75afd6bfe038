"""Tables of patients, or of what may stand for them, that installed packages bring along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets as sklearn_tables
from statsmodels import datasets as statsmodels_tables

MOST_PATIENTS = 160  # of a table: enough to train on, few enough to be quick


def _of_sklearn(name: str) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(sklearn_tables, f"load_{name}")(as_frame=True).frame
    return frame


def _of_statsmodels(name: str) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(statsmodels_tables, name).load_pandas().data
    return frame


def _breast() -> pd.DataFrame:
    frame = _of_sklearn("breast_cancer")
    words = frame["target"].map({0: "malignant", 1: "benign"})
    return frame.iloc[:, :6].assign(diagnosis=words)


def _iris() -> pd.DataFrame:
    return _of_sklearn("iris").rename(columns={"target": "species"})


def _wine() -> pd.DataFrame:
    frame = _of_sklearn("wine")
    return frame.iloc[:, :5].assign(first=frame["target"] == 0)


def _diabetes() -> pd.DataFrame:
    frame: pd.DataFrame = sklearn_tables.load_diabetes(as_frame=True, scaled=False).frame
    return frame.assign(worse=(frame["target"] > 140).astype(int)).drop(columns="target")


def _fair() -> pd.DataFrame:
    frame = _of_statsmodels("fair")
    return frame.assign(affair=np.where(frame["affairs"] > 0, "yes", "no")).drop(columns="affairs")


def _randhie() -> pd.DataFrame:
    frame = _of_statsmodels("randhie")
    return frame.assign(visited=(frame["mdvis"] > 0).astype(int)).drop(columns="mdvis")


def _star98() -> pd.DataFrame:
    frame = _of_statsmodels("star98")
    above = np.where(frame["NABOVE"] > frame["NBELOW"], "Yes", "No")
    return frame.iloc[:, 2:8].assign(above=above)


def _crime() -> pd.DataFrame:
    frame = _of_statsmodels("statecrime").reset_index()
    high = (frame["violent"] > frame["violent"].median()).astype(int)
    return frame.drop(columns="violent").assign(high=high)


TABLES: dict[str, tuple[Callable[[], pd.DataFrame], tuple[str, ...]]] = {
    "breast": (_breast, ("diagnosis",)),
    "iris": (_iris, ("species", "--present", "2")),
    "wine": (_wine, ("first",)),
    "diabetes": (_diabetes, ("worse",)),
    "fair": (_fair, ("affair",)),
    "randhie": (_randhie, ("visited",)),
    "anes96": (lambda: _of_statsmodels("anes96"), ("vote",)),
    "star98": (_star98, ("above",)),
    "modechoice": (lambda: _of_statsmodels("modechoice"), ("choice",)),
    "crime": (_crime, ("high",)),
}
"""By name: the table, and how its outcome is named on the command line."""


def written(name: str, folder: Path) -> Path:
    """One of them as a CSV file; no more rows than are needed."""
    frame = TABLES[name][0]()
    chosen = frame.sample(min(len(frame), MOST_PATIENTS), random_state=0)
    path = folder / f"{name}.csv"
    chosen.to_csv(path, index=False)
    return path
