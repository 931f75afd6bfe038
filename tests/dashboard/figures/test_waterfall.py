from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest

from dashboard.figures import CONFIG, waterfall
from dashboard.figures.waterfall import Bar, Kind
from model.interpretation.reasons import Reason, Step, steps
from model.scoring import risk_of

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


def bars(path: tuple[Step, ...] = PATH) -> dict[str, Bar]:
    return {bar.label: bar for bar in waterfall.bars(AVERAGE, path)}


def test_each_bar_begins_where_the_one_before_ends() -> None:
    first, *between, last = waterfall.bars(AVERAGE, PATH)
    assert (first.start, first.end) == (0.0, pytest.approx(AVERAGE))
    assert between[0].start == pytest.approx(AVERAGE)
    for one, other in pairwise(between):
        assert other.start == pytest.approx(one.end)
    assert between[-1].end == pytest.approx(RISK)
    assert (last.start, last.end) == (0.0, pytest.approx(RISK))


def test_a_finding_is_told_by_its_direction_and_apart_where_nothing_was_measured() -> None:
    kinds = {label: bar.kind for label, bar in bars().items()}
    assert kinds["Thallium scan: reversible defect"] is Kind.RAISES
    assert kinds["Chest pain: typical angina"] is Kind.LOWERS
    assert kinds["ST slope: not measured"] is Kind.UNMEASURED
    assert kinds["1 test not measured"] is Kind.UNMEASURED
    assert len(set(waterfall.COLOURS.values())) == len(Kind)


def test_colour_is_not_the_only_sign() -> None:
    figures = {label: bar.figure for label, bar in bars().items()}
    assert figures["Thallium scan: reversible defect"].startswith("+")
    assert figures["Chest pain: typical angina"].startswith("−")
    assert figures["Cholesterol 233 mg/dL"] == "0"
    assert figures["1 test not measured"] == "not used"


def test_tests_that_were_not_used_share_one_bar_without_length() -> None:
    found = bars(tuple(steps(BASE, (REASONS[0], REASONS[4], REASONS[4]))))
    unused = found["2 tests not measured"]
    assert unused.start == unused.end


def test_the_same_is_told_in_words() -> None:
    told = waterfall.told(waterfall.bars(AVERAGE, PATH))
    assert told.startswith(
        f"From {100 * AVERAGE:.0f} %, the average in training, to {100 * RISK:.0f} %: "
    )
    points = 100 * PATH[0].change
    assert f"Thallium scan: reversible defect {points:+.1f};" in told
    assert told.endswith("1 test not measured, not used.")
    assert all(label in told for label in list(bars())[1:-1])


def test_the_picture_has_every_label_figure_and_the_words() -> None:
    path = waterfall.bars(AVERAGE, PATH)
    picture = waterfall.drawn(path)
    assert f'aria-label="{waterfall.told(path)}"' in picture
    for bar in path:
        assert f">{bar.label}</div>" in picture
        assert f">{bar.figure}</span>" in picture


@pytest.mark.parametrize(
    ("start", "end", "kind", "place"),
    [
        (0.2, 0.5, Kind.RAISES, (0.2, 0.5)),
        (0.5, 0.2, Kind.LOWERS, (0.2, 0.5)),
        (0.0, 0.47, Kind.TOTAL, (0.0, 0.47)),
    ],
)
def test_a_bar_lies_on_the_scale_of_the_risk(
    start: float, end: float, kind: Kind, place: tuple[float, float]
) -> None:
    picture = waterfall.drawn([Bar("", start, end, kind, "")] * 2)
    found = re.search(r"left:([\d.]+)%;width:max\(([\d.]+)%", picture)
    assert found is not None
    left, width = (float(each) / (100 * waterfall.ROOM) for each in found.groups())
    assert (left, left + width) == pytest.approx(place, abs=1e-4)


def test_every_bar_lies_inside_the_picture() -> None:
    certain = tuple(steps(8.0, (reason("Everything", 9.0),)))
    path = waterfall.bars(float(risk_of(np.array([8.0]))[0]), certain)
    assert math.isclose(path[-1].end, 1.0, abs_tol=1e-6)
    ends = re.findall(r"left:([\d.]+)%;width:max\(([\d.]+)%", waterfall.drawn(path))
    assert all(float(left) + float(width) <= 100 * waterfall.ROOM + 0.01 for left, width in ends)


def test_a_label_is_shown_letter_by_letter() -> None:
    picture = waterfall.drawn([Bar('<b onclick="x">&', 0.1, 0.2, Kind.RAISES, "+10.0")] * 2)
    assert "<b" not in picture
    assert "&lt;b onclick=&quot;x&quot;&gt;&amp;" in picture


def test_nothing_can_be_sent_away_from_a_chart() -> None:
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displayModeBar"] is False
