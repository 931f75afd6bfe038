"""Who changes sides of a threshold under another version."""

from __future__ import annotations

import numpy as np
import pytest

from model.interpretation.reclassification import Reclassification

NAN = float("nan")


@pytest.mark.parametrize(
    ("before", "after", "counts", "up", "down"),
    [
        ([0.1, 0.9], [0.2, 0.8], ((1, 0), (0, 1)), [], []),
        ([0.4, 0.4, 0.9], [0.6, 0.9, 0.1], ((0, 2), (1, 0)), [1, 0], [2]),
        ([0.5, 0.49], [0.49, 0.5], ((0, 1), (1, 0)), [1], [0]),
        ([0.4, NAN], [0.6, NAN], ((0, 1), (0, 0)), [0], []),
        ([], [], ((0, 0), (0, 0)), [], []),
    ],
)
def test_who_changes_sides(
    before: list[float],
    after: list[float],
    counts: tuple[tuple[int, int], tuple[int, int]],
    up: list[int],
    down: list[int],
) -> None:
    changed = Reclassification(np.array(before), np.array(after), 0.5)
    assert changed.counts() == counts
    assert changed.up.tolist() == up
    assert changed.down.tolist() == down
