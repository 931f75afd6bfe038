"""What figures are drawn from, whoever draws them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.evaluation import series
from model.evaluation.figures import subgroups
from model.evaluation.series import Banded
from model.scoring.documents import Evaluation, Subgroup
from model.scoring.measurements import Estimate
from tests.documents import EVALUATION, as_bytes

GAPS = Banded((0.1, 0.2, 0.3), (0.5, None, 0.7), (0.4, 0.3, None), (0.6, 0.8, 0.9))


def women(recall: Estimate) -> Subgroup:
    return Subgroup(97, 25, {"recall": recall}, "Sex", "Women")


def test_a_band_runs_forth_on_its_upper_end_and_back_on_its_lower_one() -> None:
    assert GAPS.outline() == ([0.1, 0.2, 0.2, 0.1], [0.6, 0.8, 0.3, 0.4])


def test_only_what_is_wholly_known_is_kept() -> None:
    assert GAPS.known() == Banded((0.1,), (0.5,), (0.4,), (0.6,))


@pytest.mark.parametrize(
    ("recall", "below", "above"),
    [
        (Estimate(0.4, 0.3, 0.6), 0.1, 0.2),
        (Estimate(0.4, 0.0, 0.6), 0.4, 0.2),
        (Estimate(0.4, None, None), 0.0, 0.0),
    ],
)
def test_a_row_reaches_to_both_ends_of_its_interval(
    recall: Estimate, below: float, above: float
) -> None:
    (row,) = series.forest([women(recall)], "recall")
    assert row.label == "Women (25 of 97)"
    assert (row.below, row.above) == (pytest.approx(below), pytest.approx(above))


def test_a_group_without_the_metric_has_no_row() -> None:
    assert series.forest([women(Estimate(None))], "recall") == []


def test_an_interval_that_reaches_down_to_0_has_its_whole_bar_in_the_report() -> None:
    evaluation = Evaluation.from_json(as_bytes(EVALUATION))
    figure = subgroups(replace(evaluation, subgroups=(women(Estimate(0.4, 0.0, 0.6)),)))
    assert figure.data[-1]["error_x"]["arrayminus"] == [0.4]
