"""What older libraries wrote otherwise than today's read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.adoption.opening.integrity import reached

WRITTEN_BY = "_sklearn_version"
"""Under which scikit-learn keeps its version with every estimator it pickles."""
LOSSES = "CyHalfBinomialLoss CyExponentialLoss CyHalfSquaredError CyAbsoluteError"
"""Of boosting in scikit-learn before 1.9; none of them holds anything."""


def made_again(kind: type, *_: Any) -> Any:
    """An object that holds nothing, which compiled code once put together by a sum of its parts."""
    return kind()


STAND_INS = {
    ("sklearn._loss._loss", f"__pyx_unpickle_{loss}"): made_again for loss in LOSSES.split()
}


def complete(fitted: Any) -> None:
    """Give the parts of a model what today's library keeps as well, as it would have kept it."""
    for part in reached(fitted):
        kind = (type(part).__module__, type(part).__name__)
        if kind == ("sklearn.impute._base", "SimpleImputer") and hasattr(part, "statistics_"):
            # Since 1.8 the type of what is filled in stands beside that of what was fitted on.
            part.__dict__.setdefault("_fill_dtype", getattr(part, "_fit_dtype", None))


def written_by(fitted: Any) -> str:
    """The scikit-learn that pickled a model; empty where it says none."""
    found = (getattr(part, "__dict__", {}).get(WRITTEN_BY) for part in reached(fitted))
    return next((version for version in found if isinstance(version, str)), "")[:20]


def notes(told: Mapping[str, Any]) -> tuple[str, ...]:
    """In a sentence, that another version wrote a model than opened it, where that is so.

    told : what the process that opened it says.
    """
    wrote, opened = told.get("written_by", ""), told["environment"].get("sklearn", "")
    if not wrote or wrote.split(".")[:2] == opened.split(".")[:2]:
        return ()
    return (f"scikit-learn {wrote} wrote it, and {opened} opened it here.",)
