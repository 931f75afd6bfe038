"""Decision trees as one table of numbers, answered for many patients at once with NumPy alone.

The nodes of a tree stand in preorder: a node, all of its left branch, all of its right branch.
Their order alone tells the structure, so no table can point outside itself or run in circles.

A patient's leaf is found as in QuickScorer (Lucchese et al. 2015, doi:10.1145/2766462.2767733):
every input by itself rules out leaves of every tree, a bit a leaf, and the leaf that no input rules
out is the answer. That takes one look-up an input instead of a walk a tree.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Bits = NDArray[np.uint64]

MOST_LEAVES = 64
LEAF = -1
COLUMNS = ("feature", "number", "blank_left", "cover")
ALL = ~np.uint64(0)
AT_ONCE = 256
MOST_NUMBERS = 2**25
"""That the look-up tables and the votes of some patients may take: a quarter of a gigabyte."""
VOTES = 1024


class Trees:
    """Trees over columns of numbers.

    Parameters
    ----------
    nodes : (m, 4) node after node, tree after tree. feature: the column that is asked, or -1 at a
        leaf. number: what goes left is at most this; at a leaf, its value. blank_left: 1 if a
        missing number goes left, else 0. cover: at a leaf, how many training patients it holds;
        else 0.
    columns : how many there are.

    Raises
    ------
    ValueError
        If that is no table of whole trees of at most 64 leaves, or they are too many to be
        answered in a quarter of a gigabyte.
    """

    def __init__(self, nodes: Any, columns: int) -> None:
        self.nodes = _checked(nodes, columns)
        self.columns = columns
        self.feature: Places = self.nodes[:, 0].astype(np.intp)
        self.number: Floats = self.nodes[:, 1]
        self.blank_left = self.nodes[:, 2] == 1
        self.is_leaf = self.feature == LEAF
        self.right, self.end = _branches(self.is_leaf)
        self.roots = _roots(self.end)
        if self._leaves_from(self.roots).max() > MOST_LEAVES:
            raise ValueError(f"a tree of more than {MOST_LEAVES} leaves")
        cuts = sum(len(np.unique(self.number[self.feature == at])) for at in range(columns))
        if len(self) * (cuts + VOTES) > MOST_NUMBERS:
            raise ValueError("more trees than can be answered at once")

    def __len__(self) -> int:
        return len(self.roots)

    @property
    def cover(self) -> Floats:
        """(m,) training patients below each node."""
        below = np.concatenate([[0.0], np.cumsum(self.nodes[:, 3])])
        cover: Floats = below[self.end] - below[:-1]
        return cover

    def tree(self, number: int) -> Floats:
        """The nodes of one tree."""
        root = self.roots[number]
        return self.nodes[root : self.end[root]]

    def each(self, values: Floats) -> Floats:
        """(n, trees) the value of every tree's leaf for n patients; NaN is a missing number."""
        found = np.empty((len(values), len(self)))
        for start in range(0, len(values), AT_ONCE):
            rows = slice(start, start + AT_ONCE)
            leaves = np.repeat(self._mask(self.roots)[None], len(found[rows]), axis=0)
            for column, (cuts, table) in self._tables.items():
                asked = values[rows, column]
                place = np.searchsorted(cuts, asked)
                leaves &= table[np.where(np.isnan(asked), len(cuts) + 1, place)]
            rank = np.bitwise_count(leaves - np.uint64(1))
            found[rows] = self._leaf_values.ravel()[rank + self._offsets]
        return found

    @cached_property
    def _tables(self) -> dict[int, tuple[Floats, Bits]]:
        """Of each column that is asked, its cuts, and the leaves left of every tree by how many
        cuts a number lies above; the last row is for a missing number.
        """
        keeps_left = ~self._mask(np.where(self.is_leaf, 0, self.right))
        keeps_right = ~self._mask(np.where(self.is_leaf, 0, np.arange(len(self.nodes)) + 1))
        blank = np.where(self.blank_left, keeps_left, keeps_right)
        tables = {}
        for column in range(self.columns):
            asking = np.flatnonzero(self.feature == column)
            if not len(asking):
                continue
            cuts, cut = np.unique(self.number[asking], return_inverse=True)
            tree = self._tree[asking]
            below, above = np.full((2, len(cuts) + 2, len(self)), ALL)
            np.bitwise_and.at(below, (cut, tree), keeps_left[asking])
            np.bitwise_and.at(above, (cut + 1, tree), keeps_right[asking])
            table = np.bitwise_and.accumulate(below[::-1])[::-1]
            table &= np.bitwise_and.accumulate(above)
            table[-1] = ALL
            np.bitwise_and.at(table[-1], tree, blank[asking])
            tables[column] = cuts, table
        return tables

    @cached_property
    def _leaf_values(self) -> Floats:
        """(trees, 64) by rank of the leaf in its tree."""
        values = np.zeros((len(self), MOST_LEAVES))
        leaves = np.flatnonzero(self.is_leaf)
        values[self._tree[leaves], self._rank(leaves)] = self.number[leaves]
        return values

    @cached_property
    def _offsets(self) -> Places:
        return np.arange(len(self)) * MOST_LEAVES

    @cached_property
    def _tree(self) -> Places:
        """(m,) which tree each node is of."""
        return np.searchsorted(self.roots, np.arange(len(self.nodes)), side="right") - 1

    @cached_property
    def _leaves_before(self) -> Places:
        return np.concatenate([[0], np.cumsum(self.is_leaf)])

    def _leaves_from(self, nodes: Places) -> Places:
        """How many leaves each of these nodes has below it; a leaf has itself."""
        leaves: Places = self._leaves_before[self.end[nodes]] - self._leaves_before[nodes]
        return leaves

    def _rank(self, nodes: Places) -> Places:
        """How many leaves of its tree come before each of these nodes."""
        rank: Places = (
            self._leaves_before[nodes] - self._leaves_before[self.roots[self._tree[nodes]]]
        )
        return rank

    def _mask(self, nodes: Places) -> Bits:
        """The leaves below each of these nodes, a bit a leaf."""
        unused = (MOST_LEAVES - self._leaves_from(nodes)).astype(np.uint64)
        return (ALL >> unused) << self._rank(nodes).astype(np.uint64)


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
    if ((cover > 0) != (feature == LEAF)).any():
        raise ValueError("a leaf without patients, or patients outside a leaf")
    return nodes


def _branches(is_leaf: NDArray[np.bool_]) -> tuple[Places, Places]:
    """Where the right branch of each node begins, and where the nodes below it end."""
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
