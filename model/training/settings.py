"""What is to be trained, and how thoroughly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from model import estimators
from model.evaluation.measured import FULL_REPEATS
from model.studies import Study
from model.studies.source import InMemory

REPEATS = FULL_REPEATS
FOLDS = 10


@dataclass(frozen=True)
class Order:
    """One training.

    estimator : the name of one of the project's, or the path of a file that builds one.
    repeats : of 10-fold cross-validation behind every metric.
    table : another table than the study's own, refused unless its hash is pinned or that is
        allowed.
    """

    study: Study
    estimator: str = estimators.DEFAULT
    repeats: int = REPEATS
    table: Path | InMemory | None = None
    allow_unpinned: bool = False

    @property
    def label(self) -> str:
        """What the estimator is called in MLflow; see `estimators.label`."""
        return estimators.label(self.estimator)

    @property
    def settings(self) -> dict[str, object]:
        """As a run records them."""
        return {"estimator": self.label, "repeats": self.repeats, "folds": FOLDS}
