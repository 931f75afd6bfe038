"""Which leaf of every tree a patient ends in, a look-up an input.

As in QuickScorer (Lucchese et al. 2015, doi:10.1145/2766462.2767733): every input by itself rules
out leaves of every tree, a bit a leaf, and the leaf that no input rules out is the answer. Small
trees have short words, since what takes the time is to read them. A tree of more than 64 leaves has
several words, of which all but one end up empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

import numpy as np

from model.numerics.arrays import Bits, Flags, Floats, Places
from model.numerics.bits import bit_count
from model.numerics.questions import Questions

WORDS = (np.uint8, np.uint16, np.uint32, np.uint64)
"""The shortest that has a bit for each leaf of the largest tree is taken."""


class Branches(Protocol):
    """What is asked of trees here: their nodes in preorder."""

    number: Floats
    feature: Places
    blank_left: Flags
    is_leaf: Flags
    right: Places
    end: Places
    roots: Places
    leaves: Places

    def questions(self, column: int, nodes: Places) -> Questions:
        """What some nodes, all of which ask this column, make of each of its values."""
        ...


class QuickScorer:
    """Look-up tables for some trees that follow each other; `which` of them."""

    def __init__(self, trees: Branches, which: slice) -> None:
        self.which, self._trees = which, trees
        most = int(trees.leaves[which].max())
        self._word = next((word for word in WORDS if np.iinfo(word).bits >= most), np.uint64)
        self._word_bits = np.iinfo(self._word).bits
        words = -(-trees.leaves[which] // self._word_bits)
        self._all = ~self._word(0)
        self._first_word: Places = np.concatenate([[0], np.cumsum(words)])
        first, last = trees.roots[which.start], trees.end[trees.roots[which.stop - 1]]
        self._nodes = slice(int(first), int(last))
        asked = trees.feature[self._nodes]
        self._asked: Mapping[int, Places] = {
            int(column): np.flatnonzero(asked == column) + first
            for column in np.unique(asked[asked >= 0])
        }
        self._questions = {
            column: trees.questions(column, nodes) for column, nodes in self._asked.items()
        }

    @property
    def table_bytes(self) -> int:
        """How large the tables are."""
        places = sum(questions.places for questions in self._questions.values())
        return int(places * self._first_word[-1]) * self._word_bits // 8

    def each(self, values: Floats) -> Floats:
        """(n, trees) the value of each tree's leaf; `values` is (n, columns), NaN if missing."""
        left = np.repeat(self._every_leaf[None], len(values), axis=0)
        looked_up = np.empty_like(left)
        for column, questions in self._questions.items():
            place = questions.place(values[:, column])
            left &= self._tables[column].take(place, axis=0, out=looked_up, mode="clip")
        # One bit of a tree is left: its rank is how many bits lie below it. Of an empty word the
        # difference has all bits, and behind its last bit the table of values has a zero.
        rank = bit_count(left - self._word(1))
        answers: Floats = self._values.take(rank + self._offsets)
        if len(self._every_leaf) == len(self._first_word) - 1:
            return answers
        return np.add.reduceat(answers, self._first_word[:-1], axis=1)

    @cached_property
    def _tables(self) -> dict[int, Bits]:
        """Of each column, (places, words) the leaves that a value there leaves."""
        return {column: self._table(column) for column in self._asked}

    def _table(self, column: int) -> Bits:
        questions, nodes = self._questions[column], self._asked[column]
        right, end = self._trees.right[nodes], self._trees.end[nodes]
        # Who goes left at a node is ruled out of its right branch, and the other way round.
        of_left, of_right = self._without(right, end), self._without(nodes + 1, right)
        table = np.full((questions.places, len(self._every_leaf)), self._all)
        if questions.cut is not None:
            # What lies at or below a cut goes left: rule out at the cut, then carry down; and up.
            node, word, keep = of_left
            np.bitwise_and.at(table, (questions.cut[node], word), keep)
            above = np.full_like(table, self._all)
            node, word, keep = of_right
            np.bitwise_and.at(above, (questions.cut[node] + 1, word), keep)
            table = np.bitwise_and.accumulate(table[::-1])[::-1].copy()
            table &= np.bitwise_and.accumulate(above)
            table[-1] = self._all
        by_place = {questions.places - 1: self._trees.blank_left[nodes]}
        if questions.sets is not None:
            by_place |= dict(enumerate(questions.sets.T))
        for place, goes_left in by_place.items():
            for (node, word, keep), chosen in ((of_left, goes_left), (of_right, ~goes_left)):
                applies = chosen[node]
                np.bitwise_and.at(table[place], word[applies], keep[applies])
        return table

    def _without(self, starts: Places, ends: Places) -> tuple[Places, Places, Bits]:
        """The leaves of some branches ruled out: which branch, in which word, what is kept of it.

        A branch lies between two bits; it may begin in one word and end in another.
        """
        low, high = self._bits[starts - self._nodes.start], self._bits[ends - self._nodes.start]
        # The leaves below a branch have neighbouring bits, from `low` up to but not `high`: in each
        # word they touch, that is a run of ones, which is shifted into place and taken away.
        bits = self._word_bits
        first, last = low // bits, (high - 1) // bits
        branch = np.repeat(np.arange(len(starts)), last - first + 1)
        word = np.arange(len(branch)) - np.searchsorted(branch, branch) + first[branch]
        begin = np.maximum(low[branch] - word * bits, 0)
        stop = np.minimum(high[branch] - word * bits, bits)
        ones = np.right_shift(self._all, (bits - (stop - begin)).astype(self._word))
        return branch, word, ~(ones << begin.astype(self._word))

    @cached_property
    def _bits(self) -> Places:
        """(nodes + 1,) the bit of the next leaf at or after each node; a tree begins a new word."""
        is_leaf = self._trees.is_leaf[self._nodes]
        roots = self._trees.roots[self.which] - self._nodes.start
        before = np.concatenate([[0], np.cumsum(is_leaf)])
        tree = np.searchsorted(roots, np.arange(len(is_leaf) + 1), side="right") - 1
        bits: Places = before - before[roots][tree] + self._first_word[tree] * self._word_bits
        return bits

    @cached_property
    def _leaf_bits(self) -> Places:
        return self._bits[:-1][self._trees.is_leaf[self._nodes]]

    @cached_property
    def _every_leaf(self) -> Bits:
        """(words,) a bit a leaf."""
        leaves = np.bincount(self._leaf_bits // self._word_bits)
        every: Bits = np.right_shift(self._all, (self._word_bits - leaves).astype(self._word))
        return every

    @cached_property
    def _values(self) -> Floats:
        """(words, bits + 1) the leaves' values by their bit; 0 for a word without a leaf."""
        values = np.zeros((len(self._every_leaf), self._word_bits + 1))
        leaves = self._trees.number[self._nodes][self._trees.is_leaf[self._nodes]]
        values[self._leaf_bits // self._word_bits, self._leaf_bits % self._word_bits] = leaves
        return values

    @cached_property
    def _offsets(self) -> Places:
        return np.arange(len(self._every_leaf), dtype=np.int32) * np.int32(self._word_bits + 1)
