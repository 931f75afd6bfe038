from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from model.interpretation.local_prevalence import Prevalence
from model.scoring import Assessment, RiskModel
from model.studies.cohort import Cohort

TRAINING = 139 / 303


def odds(risk: np.ndarray) -> np.ndarray:
    return risk / (1 - risk)


@pytest.mark.parametrize(
    ("risk", "local", "training", "shifted"),
    [
        (0.5, 0.1, 0.5, 0.1),  # an uninformative risk becomes the prevalence itself
        (0.8, 0.2, 0.5, 0.5),  # odds of 4 times a quarter
        (0.3, 0.5, 0.5, 0.3),
        (0.0, 0.1, 0.5, 0.0),
        (1.0, 0.1, 0.5, 1.0),
    ],
)
def test_odds_are_multiplied_by_those_of_the_prevalences(
    risk: float, local: float, training: float, shifted: float
) -> None:
    answer = Prevalence(local, training).applied(Assessment(np.array([risk])))
    assert answer.risk[0] == pytest.approx(shifted, abs=1e-15)


@pytest.mark.parametrize("name", ["reference", "forest"])
def test_risk_and_interval_are_shifted_and_contributions_stay(
    cohort: Cohort, risk_model: Callable[[str], RiskModel], name: str
) -> None:
    before = risk_model(name).assess(cohort.rows.head(40), explain=True)
    prevalence = Prevalence(0.1, TRAINING)
    after = prevalence.applied(before)
    was, now = before.explanation, after.explanation
    assert was is not None
    assert now is not None
    factor = (0.1 / 0.9) / (TRAINING / (1 - TRAINING))
    for one, other in ((before.risk, after.risk), (was.low, now.low), (was.high, now.high)):
        np.testing.assert_allclose(odds(other), odds(one) * factor, rtol=1e-10)
    pd.testing.assert_frame_equal(was.contributions, now.contributions)
    np.testing.assert_allclose(now.base - was.base, prevalence.offset, atol=1e-14)


def test_it_is_told_in_a_sentence() -> None:
    assert (
        str(Prevalence(0.1, TRAINING))
        == "Shifted to a local prevalence of 10 %; in training it was 45.9 %."
    )


@pytest.mark.parametrize(("local", "training"), [(0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1), (2, 0.5)])
def test_a_prevalence_lies_between_nobody_and_everybody(local: float, training: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Prevalence(local, training)
