"""Where nodes change their answer to a number, found for all numbers at once.

What is made of a row is asked for again and again, and a step may take as long for one row as for
a thousand. So nodes of different inputs share their questions, a row each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from model.adoption.transcription.asking import encoded
from model.adoption.transcription.columns import Columns
from model.adoption.transcription.encoded_trees import TreeMember
from model.adoption.transcription.halving import last_going_left, narrowed
from model.numerics.arrays import Flags, Floats, Places

BLOCK_ROWS = 2**14
"""Rows at once, however wide what is made of them."""


@dataclass(frozen=True, eq=False)
class Changes:
    """Between which two numbers each of k nodes changes its answer.

    node : (k,) nodes. at : (k,) the input that each asks in truth. low, high : (k,) numbers of that
    input. falling : (k,) whether `low` goes right and `high` left.
    """

    node: Places
    at: Places
    low: Floats
    high: Floats
    falling: Flags

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """All of them, one after the other."""
        return cls(
            np.concatenate([part.node for part in parts]),
            np.concatenate([part.at for part in parts]),
            np.concatenate([part.low for part in parts]),
            np.concatenate([part.high for part in parts]),
            np.concatenate([part.falling for part in parts]),
        )

    def __getitem__(self, which: slice | Places) -> Changes:
        return Changes(
            self.node[which],
            self.at[which],
            self.low[which],
            self.high[which],
            self.falling[which],
        )


def cuts(member: TreeMember, columns: Columns, base: Floats, changes: Changes) -> Floats:
    """(k,) the last number that goes to the side of `low`.

    Parameters
    ----------
    base : (1, inputs) a row whose other inputs stay.

    Raises
    ------
    LeftAsItIs
        If a step before the trees fails on a row.
    """
    count = len(changes.node)
    parts = [
        _cuts(member, columns, base, changes[start : start + BLOCK_ROWS])
        for start in range(0, count, BLOCK_ROWS)
    ]
    return np.concatenate([np.empty(0), *parts])


def _cuts(member: TreeMember, columns: Columns, base: Floats, changes: Changes) -> Floats:
    def made(which: Places, numbers: Floats) -> Floats:
        """(n,) what the column of each node is when its input is that number."""
        rows = np.repeat(base, len(which), axis=0)
        rows[np.arange(len(which)), changes.at[which]] = numbers
        answers = encoded(member.encode, columns, rows)
        column = member.trees.column[changes.node[which]]
        return answers[np.arange(len(which)), column]

    def goes_first(which: Places, numbers: Floats) -> Flags:
        left = member.trees.goes_left(changes.node[which], made(which, numbers))
        first: Flags = left ^ changes.falling[which]
        return first

    every = np.arange(len(changes.node))
    ends = made(every, changes.low), made(every, changes.high)
    guess = _straight(member, changes, *ends)
    near = narrowed(goes_first, changes.low, changes.high, guess)
    return last_going_left(goes_first, *near)


def _straight(member: TreeMember, changes: Changes, at_low: Floats, at_high: Floats) -> Floats:
    """(k,) where the answer changes if what is made of the input is straight between the two."""
    trees, low, high = member.trees, changes.low, changes.high
    first, last = np.minimum(at_low, at_high), np.maximum(at_low, at_high)
    left = trees.goes_left(changes.node, first)

    def same(which: Places, numbers: Floats) -> Flags:
        alike: Flags = trees.goes_left(changes.node[which], numbers) == left[which]
        return alike

    edge = last_going_left(same, first, last)
    with np.errstate(all="ignore"):
        guess: Floats = low + (edge - at_low) / (at_high - at_low) * (high - low)
    return guess
