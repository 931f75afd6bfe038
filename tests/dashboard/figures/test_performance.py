"""Figures of a version's performance: what is drawn is what was measured."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from dashboard.figures import performance as figures
from dashboard.figures.performance import Series
from dashboard.views.performance import _hundred
from model.scoring import RiskModel
from model.studies import Study
from model.training import cohort as cohorts
from model.training.evaluation.document import evaluate
from model.training.variability import Refits


@pytest.fixture(scope="module")
def series(study: Study, risk_model: Callable[[str], RiskModel]) -> Series:
    """An evaluation of made-up out-of-fold risks: the fitted ones, blurred."""
    table = cohorts.read(study)
    model = risk_model("logistic")
    fitted = model.assess(table.training.rows).risk
    rng = np.random.default_rng(0)
    risks = np.clip(fitted + rng.normal(0, 0.1, (2, len(fitted))), 0.01, 0.99)
    refits = Refits(np.empty(0), risks, np.empty(0, dtype=np.int64))
    return Series("v1", evaluate(study, table, model, {"nothing blanked": risks}, refits))


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
    second = Series("v2", series.evaluation)

    lines = {
        each.name: each.line for each in draw([series, second]).data if each.name in ("v1", "v2")
    }

    assert lines["v1"].color != lines["v2"].color
    assert lines["v1"].dash != lines["v2"].dash


def test_the_forest_names_each_subgroup_with_its_events_and_patients(series) -> None:
    figure = figures.forest(series.evaluation["subgroups"], "recall", 0.8)

    assert "Any chest pain (34 of 159)" in figure.data[0].y


def test_a_hundred_patients_are_a_hundred_signs(series) -> None:
    for at in (0.05, 0.33, 0.5, 0.97):
        counts = _hundred(series.evaluation["of_100"], at)
        drawn = sum(len(each.x) for each in figures.of_100(counts).data)
        assert sum(counts.values()) == drawn == 100


def test_each_kind_of_patient_has_its_own_shape_and_colour(series) -> None:
    counts = {"found": 25, "missed": 25, "needless": 25, "spared": 25}

    signs = {(each.marker.symbol, each.marker.color) for each in figures.of_100(counts).data}

    assert len(signs) == 4
