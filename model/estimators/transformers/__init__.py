"""The transformers of our own; the rest is scikit-learn's."""

from __future__ import annotations

from model.estimators.transformers.levels import LevelEncoder
from model.estimators.transformers.ratio import RatioFeature
from model.estimators.transformers.spline import RestrictedCubicSpline

__all__ = ["LevelEncoder", "RatioFeature", "RestrictedCubicSpline"]
