"""How often each combination of codes stands in a file, counted at once or chunk by chunk."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from model.files.understanding.code_table import CodeTable

LEVELS = (-9.0, 0.0, 0.5, 1.0, 2.0, 300.0)
BLANK, OTHER = len(LEVELS) + 1, len(LEVELS)
WRITTEN = {**{level: at for at, level in enumerate(LEVELS)}, 7.0: OTHER, 1e300: OTHER, 44.0: OTHER}


def table(columns: int) -> CodeTable:
    return CodeTable(tuple(f"c{at}" for at in range(columns)), LEVELS)


@pytest.mark.parametrize("columns", [1, 3, 21, 60])
def test_rows_are_counted_by_their_combination_whatever_the_number_of_columns(columns: int) -> None:
    random = np.random.default_rng(columns)
    cells = random.choice([*WRITTEN, np.nan], size=(40, columns))[random.integers(0, 40, 500)]
    expected = [tuple(WRITTEN.get(cell, BLANK) for cell in row) for row in cells.tolist()]
    whole, parts = table(columns), table(columns)
    named = {f"c{at}": cells[:, at] for at in range(columns)}
    whole.add(named, len(cells))
    for begin, end in pairwise((0, 123, 124, 300, 500)):
        part = table(columns)
        part.add({name: column[begin:end] for name, column in named.items()}, end - begin)
        parts.merge(part, follows=True)
    assert whole == parts
    assert whole.counts == Counter(expected)
    assert whole.first == {each: expected.index(each) + 1 for each in expected}


def test_a_column_that_is_not_there_is_blank_in_every_row() -> None:
    found = table(2)
    found.add({"c1": np.array([0.0, np.nan])}, 2)
    assert found.counts == {(BLANK, 1): 1, (BLANK, BLANK): 1}
