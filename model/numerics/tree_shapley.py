"""Exact Shapley values of trees over their own inputs, interventional against a background.

A player is an input; what an input not yet known would have been is taken from the patients of
the background, one after the other (Lundberg et al. 2020, doi:10.1038/s42256-019-0138-9,
"interventional"). For one background patient and one leaf, let A be the inputs by which only the
patient is inside the leaf, B those by which only the other is. If every input of the leaf lets one
of them in, the leaf's value v is gained by whoever brings the last of A and lost by the first of B,
so each of A gets v·(|A|-1)!·|B|!/(|A|+|B|)! and each of B minus v·|A|!·(|B|-1)!/(|A|+|B|)!.
"""

from __future__ import annotations

from functools import cached_property
from math import factorial

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Bits, Flags, Floats, Places
from model.numerics.leaf_boxes import MOST_INPUTS, LeafBoxes
from model.numerics.trees import Trees

FEW_INPUTS = 6
"""Up to which a leaf's answers are kept for every pattern: 64 of them, of 6 numbers each."""
TABLE_NUMBERS = 2**24
"""Of all those answers together: 128 MiB."""
BLOCK_PATTERNS = 2**20
"""Patients times leaves at once, a word of 8 bytes each."""


class TreeShapley:
    """The sum of trees explained.

    Parameters
    ----------
    trees : whose sum is explained.
    background : (m, columns) patients; NaN is a missing number.

    Raises
    ------
    ValueError
        If more than 64 inputs are asked on the way to a leaf.
    """

    def __init__(self, trees: Trees, background: Floats) -> None:
        self.columns = trees.columns
        self._boxes = LeafBoxes(trees)
        self._background = background
        self.base = float(trees.total(background).mean())

    def values(self, patients: Floats) -> Floats:
        """(n, columns) Shapley values of n patients, (n, columns) with NaN for a missing number; a
        row and `base` add up to the patient's sum.

        Raises
        ------
        ValueError
            If a column of codes holds another code.
        """
        shares = np.zeros((len(patients), self.columns))
        block = max(1, BLOCK_PATTERNS // len(self._boxes.values))
        for start in range(0, len(patients), block):
            rows = slice(start, start + block)
            patterns = self._boxes.patterns(patients[rows])
            self._add_tabled(patterns, shares[rows])
            for pattern, share in zip(patterns, shares[rows], strict=True):
                share += self._untabled.shares(pattern)
        return shares

    def _add_tabled(self, patterns: Bits, shares: Floats) -> None:
        """What leaves of few inputs give: looked up by the patient's pattern."""
        # A leaf of k inputs has k numbers for each of 2**k patterns, one after the other; so the
        # answer for a bit stands at the leaf's offset + k * pattern + bit.
        offset, table = self._tables
        row = patterns.astype(np.intp) * self._boxes.inputs + offset
        for column, side in self._boxes.sides.items():
            tabled = self._is_tabled[side.leaf]
            leaf, bit = side.leaf[tabled], side.bit[tabled].astype(np.intp)
            shares[:, column] += table[row[:, leaf] + bit].sum(axis=1)

    @cached_property
    def _is_tabled(self) -> Flags:
        few = self._boxes.inputs <= FEW_INPUTS
        numbers = np.where(few, self._boxes.inputs << np.minimum(self._boxes.inputs, FEW_INPUTS), 0)
        tabled: Flags = few & (np.cumsum(numbers) <= TABLE_NUMBERS)
        return tabled

    @cached_property
    def _tables(self) -> tuple[Places, Floats]:
        """Where the answers of each leaf begin, and for each of its patterns one an input."""
        inputs = self._boxes.inputs
        size = np.where(self._is_tabled, inputs << np.minimum(inputs, FEW_INPUTS), 0)
        offset = np.cumsum(size) - size
        table = np.empty(int(size.sum()))
        for count in range(1, FEW_INPUTS + 1):
            leaves = np.flatnonzero(self._is_tabled & (inputs == count))
            if not len(leaves):
                continue
            # How the background meets a leaf is a share for each pattern, and the answers are
            # linear in it: one product with the gains of every pair of patterns does all leaves.
            among = self._patterns_of_background[:, leaves].astype(np.intp)
            place = among + np.arange(len(leaves)) * (1 << count)
            seen = np.bincount(place.ravel(), minlength=len(leaves) << count) / len(among)
            answers = seen.reshape(len(leaves), -1) @ _gains(count).reshape(1 << count, -1)
            answers *= self._boxes.values[leaves, None]
            table[offset[leaves, None] + np.arange(size[leaves[0]])] = answers
        return offset, table

    @cached_property
    def _patterns_of_background(self) -> Bits:
        return self._boxes.patterns(self._background)

    @cached_property
    def _untabled(self) -> _Pairs:
        leaves = np.flatnonzero(~self._is_tabled)
        return _Pairs(self._boxes, leaves, self._patterns_of_background[:, leaves], self.columns)


class _Pairs:
    """Leaves of many inputs, each with every pattern that the background has of it."""

    def __init__(self, boxes: LeafBoxes, leaves: Places, background: Bits, columns: int) -> None:
        self._columns = columns
        # Each leaf's patterns in order: a new one begins where the one before is another, or of
        # another leaf.
        among = np.sort(background, axis=0).T
        begins = np.ones(among.shape, dtype=np.bool_)
        begins[:, 1:] = among[:, 1:] != among[:, :-1]
        self._other: Bits = among[begins]
        self._leaf: Places = leaves[np.nonzero(begins)[0]]
        count = np.diff(np.append(np.flatnonzero(begins), begins.size))
        self._value: Floats = boxes.values[self._leaf] * count / len(background)
        self._inputs = boxes.inputs[self._leaf]
        self._whole = ~np.uint64(0) >> (MOST_INPUTS - self._inputs).astype(np.uint64)
        self._column = np.zeros((len(boxes.values), int(self._inputs.max(initial=0))), np.intp)
        for column, side in boxes.sides.items():
            wanted = ~np.isin(side.leaf, leaves, invert=True)
            self._column[side.leaf[wanted], side.bit[wanted].astype(np.intp)] = column

    def shares(self, patterns: Bits) -> Floats:
        """(columns,) of one patient, with a pattern a leaf of all leaves."""
        # A leaf is reached by some mixture of the two only where each of its inputs lets in one of
        # them: where their patterns together have all bits. A are the bits that only the patient
        # has, B those that only the other has; |A| is what the other lacks of all, and so on.
        mine = patterns[self._leaf]
        kept = np.flatnonzero((mine | self._other) == self._whole)
        mine, other, leaf = mine[kept], self._other[kept], self._leaf[kept]
        inputs, value = self._inputs[kept], self._value[kept]
        only_mine, only_other = mine & ~other, other & ~mine
        ones = inputs - np.bitwise_count(other)
        others = inputs - np.bitwise_count(mine)
        gain, loss = value * _GAIN[ones, others], value * _LOSS[ones, others]
        shares = np.zeros(self._columns)
        for bit in range(self._column.shape[1]):
            for only, weight, sign in ((only_mine, gain, 1), (only_other, loss, -1)):
                at = np.flatnonzero(only >> np.uint64(bit) & np.uint64(1))
                column = self._column[leaf[at], bit]
                shares += sign * np.bincount(column, weight[at], minlength=self._columns)
        return shares


def _weights() -> tuple[Floats, Floats]:
    """By |A| and |B|, what each of A gets of a leaf's value, and what each of B loses."""
    gain, loss = np.zeros((2, MOST_INPUTS + 1, MOST_INPUTS + 1))
    for ones in range(MOST_INPUTS + 1):
        for others in range(MOST_INPUTS + 1 - ones):
            whole = factorial(ones + others)
            if ones:
                gain[ones, others] = factorial(ones - 1) * factorial(others) / whole
            if others:
                loss[ones, others] = factorial(ones) * factorial(others - 1) / whole
    return gain, loss


_GAIN, _LOSS = _weights()


def _gains(inputs: int) -> NDArray[np.float64]:
    """(other's pattern, patient's pattern, input) what each input gets of a leaf's value."""
    pattern = np.arange(1 << inputs)
    other, mine = pattern[:, None], pattern[None, :]
    met = (other | mine) == (1 << inputs) - 1
    ones, others = np.bitwise_count(mine & ~other), np.bitwise_count(other & ~mine)
    gains = np.zeros((len(pattern), len(pattern), inputs))
    for bit in range(inputs):
        has_mine, has_other = mine >> bit & 1 == 1, other >> bit & 1 == 1
        gains[:, :, bit] = np.where(has_mine & ~has_other, _GAIN[ones, others], 0)
        gains[:, :, bit] -= np.where(has_other & ~has_mine, _LOSS[ones, others], 0)
        gains[:, :, bit] *= met
    return gains
