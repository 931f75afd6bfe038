"""How good a version is for patients whose outcome somebody else brings."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from model.errors import InputError
from model.evaluation import external_validation
from model.evaluation.external_validation import FEWEST, groups, validate

RNG = np.random.default_rng(7)


def patients(count: int) -> tuple[np.ndarray, np.ndarray]:
    risk = RNG.random(count)
    return (RNG.random(count) < risk).astype(float), risk


def test_the_metrics_are_scikit_learns_over_the_patients_that_have_both() -> None:
    happened, risk = patients(400)
    happened[:30], risk[20:50] = np.nan, np.nan
    found = validate(happened, risk)
    both = slice(50, None)
    assert found.patients == 350
    assert found.events == happened[both].sum()
    auc, brier = found.metrics["roc_auc"], found.metrics["brier"]
    assert auc.value == pytest.approx(roc_auc_score(happened[both], risk[both]), abs=1e-12)
    assert brier.value == pytest.approx(brier_score_loss(happened[both], risk[both]), abs=1e-12)
    assert auc.low < auc.value < auc.high
    assert found.roc.value[-1] == 1
    assert sum(found.histogram.diseased) == found.events


def test_risks_that_are_right_are_found_calibrated() -> None:
    slope = validate(*patients(1500)).metrics["calibration_slope"]
    assert slope.low < 1 < slope.high


def rare(events: int, patients: int) -> tuple[np.ndarray, np.ndarray]:
    """So many events among so many, and risks that are right on the whole and tell them apart."""
    rng = np.random.default_rng(3)
    happened = np.zeros(patients)
    happened[:events] = 1
    log_odds = rng.normal(np.log(events / patients), 1, patients) + happened
    return happened, 1 / (1 + np.exp(-log_odds))


def test_every_event_counts() -> None:
    """2,471 events in 353,000 patients: of 2,000 drawn at random, 14 would be left."""
    happened, risk = rare(2_471, 353_000)
    found = validate(happened, risk)
    assert (found.patients, found.events, found.doubts) == (353_000, 2_471, ())
    metrics = found.metrics
    assert metrics["roc_auc"].value == pytest.approx(roc_auc_score(happened, risk), abs=1e-12)
    # Closed forms know how sure 2,471 events are: the standard error of O:E is 2 % of it.
    ratio = metrics["observed_to_expected"]
    assert ratio.value == pytest.approx(2_471 / risk.sum(), rel=1e-12)
    reach = 1.96 * ratio.value * np.sqrt((1 - 2_471 / 353_000) / 2_471)
    assert ratio.high - ratio.low == pytest.approx(2 * reach, rel=0.1)
    for name, each in metrics.items():
        if name == "precision":  # in some samples nobody's risk is above one half
            continue
        assert each.low is not None, name
        assert each.low <= each.value <= each.high, name


def test_a_file_with_1223_rare_events_is_not_refused() -> None:
    found = validate(*rare(1_223, 900_000))
    assert found.events == 1_223


def test_bins_and_single_patients_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    happened, risk = patients(1_900)
    one_by_one = validate(happened, risk).metrics
    monkeypatch.setattr(external_validation, "MOST", 100)
    in_bins = validate(happened, risk).metrics
    for name, each in one_by_one.items():
        reach = (each.high - each.low) / 2
        smoothed = name in ("ici", "e_max")
        tolerance = 1.5 * reach if smoothed else reach / 5
        assert vars(in_bins[name]) == pytest.approx(vars(each), abs=tolerance), name


@pytest.mark.parametrize(("events", "said"), [(40, "Fewer than 100"), (150, "")])
def test_what_the_number_of_patients_is_not_enough_for_is_said(events: int, said: str) -> None:
    doubts = " ".join(validate(*rare(events, 400)).doubts)
    assert (said in doubts) if said else not doubts


def test_groups_are_judged_at_the_readers_threshold() -> None:
    happened, risk = patients(800)
    members = {"first": np.arange(800) < 400, "few": np.arange(800) >= 785}
    first, few = groups(happened, risk, members, 0.2)
    inside = members["first"]
    called = inside & (risk >= 0.2)
    benefit = ((called & (happened == 1)).sum() - (called & (happened == 0)).sum() * 0.25) / 400
    found = first.metrics["net_benefit"]
    assert found.value == pytest.approx(benefit, abs=1e-12)
    assert found.low < found.value < found.high
    assert few.metrics == {}


@pytest.mark.parametrize("events", [0, FEWEST - 1, 60 - FEWEST + 1])
def test_too_few_of_either_outcome_are_refused(events: int) -> None:
    happened = np.zeros(60)
    happened[:events] = 1
    with pytest.raises(InputError, match=f"{events} had it and {60 - events} had not"):
        validate(happened, RNG.random(60))


def test_validating_needs_no_scikit_learn() -> None:
    code = "import sys, model.evaluation.external_validation; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
