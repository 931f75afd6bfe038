"""Trees as a table: each patient gets the leaf a walk would lead to, and no table leads astray."""

from __future__ import annotations

import numpy as np
import pytest

from model.numerics.trees import TREE_LEAVES, Trees

NAN = np.nan
# One tree over two columns: is the first at most 5? A missing first goes right. If so, is the
# second at most 2? A missing second goes left.
TREE = np.array(
    [
        [0, 5.0, 0, 0],
        [1, 2.0, 1, 0],
        [-1, 10.0, 0, 3],
        [-1, 20.0, 0, 4],
        [-1, 30.0, 0, 5],
    ]
)
LEAF = np.array([[-1, 7.0, 0, 12]])


@pytest.mark.parametrize(
    ("patient", "leaf"),
    [
        ([5, 2], 10),
        ([5, 2.1], 20),
        ([-np.inf, np.inf], 20),
        ([5.1, 2], 30),
        ([5.1, NAN], 30),
        ([NAN, 2], 30),
        ([5, NAN], 10),
        ([NAN, NAN], 30),
    ],
)
def test_a_patient_ends_in_one_leaf(patient: list[float], leaf: float) -> None:
    assert Trees(TREE, 2).each(np.array([patient]))[0, 0] == leaf


def test_trees_follow_each_other_in_one_table() -> None:
    trees = Trees(np.vstack([LEAF, TREE, LEAF]), 2)
    assert len(trees) == 3
    assert trees.each(np.array([[5.0, 2.0]])).tolist() == [[7, 10, 7]]
    np.testing.assert_array_equal(trees.tree(1), TREE)


def test_a_node_covers_the_patients_of_its_leaves() -> None:
    assert Trees(TREE, 2).cover.tolist() == [12, 7, 3, 4, 5]


def test_no_patients_get_no_answers() -> None:
    assert Trees(TREE, 2).each(np.empty((0, 2))).shape == (0, 1)


def walked(trees: Trees, patient: np.ndarray) -> list[float]:
    """The leaf of every tree, one question after the other."""
    found = []
    for root in trees.roots:
        at = root
        while trees.feature[at] >= 0:
            asked = patient[trees.feature[at]]
            if np.isnan(asked):
                left = trees.blank_left[at]
            elif trees.feature[at] in trees.codes:
                left = asked in trees.sets[int(trees.number[at])]
            else:
                left = asked <= trees.number[at]
            at = at + 1 if left else trees.right[at]
        found.append(trees.number[at])
    return found


def grown(random: np.random.Generator, leaves: int) -> np.ndarray:
    """A tree of any shape over four columns with few different thresholds."""
    if leaves == 1:
        return np.array([[-1, random.normal(), 0, 1]])
    left = int(random.integers(1, leaves))
    node = [random.integers(4), random.integers(-3, 4), random.integers(2), 0]
    return np.vstack([[node], grown(random, left), grown(random, leaves - left)]).astype(float)


def test_many_trees_of_any_shape_answer_as_a_walk_through_each() -> None:
    random = np.random.default_rng(0)
    sizes = [1, 2, 63, 64, 65, 128, 129, 700, *random.integers(1, 300, 40)]
    trees = Trees(np.vstack([grown(random, size) for size in sizes]), 4)
    patients = random.integers(-4, 5, (600, 4)).astype(float)
    patients[random.random(patients.shape) < 0.2] = NAN
    np.testing.assert_array_equal(
        trees.each(patients), [walked(trees, patient) for patient in patients]
    )


def test_codes_go_left_by_sets() -> None:
    random = np.random.default_rng(1)
    codes = [1.0, 2.0, 3.0, 7.0]
    sets = [[], [1, 7], [2], codes, [3, 7]]
    nodes = np.vstack([grown(random, size) for size in random.integers(2, 150, 30)])
    nodes[nodes[:, 0] == 2, 1] = random.integers(0, len(sets), (nodes[:, 0] == 2).sum())
    trees = Trees(nodes, 4, {2: codes}, sets)
    patients = random.integers(-4, 5, (300, 4)).astype(float)
    patients[:, 2] = random.choice([*codes, NAN], 300)
    np.testing.assert_array_equal(
        trees.each(patients), [walked(trees, patient) for patient in patients]
    )
    patients[7, 2] = 4
    with pytest.raises(ValueError, match="a code that is none"):
        trees.each(patients)


