from __future__ import annotations

from dashboard.figures import risk as drawings


def test_the_bar_says_in_words_what_it_shows() -> None:
    said = "47 of 100 patients, 95 % interval 25 to 70."
    assert f'aria-label="{said}"' in drawings.bar(0.47, (0.25, 0.7))
    assert f'aria-label="{said} Decision threshold 30 %."' in drawings.bar(0.47, (0.25, 0.7), 0.3)


def test_the_bar_reaches_from_the_lower_to_the_upper_end() -> None:
    assert "left:25.00%;width:45.00%" in drawings.bar(0.47, (0.25, 0.7))


def test_the_dark_has_a_brighter_colour() -> None:
    light, dark = (drawings.bar(0.47, (0.25, 0.7), theme=each) for each in ("light", "dark"))
    assert drawings.COLOUR in light
    assert drawings.COLOUR not in dark
    assert drawings.COLOUR_IN_THE_DARK in dark
