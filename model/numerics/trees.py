"""Decision trees as one table of numbers, answered for many patients at once with NumPy alone.

The nodes of a tree stand in preorder: a node, all of its left branch, all of its right branch.
Their order alone tells the structure, so no table can point outside itself or run in circles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from model.numerics.arrays import Flags, Floats, Places
from model.numerics.questions import Questions
from model.numerics.quick_scorer import QuickScorer

TREE_LEAVES = 4096
ALL_LEAVES = 2**19
"""The most leaves of one tree, and of all together: more is no model that travels as numbers."""
LEAF = -1
COLUMNS = ("feature", "number", "blank_left", "cover")
BLOCK_ROWS = 256
BLOCK_LEAVES = 2**18
"""Patients times trees at once, so that what is between stays in the processor's cache."""
TABLE_BYTES = 2**28
"""Of all look-up tables together: a quarter of a gigabyte."""
GROUP_BYTES = 2**25


class Trees:
    """Trees over columns of numbers and of codes.

    Parameters
    ----------
    nodes : (m, 4) node after node, tree after tree. feature: the column that is asked, or -1 at a
        leaf. number: what goes left is at most this, or, of a column of codes, which of `sets` goes
        left; at a leaf, its value. blank_left: 1 if a missing number goes left, else 0. cover: at a
        leaf, how many training patients it holds, or 0 at every leaf if nobody counted; else 0.
    columns : how many there are.
    codes : of each column of codes, its codes, rising.
    sets : sets of codes.

    Raises
    ------
    ValueError
        If that is no table of whole trees of at most 4,096 leaves, they have more than 524,288
        leaves together, or cannot be answered in a quarter of a gigabyte.
    """

    def __init__(
        self,
        nodes: Any,
        columns: int,
        codes: Mapping[int, Sequence[float] | Floats] | None = None,
        sets: Sequence[Sequence[float]] = (),
    ) -> None:
        self.nodes = _checked(nodes, columns)
        self.columns = columns
        self.codes = {at: _rising(row) for at, row in (codes or {}).items()}
        self.sets = tuple(tuple(members) for members in sets)
        self.feature: Places = self.nodes[:, 0].astype(np.intp)
        self.number: Floats = self.nodes[:, 1]
        self.blank_left = self.nodes[:, 2] == 1
        self.is_leaf = self.feature == LEAF
        if not np.isin(self.number[self._asks_codes], np.arange(len(self.sets))).all():
            raise ValueError("a node asks for a set of codes that is none")
        self.right, self.end = _branches(self.is_leaf)
        self.roots = _roots(self.end)
        self.leaves = np.add.reduceat(self.is_leaf.astype(np.intp), self.roots)
        if self.leaves.max() > TREE_LEAVES:
            raise ValueError(f"a tree of more than {TREE_LEAVES:,} leaves")
        if self.leaves.sum() > ALL_LEAVES:
            raise ValueError(f"more than {ALL_LEAVES:,} leaves")
        self._groups = self._grouped()

    def __len__(self) -> int:
        return len(self.roots)

    @property
    def cover(self) -> Floats:
        """(m,) training patients below each node."""
        # What is below a node stands between it and its end: a difference of running sums.
        below = np.concatenate([[0.0], np.cumsum(self.nodes[:, 3])])
        cover: Floats = below[self.end] - below[:-1]
        return cover

    def tree(self, number: int) -> Floats:
        """(nodes, 4) of one tree, counted from 0."""
        root = self.roots[number]
        return self.nodes[root : self.end[root]]

    def each(self, values: Floats) -> Floats:
        """(n, trees) the value of every tree's leaf for n patients, (n, columns); NaN is a missing
        number.

        Raises
        ------
        ValueError
            If a column of codes holds another code.
        """
        answers = np.empty((len(values), len(self)))
        for rows in self._blocks(len(values)):
            for group in self._groups:
                answers[rows, group.which] = group.each(values[rows])
        return answers

    def total(self, values: Floats) -> Floats:
        """(n,) the sum of `each` over all trees; the same for a patient in any company."""
        total = np.empty(len(values))
        for rows in self._blocks(len(values)):
            total[rows] = self.each(values[rows]).sum(axis=1)
        return total

    def questions(self, column: int, nodes: Places) -> Questions:
        """What some nodes, all of which ask this column, make of each of its values."""
        numbers = self.number[nodes]
        if column in self.codes:
            codes = self.codes[column]
            goes_left = np.array([np.isin(codes, members) for members in self.sets])
            return Questions(codes, None, goes_left[numbers.astype(np.intp)])
        cuts, cut = np.unique(numbers, return_inverse=True)
        return Questions(cuts, cut, None)

    @cached_property
    def tree_of(self) -> Places:
        """(m,) which tree each node is of."""
        return np.searchsorted(self.roots, np.arange(len(self.nodes)), side="right") - 1

    def _blocks(self, count: int) -> Iterator[slice]:
        size = max(1, min(BLOCK_ROWS, BLOCK_LEAVES // len(self)))
        return (slice(start, start + size) for start in range(0, count, size))

    @property
    def _asks_codes(self) -> Flags:
        asks: Flags = np.isin(self.feature, list(self.codes))
        return asks

    def _grouped(self) -> list[QuickScorer]:
        """The trees in as few groups as keep each group's tables small.

        A table has a row a cut and a word a tree, so two groups of half the trees take half the
        room; one group is the fastest to ask.
        """
        for count in 2 ** np.arange(len(self).bit_length() + 1):
            parts = np.array_split(np.arange(len(self)), min(int(count), len(self)))
            groups = [QuickScorer(self, slice(int(part[0]), int(part[-1]) + 1)) for part in parts]
            sizes = [group.table_bytes for group in groups]
            if max(sizes) <= GROUP_BYTES and sum(sizes) <= TABLE_BYTES:
                return groups
        raise ValueError("more trees than can be answered at once")


def _checked(nodes: Any, columns: int) -> Floats:
    if not (isinstance(nodes, np.ndarray) and nodes.dtype == np.float64):
        raise ValueError("the nodes are no table of numbers")
    if nodes.ndim != 2 or nodes.shape[1] != len(COLUMNS) or not len(nodes):
        raise ValueError(f"the nodes are no table of {len(COLUMNS)} columns")
    if not np.isfinite(nodes).all():
        raise ValueError("a number that is not finite")
    feature, _, blank_left, cover = nodes.T
    if not np.isin(feature, np.arange(LEAF, columns)).all():
        raise ValueError("a node asks an input that is none")
    if not np.isin(blank_left, (0, 1)).all():
        raise ValueError("a node has no branch for a missing number")
    if cover.any() and ((cover > 0) != (feature == LEAF)).any():
        raise ValueError("a leaf without patients, or patients outside a leaf")
    return nodes


def _rising(codes: Sequence[float] | Floats) -> Floats:
    rising = np.asarray(codes, dtype=np.float64)
    if rising.ndim != 1 or not len(rising) or not np.isfinite(rising).all():
        raise ValueError("codes that are no numbers")
    if (np.diff(rising) <= 0).any():
        raise ValueError("codes that do not rise")
    return rising


def _branches(is_leaf: Flags) -> tuple[Places, Places]:
    """Where the right branch of each node begins, and where the nodes below it end."""
    # From the last node back: the left branch of a node begins behind it, and where that ends the
    # right one begins. A node that finds no right branch belongs to a tree that was cut off.
    count = len(is_leaf)
    right, end = [0] * count, [0] * count
    for at in range(count - 1, -1, -1):
        if is_leaf[at]:
            end[at] = at + 1
            continue
        right[at] = end[at + 1] if at + 1 < count else count
        if right[at] >= count:
            raise ValueError("a tree without an end")
        end[at] = end[right[at]]
    return np.array(right), np.array(end)


def _roots(end: Places) -> Places:
    roots = [0]
    while end[roots[-1]] < len(end):
        roots.append(int(end[roots[-1]]))
    return np.array(roots)
