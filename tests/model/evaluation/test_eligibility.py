"""The rule by which a challenger is eligible."""

from __future__ import annotations

import numpy as np
import pytest

from model.evaluation.eligibility import judge
from model.training.train import not_comparable

COUNT = 4000


@pytest.fixture(scope="module")
def truth() -> tuple[np.ndarray, np.ndarray]:
    """Patients' outcomes and the risks they were drawn from: calibrated by construction."""
    rng = np.random.default_rng(11)
    log_odds = rng.normal(0, 1.8, COUNT)
    risk = 1 / (1 + np.exp(-log_odds))
    return (rng.random(COUNT) < risk).astype(int), log_odds


def _risks(log_odds: np.ndarray) -> np.ndarray:
    return np.tile(1 / (1 + np.exp(-log_odds)), (2, 1))


@pytest.mark.parametrize(
    ("stretch", "noise", "eligible", "said"),
    [
        (1.0, 0.0, True, "not worse"),
        (2.0, 0.0, False, "outside 0.95 to 1.10"),  # too sure of itself
        (0.5, 0.0, False, "outside 0.95 to 1.10"),  # too timid
        (1.0, 2.0, False, "Brier score is worse"),  # right on average, but says less
    ],
)
def test_a_challenger_is_judged_on_brier_log_loss_and_slope(
    truth, stretch: float, noise: float, eligible: bool, said: str
) -> None:
    outcome, log_odds = truth
    blurred = log_odds + noise * np.random.default_rng(0).normal(size=COUNT)

    verdict = judge(outcome, _risks(stretch * blurred), _risks(log_odds), "v1")

    assert verdict.eligible is eligible
    assert said in " ".join(verdict.reasons)


def test_the_same_model_is_not_worse_than_itself(truth) -> None:
    outcome, log_odds = truth

    verdict = judge(outcome, _risks(log_odds), _risks(log_odds), "v1")

    assert "difference +0.0000 [+0.0000, +0.0000]" in verdict.reasons[1]
    assert verdict.eligible


def test_what_cannot_be_compared_is_not_eligible() -> None:
    assert not not_comparable("v1", "it was trained on other data").eligible
