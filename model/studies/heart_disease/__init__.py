"""UCI Heart Disease: the declaration, and a room each for what is long in it."""

from __future__ import annotations

from model.studies.heart_disease.declaration import STUDY

__all__ = ["STUDY"]
