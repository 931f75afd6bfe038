"""What is to be trained, and how thoroughly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from model import estimators
from model.studies import Study

REPEATS = 20
FOLDS = 10


@dataclass(frozen=True)
class Order:
    """One training.

    repeats : of 10-fold cross-validation behind every metric.
    table : another table than the study's own, refused unless its hash is pinned or that is
        allowed.
    """

    study: Study
    estimator: str = estimators.DEFAULT
    repeats: int = REPEATS
    table: Path | None = None
    allow_unpinned: bool = False

    @property
    def settings(self) -> dict[str, object]:
        """As a run records them."""
        return {"estimator": self.estimator, "repeats": self.repeats, "folds": FOLDS}
