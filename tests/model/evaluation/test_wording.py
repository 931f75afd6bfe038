"""What numbers mean, in words: said as it was measured, and nothing where it was not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model.evaluation.wording import coverage, prevalence_evidence, threshold_meaning
from model.scoring.documents import Evaluation, Site
from model.scoring.measurements import Coverage


@pytest.mark.parametrize(
    ("threshold", "weighs"),
    [(0.2, "4 needless tests"), (0.5, "1 needless test."), (0.1, "9 needless"), (0.4, "1.5 need")],
)
def test_a_threshold_says_what_a_missed_patient_is_worth(threshold: float, weighs: str) -> None:
    assert weighs in threshold_meaning(threshold)


def test_coverage_is_told_as_measured() -> None:
    said = coverage(Coverage(100, 0.953, 0.94, None, {"one": 0.944, "two": 0.961}, 0.91))
    assert "95 % (94 % below a risk of 10 %) of 100 simulated studies" in said
    assert "With tests missing it was 94 to 96 %" in said
    assert "curves and interactions that no model of this program has, it was 91 %" in said
    assert "not about this patient" in said
    assert coverage(None) == ""


def test_va_is_worse_under_its_own_prevalence_and_that_stands_beside_the_field(
    evaluation: Callable[[str], Evaluation],
) -> None:
    """The higher prevalence is in its patients' findings already."""
    found = evaluation("logistic").sites
    sites = {site.site: site.local_prevalence for site in found}
    before, after = sites["va"].as_trained, sites["va"].shifted
    assert after.log_loss > before.log_loss
    assert abs(after.observed_to_expected - 1) > abs(before.observed_to_expected - 1)
    told = prevalence_evidence(found)
    (va,) = [line for line in told if line.startswith("Long Beach")]
    assert "worse" in va
    (hungary,) = [line for line in told if line.startswith("Budapest")]
    assert "better" in hungary
    assert prevalence_evidence([Site(200, 149, {}, "va", "of an older version", "")]) == []
