from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from dashboard.figures import CONFIG
from dashboard.figures import patient as figures
from model.scoring import risk_of
from model.scoring.reasons import Reason, Step, steps

BASE = -0.2


def reason(finding: str, contribution: float, *, measured: bool = True) -> Reason:
    return Reason(finding.lower(), finding, finding, contribution, measured)


REASONS = (
    reason("Thallium scan: reversible defect", 1.4),
    reason("Chest pain: typical angina", -0.9),
    reason("Cholesterol 233 mg/dL", 1e-7),
    reason("ST slope: not measured", 0.3, measured=False),
    reason("Vessels: not measured", 0.0, measured=False),
)
PATH = tuple(steps(BASE, REASONS))
RISK = float(risk_of(np.array([BASE + sum(each.contribution for each in REASONS)]))[0])
AVERAGE = float(risk_of(np.array([BASE]))[0])


def bars(path: tuple[Step, ...] = PATH) -> Any:
    return figures.waterfall(AVERAGE, path).data[0]


def labels(path: tuple[Step, ...] = PATH) -> list[str]:
    return [each.text for each in figures.waterfall(AVERAGE, path).layout.annotations]


def test_the_bars_add_up_from_the_average_to_the_patient() -> None:
    drawn = bars()
    assert drawn.x[0] == pytest.approx(AVERAGE)
    assert drawn.x[-1] == pytest.approx(RISK)
    assert AVERAGE + sum(drawn.x[1:-1]) == pytest.approx(RISK)


def test_each_bar_begins_where_the_one_before_ends() -> None:
    drawn = bars()
    between = list(zip(drawn.base, drawn.x, strict=True))[1:-1]
    assert between[0][0] == pytest.approx(AVERAGE)
    for (start, length), (following, _) in pairwise(between):
        assert following == pytest.approx(start + length)


def test_a_finding_is_coloured_by_its_direction_and_grey_where_nothing_was_measured() -> None:
    colours = dict(zip(labels(), bars().marker.color, strict=True))
    assert colours["Thallium scan: reversible defect"] == figures.RAISES
    assert colours["Chest pain: typical angina"] == figures.LOWERS
    assert colours["ST slope: not measured"] == figures.UNMEASURED
    assert colours["1 test not measured"] == figures.UNMEASURED


def test_colour_is_not_the_only_sign() -> None:
    told = dict(zip(labels(), bars().text, strict=True))
    assert told["Thallium scan: reversible defect"].startswith("+")
    assert told["Chest pain: typical angina"].startswith("−")
    assert told["Cholesterol 233 mg/dL"] == "0"
    assert told["1 test not measured"] == "not used"


def test_tests_that_were_not_used_share_one_bar_without_length() -> None:
    path = tuple(steps(BASE, (REASONS[0], REASONS[4], REASONS[4])))
    assert labels(path)[-2] == "2 tests not measured"
    assert bars(path).x[-2] == 0.0


def test_the_same_is_told_in_words() -> None:
    told = figures.waterfall_text(AVERAGE, PATH)
    assert told.startswith(
        f"From {100 * AVERAGE:.0f} %, the average in training, to {100 * RISK:.0f} %: "
    )
    points = 100 * PATH[0].change
    assert f"Thallium scan: reversible defect {points:+.1f};" in told
    assert told.endswith("1 test not measured, not used.")


def test_every_finding_of_the_picture_is_in_the_words() -> None:
    told = figures.waterfall_text(AVERAGE, PATH)
    assert all(label in told for label in labels()[1:-1])


@pytest.mark.parametrize(
    ("theme", "ink"), [("light", "#14212E"), ("dark", "#E6EDF3"), (None, None), ("custom", None)]
)
def test_labels_are_as_dark_or_light_as_the_page_asks(theme: str | None, ink: str | None) -> None:
    figure = figures.waterfall(AVERAGE, PATH, theme)
    assert figure.layout.annotations[0].font.color == ink
    assert figure.data[0].textfont.color == ink


def test_every_bar_lies_inside_the_picture() -> None:
    certain = tuple(steps(8.0, (reason("Everything", 9.0),)))
    drawn = figures.waterfall(float(risk_of(np.array([8.0]))[0]), certain)
    low, high = drawn.layout.xaxis.range
    assert low <= 0 <= max(drawn.data[0].x) < high
    assert math.isclose(drawn.data[0].x[-1], 1.0, abs_tol=1e-6)


def test_nothing_can_be_sent_away_from_a_chart() -> None:
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displayModeBar"] is False
