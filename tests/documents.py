"""The smallest evaluation and card that make sense."""

from __future__ import annotations

import json
from typing import Any

from model.scoring.documents import Card

ESTIMATE = {"value": 0.9, "low": 0.85, "high": 0.95}
CURVE = {"value": [0.0, 1.0], "low": [0.0, 0.9], "high": [0.1, 1.0]}

EVALUATION: dict[str, Any] = {
    "patients": 303,
    "events": 139,
    "resampling": {"scheme": "made up", "repeats": 1, "folds": 10, "interval": "95 %", "refits": 5},
    "metrics": {"roc_auc": ESTIMATE},
    "roc": {"false_positive_rate": [0.0, 1.0], **CURVE},
    "precision_recall": {"recall": [0.0, 1.0], **CURVE},
    "calibration": {"risk": [0.0, 1.0], **CURVE},
    "histogram": {"risk": [0.25, 0.75], "diseased": [20.0, 119.0], "healthy": [130.0, 34.0]},
    "decision": {"threshold": [0.1, 0.5], "everybody": [0.4, 0.0], **CURVE},
    "of_100": {
        "threshold": [0.5],
        "found": [36.0],
        "missed": [10.0],
        "needless": [6.0],
        "spared": [48.0],
    },
    "instability": {
        "mean_absolute_distance": 0.05,
        "median_interval_width": 0.24,
        "widest_interval": 0.62,
        "by_risk": [],
    },
}

CARD: dict[str, Any] = {
    "title": "A made-up study",
    "estimator": {"name": "made-up", "about": "Made up."},
    "intended_use": "Tests.",
    "intended_users": "Tests.",
    "out_of_scope": ["Patients."],
    "population": "Nobody.",
    "limits": ["It is made up."],
    "metrics": {"roc_auc": ESTIMATE},
}


def card(**changes: Any) -> Card:
    return Card.from_json(as_bytes(CARD, **changes))


def as_bytes(document: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({**document, **changes}).encode()
