"""Scoring: a bundle on disk, the model in it, and what it answers."""

from __future__ import annotations

from model.scoring.additive import Additive
from model.scoring.assessment import Assessment, Certainty, Explanation
from model.scoring.engine import Engine, risk_of
from model.scoring.forest import Forest
from model.scoring.golden import Golden
from model.scoring.loaded_model import LoadedModel
from model.scoring.risk_model import RiskModel

__all__ = [
    "Additive",
    "Assessment",
    "Certainty",
    "Engine",
    "Explanation",
    "Forest",
    "Golden",
    "LoadedModel",
    "RiskModel",
    "risk_of",
]
