"""Shapley values of trees: equal to asking every coalition, one background patient at a time."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest

from model.numerics import tree_shapley
from model.numerics.tree_shapley import TreeShapley
from model.numerics.trees import Trees

NAN = np.nan
CODES = [1.0, 2.0, 5.0]
SETS = [[1.0], [2.0, 5.0], [], CODES]


def enumerated(trees: Trees, patient: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Shapley values by their definition: every coalition of inputs is asked."""
    players = range(len(patient))

    def worth(known: tuple[int, ...]) -> float:
        rows = background.copy()
        rows[:, list(known)] = patient[list(known)]
        return float(trees.total(rows).mean())

    count = len(patient)
    shares = np.zeros(count)
    for player in players:
        rest = [other for other in players if other != player]
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for known in combinations(rest, size):
                shares[player] += weight * (worth((*known, player)) - worth(known))
    return shares


def grown(random: np.random.Generator, leaves: int, columns: int) -> list[list[float]]:
    if leaves == 1:
        return [[-1, random.normal(), 0, 0]]
    left = int(random.integers(1, leaves))
    column = int(random.integers(columns))
    number = random.integers(len(SETS)) if column == 2 else random.normal()
    node = [column, number, random.integers(2), 0]
    branches = grown(random, left, columns) + grown(random, leaves - left, columns)
    return [[float(part) for part in node], *branches]


def patients(random: np.random.Generator, count: int, columns: int) -> np.ndarray:
    rows = random.normal(size=(count, columns))
    rows[:, 2] = random.choice(CODES, count)
    rows[random.random(rows.shape) < 0.2] = NAN
    return rows


@pytest.mark.parametrize(("columns", "leaves"), [(3, 8), (5, 20), (7, 150)])
@pytest.mark.parametrize("few", [0, 3, 6])
def test_values_equal_every_coalition_asked(
    columns: int, leaves: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree_shapley, "FEW_INPUTS", few)
    random = np.random.default_rng(columns)
    nodes = [node for _ in range(6) for node in grown(random, leaves, columns)]
    trees = Trees(np.array([*nodes, [-1, 0.5, 0, 0]]), columns, {2: CODES}, SETS)
    background, asked = patients(random, 30, columns), patients(random, 3, columns)
    shapley = TreeShapley(trees, background)
    shares = shapley.values(asked)
    expected = [enumerated(trees, patient, background) for patient in asked]
    np.testing.assert_allclose(shares, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(shares.sum(axis=1) + shapley.base, trees.total(asked), atol=1e-12)


def test_an_input_that_is_never_asked_has_no_share() -> None:
    trees = Trees(np.array([[0, 1.0, 0, 0], [-1, 2.0, 0, 0], [-1, 4.0, 0, 0]]), 2)
    shares = TreeShapley(trees, np.array([[0.0, 0.0], [2.0, 0.0]])).values(np.array([[2.0, 9.0]]))
    assert shares.tolist() == [[1.0, 0.0]]


def test_a_way_that_asks_too_many_inputs_is_refused() -> None:
    chain = [node for at in range(65) for node in ([at, 0.0, 0, 0], [-1, 1.0, 0, 0])]
    trees = Trees(np.array([*chain, [-1, 0.0, 0, 0]], dtype=float), 65)
    with pytest.raises(ValueError, match="more than 64 inputs"):
        TreeShapley(trees, np.zeros((1, 65)))
