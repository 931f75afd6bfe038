"""A made-up evaluation of a real model, and the card that tells it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from model.scoring import RiskModel
from model.scoring.bundle import Manifest
from model.scoring.documents import Evaluation
from model.studies import Study
from model.studies import cohort as cohorts
from model.studies.cohort import Table
from model.training.reporting.card import model_card
from model.training.reporting.finished_card import FinishedCard

Document = dict[str, Any]
MadeCard = Callable[..., FinishedCard]


def number(value: float, reach: float = 0.05) -> dict[str, float | None]:
    return {"value": value, "low": value - reach, "high": value + reach}


def curve(name: str) -> Document:
    grid = [at / 10 for at in range(11)]
    return {
        name: grid,
        "value": [None, *grid[1:]],
        "low": [None, *(0.9 * each for each in grid[1:])],
        "high": [None, *(min(1.0, 1.1 * each) for each in grid[1:])],
    }


def group(kind: str, label: str, patients: int, events: int, recall: float) -> Document:
    metrics = {"recall": number(recall), "specificity": number(0.9), "roc_auc": number(0.88)}
    metrics |= {"brier": number(0.12), "observed_to_expected": number(1.0)}
    return {
        "kind": kind,
        "label": label,
        "patients": patients,
        "events": events,
        "metrics": metrics,
    }


def site(name: str, label: str, warning: str = "") -> Document:
    names = ("roc_auc", "accuracy", "brier", "calibration_slope", "observed_to_expected")
    metrics = {each: number(0.8) for each in names}
    metrics["calibration_intercept"] = number(-0.5)
    return {
        "site": name,
        "label": label,
        "warning": warning,
        "patients": 200,
        "events": 149,
        "metrics": metrics,
    }


DOCUMENT: Document = {
    "patients": 303,
    "events": 139,
    "resampling": {
        "scheme": "repeated stratified cross-validation, tuning inside",
        "repeats": 20,
        "folds": 10,
        "interval": "95 %, bootstrap of patients, 1000 samples",
        "refits": 200,
    },
    "metrics": {
        "roc_auc": number(0.911, 0.03),
        "brier": number(0.116, 0.02),
        "recall": number(0.79),
        "calibration_slope": number(1.04, 0.2),
        "calibration_intercept": number(-0.012, 0.3),
        "ici": {"value": 0.0112, "low": None, "high": None},
    },
    "roc": curve("false_positive_rate"),
    "precision_recall": curve("recall"),
    "calibration": curve("risk"),
    "histogram": {"risk": [0.25, 0.75], "diseased": [20.0, 119.0], "healthy": [130.0, 34.0]},
    "decision": {**curve("threshold"), "everybody": [0.4 - at / 10 for at in range(11)]},
    "of_100": {
        "threshold": [0.1, 0.11, 0.5],
        "found": [45.0, 45.0, 36.0],
        "missed": [1.0, 1.0, 10.0],
        "needless": [31.0, 30.0, 6.0],
        "spared": [23.0, 24.0, 48.0],
    },
    "subgroups": [
        group("Sex", "Women", 97, 25, 0.72),
        group("Sex", "Men", 206, 114, 0.8),
        group("Chest pain", "Any chest pain", 159, 34, 0.44),
        group("Chest pain", "No chest pain", 144, 105, 0.9),
        {"kind": "Age", "label": "Under 30", "patients": 3, "events": 0, "metrics": {}},
    ],
    "missing_tests": [
        {"blanked": "vessels, thallium", "patients": 303, "events": 139, "metrics": {}},
    ],
    "sites": [
        site("hungary", "Budapest, Hungary"),
        site("switzerland", "Zurich and Basel, Switzerland", "do not use without recalibration"),
    ],
    "instability": {
        "mean_absolute_distance": 0.054,
        "median_interval_width": 0.24,
        "widest_interval": 0.62,
        "refits_inside_interval": 0.96,
        "by_risk": [
            {"risk": 0.1, "low": 0.05, "high": 0.2, "patients": 79},
            {"risk": 0.5, "low": 0.3, "high": 0.7, "patients": 20},
        ],
    },
    "interval_coverage": {
        "studies": 100,
        "overall": 0.957,
        "below_10": 0.95,
        "above_90": 0.94,
        "blanked": {"vessels, thallium": 0.961},
    },
    "sample_size": [
        {"name": "shrinkage of at least 0.9", "needed": 266, "met": True},
        {"name": "prevalence to within 0.05", "needed": 382, "met": False},
    ],
}


def read(document: Document) -> Evaluation:
    return Evaluation.from_json(json.dumps(document))


@pytest.fixture
def document() -> Document:
    """What an evaluation finds, small and made up; each test may change it."""
    return copy.deepcopy(DOCUMENT)


@pytest.fixture
def evaluation(document: Document) -> Evaluation:
    """The same as it is read."""
    return read(document)


@pytest.fixture(scope="session")
def table(study: Study) -> Table:
    return cohorts.read(study)


@pytest.fixture(scope="session")
def made_card(
    study: Study, table: Table, manifest: Manifest, risk_model: Callable[[str], RiskModel]
) -> MadeCard:
    """made_card(study=…, document=…, table=…): the card of a logistic model."""

    def of(**changed: Any) -> FinishedCard:
        return model_card(
            changed.get("study", study),
            "A made-up estimator.",
            changed.get("table", table),
            manifest,
            read(changed.get("document", DOCUMENT)),
            risk_model(changed.get("estimator", "logistic")).engine,
            {"repeats": 20, "strengths": (0.1, 1.0), "strength": 0.1, "groups": ((1, 2), (3,))},
        )

    return of


@pytest.fixture(scope="session")
def card(made_card: MadeCard) -> FinishedCard:
    return made_card()
