"""Whether unusual patients' numbers are further off: measured, and said only as it was found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from model.evaluation import unusual
from model.scoring.documents import Evaluation

COUNT = 2000


@pytest.mark.parametrize(
    ("true_risk_of_unusual", "said"),
    [
        (0.9, "Such numbers are further off: trust this one less"),  # told 20 %
        (0.2, "That such numbers are further off is not shown"),
        (0.0, "Such numbers are not further off than others"),
    ],
)
def test_the_verdict_follows_what_was_measured(true_risk_of_unusual: float, said: str) -> None:
    """Everybody is told 20 %; of the usual that is right."""
    rng = np.random.default_rng(0)
    strange = np.arange(COUNT) % 4 == 0
    truth = np.where(strange, true_risk_of_unusual, 0.2)
    outcome = (rng.random(COUNT) < truth).astype(np.int64)
    found = unusual.measured([(outcome, np.full(COUNT, 0.2), strange)])
    assert found is not None
    assert (found.patients, found.others) == (500, 1500)
    assert found.low < found.difference < found.high
    assert unusual.verdict(found).startswith(said)
    assert unusual.evidence(found).startswith(f"{unusual.verdict(found)} 500 such patients")


def test_a_hospital_whose_every_number_is_off_does_not_make_the_unusual_so() -> None:
    """It has more of them: compared over both hospitals they would look worse."""
    rng = np.random.default_rng(0)
    hospitals = []
    for truth, share in ((0.2, 0.1), (0.8, 0.6)):
        outcome = (rng.random(COUNT) < truth).astype(np.int64)
        hospitals.append((outcome, np.full(COUNT, 0.2), rng.random(COUNT) < share))
    found = unusual.measured(hospitals)
    assert found is not None
    assert found.low < 0 < found.high


def test_of_few_patients_nothing_is_said() -> None:
    few = np.arange(100) < unusual.FEWEST - 1
    assert unusual.measured([(np.zeros(100, dtype=np.int64), np.full(100, 0.2), few)]) is None
    assert "was not measured" in unusual.evidence(None)


def test_the_other_hospitals_of_heart_disease_are_measured_together(
    evaluation: Callable[[str], Evaluation],
) -> None:
    measured = evaluation("reference")
    found = measured.unusual
    assert found is not None
    assert found.patients + found.others == sum(site.patients for site in measured.sites)
    assert found.low < 0 < found.high  # in Switzerland it is the other way round
