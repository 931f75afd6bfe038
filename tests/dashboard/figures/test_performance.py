"""Figures of a version's performance: what is drawn is what was measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboard.components.performance.curves import hundred
from dashboard.figures import performance as figures
from dashboard.figures.performance import Evaluated
from model.evaluation.figures import figures as drawn_in_report
from model.scoring.documents import Evaluation


@pytest.fixture(scope="module")
def series(evaluation: Callable[[str], Evaluation]) -> Evaluated:
    return Evaluated("v1", evaluation("logistic"))


@pytest.mark.parametrize(
    "draw",
    [
        figures.roc,
        figures.precision_recall,
        figures.calibration,
        figures.instability,
        lambda versions: figures.decision(versions, 0.3),
    ],
)
def test_two_versions_share_a_figure_and_differ_in_line_and_colour(series, draw) -> None:
    second = Evaluated("v2", series.measured)

    lines = {
        each.name: each.line for each in draw([series, second]).data if each.name in ("v1", "v2")
    }

    assert lines["v1"].color != lines["v2"].color
    assert lines["v1"].dash != lines["v2"].dash


@pytest.mark.parametrize(
    ("key", "draw"),
    [
        ("roc", figures.roc),
        ("precision_recall", figures.precision_recall),
        ("calibration", figures.calibration),
        ("decision", lambda versions: figures.decision(versions, 0.3)),
        ("instability", figures.instability),
    ],
)
def test_the_report_of_a_training_draws_the_same_band(series, key, draw) -> None:
    (reported,) = (each for each in drawn_in_report(series.measured) if each.key == key)

    band, of_page = reported.data[0], draw([series]).data[0]

    assert list(of_page.x) == list(band["x"])
    assert list(of_page.y) == list(band["y"])


def test_the_forest_names_each_subgroup_with_its_events_and_patients(series) -> None:
    figure = figures.forest(series.measured.subgroups, "recall", 0.8)

    assert "Any chest pain (34 of 159)" in figure.data[0].y


def test_a_hundred_patients_are_a_hundred_signs(series) -> None:
    for at in (0.05, 0.33, 0.5, 0.97):
        counts = hundred(series.measured.of_100, at)
        drawn = sum(len(each.x) for each in figures.of_100(counts).data)
        assert sum(counts.values()) == drawn == 100


def test_each_kind_of_patient_has_its_own_shape_and_colour(series) -> None:
    counts = {"found": 25, "missed": 25, "needless": 25, "spared": 25}

    signs = {(each.marker.symbol, each.marker.color) for each in figures.of_100(counts).data}

    assert len(signs) == 4
