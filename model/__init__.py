"""Clinical risk models: trained on declared studies, kept in MLflow, scored with NumPy alone.

Names are imported when first used, so that scoring never pays for training.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "Additive": "model.scoring",
    "Assessment": "model.scoring",
    "BedsideError": "model.errors",
    "CheckedTable": "model.intake",
    "Explanation": "model.scoring",
    "Feature": "model.schema",
    "Issue": "model.intake",
    "LoadedModel": "model.scoring",
    "Registry": "model.registry.registry",
    "RiskModel": "model.scoring",
    "Schema": "model.schema",
    "Severity": "model.intake",
    "Study": "model.studies",
    "Version": "model.registry.versions",
    "check": "model.intake",
    "check_patient": "model.intake",
    "train": "model.training.train",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
