"""The classifiers of our own; the rest is scikit-learn's."""

from __future__ import annotations

from model.estimators.classifiers.forest import LogOddsForest
from model.estimators.classifiers.submodels import Submodel, SubmodelLogistic

__all__ = ["LogOddsForest", "Submodel", "SubmodelLogistic"]
