"""The page of faults keeps what was measured, and `make faults` runs what it is asked to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults import page, parts
from tests.faults.page import Outcome

ROOT = Path(__file__).parents[2]
SLOW = Outcome("a server is slow", True, False, 2.0, "2.5 s", "3 s")
LOST = Outcome("a line | is lost", False, True, 4.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(page.PAGE, tmp_path))


def test_a_part_that_is_measured_anew_leaves_the_others_as_they_are(path: Path) -> None:
    first, second, *_ = parts.PARTS
    page.write(path=path)
    protections = path.read_text().partition("## Protections")[2]
    page.write(first, [SLOW], path)
    page.write(second, [LOST], path)
    text = path.read_text()
    assert text.count("| a server is slow | 2.5 s | 3 s | held |") == 1
    assert "| a line \\| is lost | in 4.0 s |" in text
    assert "0 of 1 held" in text
    assert text.partition("## Protections")[2] == protections
    page.write(path=path)
    assert path.read_text() == text


def test_every_part_has_tests_that_are_there() -> None:
    for part in parts.PARTS:
        for test in part.tests:
            file, *names = test.split("::")
            assert (ROOT / file).exists(), test
            assert not names or f"def {names[-1]}(" in (ROOT / file).read_text(), test


def test_parts_are_chosen_by_name() -> None:
    assert [part.name for part in parts.chosen(["memory", "load"])] == ["memory", "load"]
    assert parts.chosen([]) == [*parts.PARTS]
    with pytest.raises(ValueError, match="no part memroy; there are deadlines, "):
        parts.chosen(["memroy"])
