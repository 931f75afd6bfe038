from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from dashboard.figures import CONFIG, waterfall
from dashboard.figures.waterfall import Bar, Kind
from dashboard.text import points
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
    assert figures["1 small effect"] == "0"
    assert figures["1 test not measured"] == "not used"


def test_tests_that_were_not_used_share_one_bar_without_length() -> None:
    found = bars(tuple(steps(BASE, (REASONS[0], REASONS[4], REASONS[4]))))
    unused = found["2 tests not measured"]
    assert unused.start == unused.end


def test_the_same_is_told_in_words() -> None:
    told = waterfall.told(waterfall.bars(AVERAGE, PATH))
    assert told.startswith(
        f"From {100 * AVERAGE:.0f} %, the average patient in training, to {100 * RISK:.0f} %: "
    )
    assert f"Thallium scan: reversible defect {points(PATH[0].change)};" in told
    assert told.endswith("1 test not measured, not used.")
    assert all(label in told for label in list(bars())[1:-1])


def test_the_picture_has_every_label_figure_and_the_words() -> None:
    path = waterfall.bars(AVERAGE, PATH)
    picture = waterfall.drawn(path)
    assert f'aria-label="{waterfall.told(path)}"' in picture
    for bar in path:
        assert f">{bar.label}</span>" in picture
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
    left, width = (float(each) / 100 for each in found.groups())
    assert (left, left + width) == pytest.approx(place, abs=1e-4)


@pytest.mark.parametrize("undoing", [(9.0,), (9.0, -9.0), (-9.0, 9.5)])
def test_every_bar_lies_inside_the_picture(undoing: tuple[float, ...]) -> None:
    """Also where large effects undo each other, and the way leads past 0 or 100 %."""
    path = waterfall.bars(0.5, tuple(steps(0.0, [reason("Effect", each) for each in undoing])))
    ends = re.findall(r"left:([\d.]+)%;width:max\(([\d.]+)%", waterfall.drawn(path))
    assert all(float(left) + float(width) <= 100.01 for left, width in ends)


def test_small_effects_are_one_line_and_the_rest_keeps_its_place() -> None:
    small = [reason(f"Small {at}", 0.01) for at in range(4)]
    found = bars(tuple(steps(BASE, (REASONS[0], *small))))
    assert list(found)[1:-1] == ["Thallium scan: reversible defect", "4 small effects together"]
    assert found["4 small effects together"].end == pytest.approx(found["This patient"].end)


def test_a_label_is_shown_letter_by_letter() -> None:
    picture = waterfall.drawn([Bar('<b onclick="x">&', 0.1, 0.2, Kind.RAISES, "+10.0")] * 2)
    assert "<b" not in picture
    assert "&lt;b onclick=&quot;x&quot;&gt;&amp;" in picture


def test_nothing_can_be_sent_away_from_a_chart() -> None:
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displayModeBar"] is False


SURE = replace(REASONS[0], low=0.4, high=2.4)
AGAINST = replace(REASONS[1], against_expectation="Against expectation: <odd> & unlikely.")


def test_a_bar_has_its_interval_drawn_in_proportion_and_said() -> None:
    (step,) = steps(BASE, (SURE,))
    path = waterfall.bars(AVERAGE, (step,))
    rate = step.change / SURE.contribution
    low, high = (AVERAGE + rate * end for end in (0.4, 2.4))
    assert path[1].ends == pytest.approx((low, high))
    picture = waterfall.drawn(path)
    assert f"left:{100 * low:.3f}%;width:{100 * (high - low):.3f}%;top:4px" in picture
    assert f"{path[1].figure} ({points(rate * 0.4)} to {points(rate * 2.4)})" in waterfall.told(
        path
    )


def test_an_interval_that_leaves_the_scale_ends_at_its_edge() -> None:
    (step,) = steps(BASE, (replace(SURE, low=-99.0, high=99.0),))
    assert "left:0.000%;width:100.000%;top:4px" in waterfall.drawn(waterfall.bars(AVERAGE, (step,)))


def test_where_no_interval_is_known_none_is_drawn_and_it_is_said() -> None:
    assert "top:4px" not in waterfall.drawn(waterfall.bars(AVERAGE, PATH))
    assert "not known" in waterfall.how_sure(REASONS)
    assert "95 % interval" in waterfall.how_sure((SURE, *REASONS))


def test_an_effect_against_expectation_is_told_at_its_bar_letter_by_letter() -> None:
    path = waterfall.bars(AVERAGE, tuple(steps(BASE, (AGAINST,))))
    picture = waterfall.drawn(path)
    assert "Against expectation: &lt;odd&gt; &amp; unlikely." in picture
    assert "Against expectation: <odd> & unlikely" in waterfall.told(path)
