"""Whatever the text, no line is wider than its column."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.report.glyphs import LACKING, LONGEST
from dashboard.report.sheet import Sheet
from dashboard.report.styles import BODY, Style

WHEN = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def sheet() -> Iterator[Sheet]:
    with closing(Sheet("A title", WHEN, "A foot", 1)) as opened:
        yield opened


@given(text=st.text(max_size=2 * LONGEST), width=st.sampled_from([20.0, 83.0, 174.0]))
def test_lines_are_no_wider_than_asked(sheet: Sheet, text: str, width: float) -> None:
    for style in (BODY, Style(18, bold=True)):
        lines = sheet.lines(text, width, style)
        assert all(sheet.width(line, style) <= width + 1e-6 for line in lines)
        assert sheet.width(sheet.fitted(text, width, style), style) <= width + 1e-6


@given(st.text(max_size=LONGEST))
def test_what_can_be_seen_keeps_its_place_or_a_mark(sheet: Sheet, text: str) -> None:
    kept = sheet.clean(text)
    assert len("".join(kept.split())) <= len(text) * 3  # a letter may come apart into marks
    assert "\n" not in kept
    assert sheet.clean("漢") == LACKING


def test_balanced_lines_are_as_many_and_none_is_a_last_word_alone(sheet: Sheet) -> None:
    text = "About 10 of 100 patients like this one have a narrowed coronary artery (4 to 24)."
    lines = sheet.lines(text, 83, BODY)
    balanced = sheet.balanced(text, 83, BODY)
    assert len(balanced) == len(lines)
    assert min(map(len, balanced)) >= min(map(len, lines))
    assert " ".join(balanced).split() == text.split()


def test_a_new_page_begins_where_there_is_no_room() -> None:
    with closing(Sheet("A title", WHEN, "A foot", 1)) as sheet:
        sheet.room(100)
        assert sheet.pages == 1
        sheet.y = 250
        sheet.room(100)
        assert (sheet.pages, sheet.y < 20) == (2, True)
