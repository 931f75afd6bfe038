from __future__ import annotations

import re

import pytest

from dashboard.figures import ranges
from dashboard.figures.ranges import Range

NOW, BEFORE = Range("Now: 31 % (9 to 69 %)", 0.31, (0.09, 0.69)), Range("Pinned: 70 %", 0.7, None)


def test_each_line_has_its_interval_and_its_mark() -> None:
    drawn = ranges.drawn([NOW], "Risk.")
    assert "left:9.00%;width:60.00%" in drawn
    assert "left:calc(31.00% - 1px)" in drawn


def test_where_no_interval_is_known_there_is_a_mark_alone() -> None:
    drawn = ranges.drawn([BEFORE], "Risk.")
    assert "left:calc(70.00% - 1px)" in drawn
    assert "width:" not in drawn


def test_it_says_in_words_what_it_shows() -> None:
    drawn = ranges.drawn([BEFORE, NOW], "Risk of both.")
    assert 'aria-label="Risk of both. Pinned: 70 %; Now: 31 % (9 to 69 %)."' in drawn


def test_the_threshold_is_a_dashed_line_on_every_line() -> None:
    assert ranges.drawn([BEFORE, NOW], "Risk.", threshold=0.2).count("dashed") == 2
    assert "dashed" not in ranges.drawn([BEFORE, NOW], "Risk.")


@pytest.mark.parametrize("name", ["<b>v1</b>", '"><img src=x onerror=alert(1)>', "A & B"])
def test_a_name_is_shown_letter_by_letter(name: str) -> None:
    drawn = ranges.drawn([Range(name, 0.5, None)], "Risk.")
    assert not re.search(r"<(b|img)\b", drawn)
    assert "A & B" not in drawn
