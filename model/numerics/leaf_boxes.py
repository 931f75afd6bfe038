"""Every leaf of trees as a box: of each input asked on the way to it, the places it takes.

A patient is inside a leaf by an input whose place the leaf takes. That is one bit an input, so a
patient and a leaf make one pattern of bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.numerics.arrays import Bits, Flags, Floats, Places
from model.numerics.questions import Questions
from model.numerics.trees import LEAF, Trees

MOST_INPUTS = 64
"""Asked on the way to one leaf: a bit each."""


@dataclass(frozen=True, eq=False)
class Side:
    """What the leaves ask of one input.

    leaf : (k,) which leaves. bit : (k,) of each, which bit the input has in its pattern. low, high
    : (k,) it takes the places above `low` and up to `high`. blank : (k,) whether it takes a missing
    value. codes : instead of a range, (codes + 1, k) whether it takes each code, or a missing one.
    """

    questions: Questions
    leaf: Places
    bit: Bits
    low: Places
    high: Places
    blank: Flags
    codes: Flags | None

    def takes(self, values: Floats) -> Flags:
        """(n, k) whether each of the k leaves takes each of n values; NaN is a missing one."""
        place = self.questions.place(values)
        if self.codes is not None:
            return self.codes[place]
        inside: Flags = (place[:, None] > self.low) & (place[:, None] <= self.high)
        missing = np.isnan(values)
        inside[missing] = self.blank
        return inside


class LeafBoxes:
    """The boxes of all leaves.

    values : (leaves,) of each leaf. inputs : (leaves,) how many different inputs are asked on the
    way. sides : by column.

    Raises
    ------
    ValueError
        If more than 64 inputs are asked on the way to a leaf.
    """

    def __init__(self, trees: Trees) -> None:
        leaves = np.flatnonzero(trees.is_leaf)
        self.values: Floats = trees.number[leaves]
        leaf, node, left = _paths(trees, leaves)
        # A pair is a leaf and a column asked on the way to it, once however often. Pairs are sorted
        # by leaf, so how far one lies behind its leaf's first is its bit in the pattern.
        pairs, side_of = np.unique(leaf * trees.columns + trees.feature[node], return_inverse=True)
        of_leaf, column = np.divmod(pairs, trees.columns)
        self.inputs: Places = np.bincount(of_leaf, minlength=len(leaves))
        if self.inputs.max(initial=0) > MOST_INPUTS:
            raise ValueError(f"more than {MOST_INPUTS} inputs on the way to one leaf")
        bit = (np.arange(len(pairs)) - np.searchsorted(of_leaf, of_leaf)).astype(np.uint64)
        self.sides: dict[int, Side] = {}
        for asked in np.unique(column):
            of_column = np.flatnonzero(column == asked)
            steps = np.flatnonzero(trees.feature[node] == asked)
            side = np.searchsorted(of_column, side_of[steps])
            self.sides[int(asked)] = _side(
                trees,
                int(asked),
                of_leaf[of_column],
                bit[of_column],
                node[steps],
                left[steps],
                side,
            )

    def patterns(self, values: Floats) -> Bits:
        """(n, leaves) by which of its inputs each patient is inside each leaf, a bit an input;
        `values` is (n, columns), NaN for a missing one.

        Raises
        ------
        ValueError
            If a column of codes holds another code.
        """
        # A row a leaf while they are put together: the patients of a leaf then lie side by side.
        patterns = np.zeros((len(self.values), len(values)), dtype=np.uint64)
        for column, side in self.sides.items():
            takes = side.takes(values[:, column]).T.astype(np.uint64)
            patterns[side.leaf] |= takes << side.bit[:, None]
        return np.ascontiguousarray(patterns.T)


def _side(
    trees: Trees, column: int, leaf: Places, bit: Bits, node: Places, left: Flags, side: Places
) -> Side:
    """One input's part of its leaves' boxes, from the steps (node, left or right) of their ways."""
    nodes, which = np.unique(node, return_inverse=True)
    questions = trees.questions(column, nodes)
    count = len(leaf)
    # A box is what every step of its way lets through, so each step can only narrow it: `and` for
    # a blank and for codes, the least upper and the greatest lower cut for a number.
    blank = np.ones(count, dtype=np.bool_)
    np.logical_and.at(blank, side, trees.blank_left[node] == left)
    low, high = np.full(count, -1), np.full(count, len(questions.edges))
    if questions.sets is not None:
        codes = np.ones((questions.places, count), dtype=np.bool_)
        np.logical_and.at(codes[:-1].T, side, questions.sets[which] == left[:, None])
        codes[-1] = blank
        return Side(questions, leaf, bit, low, high, blank, codes)
    assert questions.cut is not None
    cut = questions.cut[which]
    np.minimum.at(high, side[left], cut[left])
    np.maximum.at(low, side[~left], cut[~left])
    return Side(questions, leaf, bit, low, high, blank, None)


def _paths(trees: Trees, leaves: Places) -> tuple[Places, Places, Flags]:
    """Every step on the way to every leaf: the leaf's number, the node, whether it goes left."""
    # In preorder the left branch begins right behind its node; so who has a parent one place
    # before it went left there. All leaves climb together, a step a turn, until all are at roots.
    asking = np.flatnonzero(trees.feature != LEAF)
    parent = np.full(len(trees.nodes), -1)
    parent[asking + 1] = asking
    parent[trees.right[asking]] = asking
    found: list[tuple[Places, Places, Flags]] = []
    number, at = np.arange(len(leaves)), leaves
    while len(at):
        inner = parent[at] >= 0
        number, at = number[inner], at[inner]
        above = parent[at]
        found.append((number, above, at == above + 1))
        at = above
    leaf, node, left = (np.concatenate(part) for part in zip(*found, strict=True))
    return leaf, node, left
