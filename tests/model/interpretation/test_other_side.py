"""How likely another model would decide otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from model.interpretation.other_side import other_side, sentence


def risk(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


@pytest.mark.parametrize("shown", [-1.2, 0.4, 2.0])
@pytest.mark.parametrize("threshold", [0.2, 0.5])
def test_it_is_the_share_of_draws_on_the_other_side(shown: float, threshold: float) -> None:
    error, middle = 0.6, 1.2 * shown
    ends = (risk(middle - 1.96 * error), risk(middle + 1.96 * error))
    drawn = 1 / (1 + np.exp(-np.random.default_rng(0).normal(middle, error, 100_000)))
    share = np.mean((drawn >= threshold) != (risk(shown) >= threshold))
    assert other_side(risk(shown), ends, threshold) == pytest.approx(share, abs=0.01)


def test_it_is_said_as_models_of_a_hundred() -> None:
    assert sentence(0.6, (0.3, 0.85), 0.5) == (
        "About 25 of 100 models made from other patients like these would put this one below the "
        "threshold of 50 %."
    )
    assert sentence(0.01, (0.001, 0.03), 0.5).startswith("Fewer than 1 of 100")


def test_without_an_interval_nothing_is_on_the_other_side() -> None:
    assert other_side(0.6, (0.6, 0.6), 0.5) == 0
