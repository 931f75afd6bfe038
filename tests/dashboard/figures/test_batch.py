"""The histogram of a file's risks."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.figures.batch import BINS, Spread, spread, spread_text

RISKS = np.array([0.0, 0.04, 0.5, 0.51, 0.99, 1.0])


@pytest.mark.parametrize(
    ("threshold", "below", "above"), [(0.5, 2, 4), (0.51, 3, 3), (0.01, 1, 5), (0.99, 4, 2)]
)
def test_every_patient_is_on_one_side_of_the_threshold(
    threshold: float, below: int, above: int
) -> None:
    counts = Spread.of(RISKS, threshold)
    assert (sum(counts.below), sum(counts.above)) == (below, above)
    assert len(counts.below) == len(counts.above) == BINS
    figure = spread(counts, "dark")
    assert [bar.name for bar in figure.data] == [f"{below} below", f"{above} at or above"]
    (line,) = figure.layout.shapes
    assert (line.x0, line.x1, line.line.dash) == (threshold, threshold, "dash")
    assert figure.layout.annotations[0].text == f"threshold {100 * threshold:.0f} %"


def test_its_words_say_the_same() -> None:
    assert spread_text(Spread.of(RISKS, 0.5)) == (
        "Histogram of the risks: 2 patients below 50 %, 4 at or above it. By tenths of the risk: "
        "2 from 0 %, 2 from 50 %, 2 from 90 %."
    )
