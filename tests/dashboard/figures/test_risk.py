from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from dashboard.figures import risk as drawings


def groups(drawn: str) -> list[int]:
    """How many icons each look has, in order."""
    return [path.count("Z") // 2 for path in re.findall(r'<path d="([^"]*)"', unquote(drawn))]


@pytest.mark.parametrize(
    ("risk", "low", "high", "counts"),
    [
        (0.47, 0.25, 0.70, [25, 22, 23, 30]),
        (0.5, 0.5, 0.5, [50, 50]),  # nothing is uncertain
        (0.004, 0.0, 0.02, [2, 98]),  # nobody for sure, and nobody expected
        (1.0, 1.0, 1.0, [100]),
        (0.0, 0.0, 0.0, [100]),
    ],
)
def test_every_icon_is_one_of_100(risk: float, low: float, high: float, counts: list[int]) -> None:
    found = groups(drawings.icons(risk, (low, high)))
    assert found == counts
    assert sum(found) == 100


def test_both_say_in_words_what_they_show() -> None:
    said = "47 of 100 patients, 95 % interval 25 to 70."
    assert f'alt="{said}"' in drawings.icons(0.47, (0.25, 0.7))
    assert f'aria-label="{said}"' in drawings.bar(0.47, (0.25, 0.7))
    assert f'aria-label="{said} Decision threshold 30 %."' in drawings.bar(0.47, (0.25, 0.7), 0.3)


def test_the_bar_reaches_from_the_lower_to_the_upper_end() -> None:
    assert "left:25.00%;width:45.00%" in drawings.bar(0.47, (0.25, 0.7))


def test_the_dark_has_a_brighter_colour() -> None:
    for draw in (drawings.bar, drawings.icons):
        light, dark = (unquote(draw(0.47, (0.25, 0.7), theme=each)) for each in ("light", "dark"))
        assert drawings.COLOUR in light
        assert drawings.COLOUR not in dark
        assert drawings.COLOUR_IN_THE_DARK in dark
