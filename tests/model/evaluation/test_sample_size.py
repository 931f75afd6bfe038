"""Riley's criteria, against the worked example of the paper's tutorial."""

from __future__ import annotations

import pytest

from model.evaluation.sample_size import criteria


def test_the_published_example_is_reproduced() -> None:
    """Riley et al., BMJ 2020;368:m441, pre-eclampsia: 30 parameters, 5 %, R² 0.05."""
    found = criteria(patients=6000, prevalence=0.05, parameters=30, r_squared=0.05)

    needed = [criterion.needed for criterion in found]
    assert needed[0] == pytest.approx(5249, abs=5)
    assert needed[2] == 73


@pytest.mark.parametrize(("patients", "met"), [(72, False), (73, True)])
def test_a_criterion_is_met_from_its_number_on(patients: int, met: bool) -> None:
    prevalence = criteria(patients, prevalence=0.05, parameters=30, r_squared=0.05)[2]

    assert prevalence.met is met
