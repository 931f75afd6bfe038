"""What numbers mean, in words: said as it was measured, and nothing where it was not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model.evaluation.measured import Measured
from model.evaluation.wording import (
    coverage,
    in_sentence,
    listed,
    prevalence_evidence,
    shown,
    threshold_meaning,
)
from model.scoring.documents import Evaluation, Site
from model.scoring.measurements import Coverage, Estimate


@pytest.mark.parametrize(
    ("threshold", "weighs"),
    [(0.2, "4 needless tests"), (0.5, "1 needless test."), (0.1, "9 needless"), (0.4, "1.5 need")],
)
def test_a_threshold_says_what_a_missed_patient_is_worth(threshold: float, weighs: str) -> None:
    assert weighs in threshold_meaning(threshold)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Estimate(0.9137, 0.8821, 0.9434), "0.914 [0.882, 0.943]"),
        (Estimate(-0.5, -0.79, 0.1), "−0.500 [−0.790, 0.100]"),
        (Measured(-0.5, -0.79, 0.1), "−0.500 [−0.790, 0.100]"),
        (Estimate(0.5), "0.500"),
        (Measured(0.5), "0.500"),
        (Estimate(None), "–"),
        (None, "–"),
    ],
)
def test_a_number_is_shown_for_people(number: Estimate | Measured | None, text: str) -> None:
    assert shown(number) == text


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        ("roc_auc", "AUC"),
        ("ici", "ICI (mean miscalibration)"),
        ("observed_to_expected", "observed : expected"),
    ],
)
def test_a_metric_has_its_name_inside_a_sentence(metric: str, name: str) -> None:
    assert in_sentence(metric) == name


@pytest.mark.parametrize(
    ("names", "said"),
    [(["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")],
)
def test_names_are_listed_as_one_says_them(names: list[str], said: str) -> None:
    assert listed(names) == said


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