def test_trees_in_several_groups_of_tables_answer_as_a_walk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("model.numerics.trees.GROUP_BYTES", 16_000)
    random = np.random.default_rng(2)
    trees = Trees(np.vstack([grown(random, size) for size in [200, 1, 3, 90, 8, 8]]), 4)
    patients = random.integers(-4, 5, (50, 4)).astype(float)
    walks = np.array([walked(trees, patient) for patient in patients])
    np.testing.assert_array_equal(trees.each(patients), walks)


def test_a_patient_gets_the_same_total_in_any_company() -> None:
    random = np.random.default_rng(3)
    trees = Trees(np.vstack([grown(random, size) for size in random.integers(1, 90, 57)]), 4)
    patients = random.integers(-4, 5, (999, 4)).astype(float)
    alone = np.concatenate([trees.total(patient[None]) for patient in patients])
    np.testing.assert_array_equal(trees.total(patients), alone)


def chain(leaves: int) -> np.ndarray:
    """A tree that is one long branch."""
    questions = [[[0, at, 0, 0], [-1, at, 0, 1]] for at in range(leaves - 1)]
    return np.array([*(node for pair in questions for node in pair), [-1, 0, 0, 1]], dtype=float)


def changed(row: int, column: int, value: float) -> np.ndarray:
    nodes = TREE.copy()
    nodes[row, column] = value
    return nodes


def test_more_trees_than_memory_should_hold_are_refused() -> None:
    """Their tables would take terabytes; that must show before anything is made of them."""
    stump = np.array([[0, 0, 0, 0], [-1, 1, 0, 1], [-1, 2, 0, 1]], dtype=float)
    with pytest.raises(ValueError, match="more than 524,288 leaves"):
        Trees(np.tile(stump, (2**18 + 1, 1)), 1)
    codes = np.arange(70_000.0)
    with pytest.raises(ValueError, match="more trees than can be answered"):
        Trees(np.tile(stump, (5_000, 1)), 1, {0: codes}, [[1.0]])


@pytest.mark.parametrize("codes", [[], [2.0, 1.0], [1.0, NAN], [1.0, 1.0]])
def test_codes_that_do_not_rise_are_refused(codes: list[float]) -> None:
    with pytest.raises(ValueError, match="codes that"):
        Trees(TREE, 2, {0: codes}, [[]] * 6)


def test_a_set_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="a set of codes that is none"):
        Trees(TREE, 2, {0: [1.0, 2.0]}, [[1.0]])


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        pytest.param(TREE.tolist(), "no table of numbers", id="a list"),
        pytest.param(TREE.astype(object), "no table of numbers", id="objects"),
        pytest.param(TREE.astype("f4"), "no table of numbers", id="other numbers"),
        pytest.param(TREE[:, :3].copy(), "no table of 4 columns", id="a column short"),
        pytest.param(TREE[:0], "no table of 4 columns", id="no nodes"),
        pytest.param(TREE[0], "no table of 4 columns", id="one node alone"),
        pytest.param(changed(2, 1, NAN), "not finite", id="NaN"),
        pytest.param(changed(0, 1, np.inf), "not finite", id="infinite"),
        pytest.param(changed(0, 0, 2), "an input that is none", id="a third column"),
        pytest.param(changed(0, 0, -2), "an input that is none", id="a negative column"),
        pytest.param(changed(0, 0, 0.5), "an input that is none", id="half a column"),
        pytest.param(changed(0, 2, 2), "no branch for a missing", id="no branch for a blank"),
        pytest.param(changed(2, 3, 0), "without patients", id="an empty leaf among others"),
        pytest.param(changed(0, 3, 1), "outside a leaf", id="patients at a question"),
        pytest.param(TREE[:-1], "without an end", id="cut off"),
        pytest.param(TREE[:1], "without an end", id="a question alone"),
        pytest.param(chain(TREE_LEAVES + 1), "more than 4,096 leaves", id="too large"),
    ],
)
def test_what_is_no_table_of_whole_trees_is_refused(nodes: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Trees(nodes, 2 if reason != "more than 4,096 leaves" else 4)
