"""Scoring: a bundle on disk, the model in it, and what it answers."""

from __future__ import annotations

from model.scoring.additive import Additive, risk_of
from model.scoring.assessment import Assessment, Explanation
from model.scoring.golden import Golden
from model.scoring.risk_model import LoadedModel, RiskModel

__all__ = [
    "Additive",
    "Assessment",
    "Explanation",
    "Golden",
    "LoadedModel",
    "RiskModel",
    "risk_of",
]
