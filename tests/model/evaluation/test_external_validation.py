"""How good a version is for patients whose outcome somebody else brings."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from model.errors import InputError
from model.evaluation.external_validation import FEWEST, MOST, validate

RNG = np.random.default_rng(7)


def patients(count: int) -> tuple[np.ndarray, np.ndarray]:
    risk = RNG.random(count)
    return (RNG.random(count) < risk).astype(float), risk


def test_the_metrics_are_scikit_learns_over_the_patients_that_have_both() -> None:
    happened, risk = patients(400)
    happened[:30], risk[20:50] = np.nan, np.nan
    found = validate(happened, risk)
    both = slice(50, None)
    assert (found["known"], found["patients"]) == (350, 350)
    assert found["events"] == happened[both].sum()
    auc, brier = found["metrics"]["roc_auc"], found["metrics"]["brier"]
    assert auc["value"] == pytest.approx(roc_auc_score(happened[both], risk[both]), abs=1e-12)
    assert brier["value"] == pytest.approx(brier_score_loss(happened[both], risk[both]), abs=1e-12)
    assert auc["low"] < auc["value"] < auc["high"]
    assert {"roc", "calibration", "histogram", "decision", "of_100"} <= set(found)


def test_risks_that_are_right_are_found_calibrated() -> None:
    slope = validate(*patients(1500))["metrics"]["calibration_slope"]
    assert slope["low"] < 1 < slope["high"]


def test_of_very_many_some_are_drawn_and_that_is_said() -> None:
    found = validate(*patients(MOST + 500))
    assert (found["known"], found["patients"]) == (MOST + 500, MOST)


@pytest.mark.parametrize("events", [0, FEWEST - 1, 60 - FEWEST + 1])
def test_too_few_of_either_outcome_are_refused(events: int) -> None:
    happened = np.zeros(60)
    happened[:events] = 1
    with pytest.raises(InputError, match=f"{events} had it and {60 - events} had not"):
        validate(happened, RNG.random(60))


def test_validating_needs_no_scikit_learn() -> None:
    code = "import sys, model.evaluation.external_validation; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
