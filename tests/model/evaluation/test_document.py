"""The evaluation document: what it keeps so that versions can be compared long after."""

from __future__ import annotations

import numpy as np
import pytest

from model.evaluation import metrics
from model.evaluation.document import REPLICATES, _replicates
from model.evaluation.estimate import all_sampled, drawn, of_samples
from model.numerics.arrays import Floats

RANDOM = np.random.default_rng(3)
OUTCOME = RANDOM.integers(0, 2, 120)


def risks(noise: float) -> Floats:
    """(2, 120) out-of-fold risks of a model that is as good as its noise is small."""
    log_odds = 2 * OUTCOME - 1 + noise * RANDOM.normal(size=(2, 120))
    risk: Floats = 1 / (1 + np.exp(-log_odds))
    return risk


def test_differences_of_kept_replicates_are_those_of_a_paired_bootstrap() -> None:
    ours, theirs = risks(1.0), risks(1.5)
    kept = [np.array(_replicates(all_sampled(OUTCOME, each)["brier"])) for each in (ours, theirs)]
    weights = drawn(len(OUTCOME))[: 1 + REPLICATES]
    pairs = zip(ours, theirs, strict=True)
    paired = of_samples(
        np.mean(
            [
                metrics.brier(OUTCOME, a, weights) - metrics.brier(OUTCOME, b, weights)
                for a, b in pairs
            ],
            axis=0,
        )
    )
    low, high = np.quantile(kept[0] - kept[1], [0.025, 0.975])
    assert (low, high) == (
        pytest.approx(paired.low, abs=2e-6),
        pytest.approx(paired.high, abs=2e-6),
    )


def test_a_replicate_without_a_value_is_null() -> None:
    assert _replicates(np.array([0.5, np.nan, 0.1234567])) == [None, 0.123457]
