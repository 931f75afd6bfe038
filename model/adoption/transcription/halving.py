"""Finds the last number before an answer changes, to the last bit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Flags, Floats, Places

NEAR_DOUBLES = (2**40, 2**30, 2**20, 2**10)
"""Doubles to either side of a guess between which an edge is looked for first: near zero, where
they are dense, a good guess may be many away.
"""

GoesLeft = Callable[[Places, Floats], Flags]
"""Answers numbers, each by the question that stands at its place among k."""


def last_going_left(goes_left: GoesLeft, low: Floats, high: Floats) -> Floats:
    """(k,) of k questions asked at once, the largest number that goes left.

    Parameters
    ----------
    low, high : (k,) numbers of which the first goes left and the second does not.
    """
    below, above = _rank(low), _rank(high)
    while len(open_ := np.flatnonzero(above - 1 > below)):
        # `below` goes left and `above` does not, throughout; the way between is halved by number of
        # doubles, not by distance, so 64 steps reach the last bit. The sum of both could overflow.
        first, last = below[open_], above[open_]
        middle = (first >> 1) + (last >> 1) + (first & last & 1)
        left = goes_left(open_, _number(middle))
        below[open_] = np.where(left, middle, first)
        above[open_] = np.where(left, last, middle)
    return _number(below)


def narrowed(
    goes_left: GoesLeft, low: Floats, high: Floats, guess: Floats
) -> tuple[Floats, Floats]:
    """The ends of `last_going_left`, close around a good guess: each step costs a question."""
    every = np.arange(len(low))
    guess = np.clip(np.where(np.isnan(guess), low, guess), low, high)
    for near in NEAR_DOUBLES:
        for reach in (-near, near):
            # What lies beyond the ends so far is known; its number is clipped to an end.
            at = _number(np.clip(_rank(guess) + reach, _rank(low), _rank(high)))
            left = goes_left(every, at)
            low, high = np.where(left, at, low), np.where(left, high, at)
    return low, high


def _rank(numbers: Floats) -> NDArray[np.int64]:
    """Whole numbers in the order of the doubles: neighbours differ by one."""
    # The bits of a double of 0 or more, read as a whole number, rise with it; those of one below
    # fall, and are turned round. Both zeros have rank 0.
    bits = np.ascontiguousarray(numbers, dtype=np.float64).view(np.int64)
    return np.where(bits >= 0, bits, np.iinfo(np.int64).min - bits)


def _number(ranks: NDArray[np.int64]) -> Floats:
    bits = np.where(ranks >= 0, ranks, np.iinfo(np.int64).min - ranks)
    return bits.astype(np.int64).view(np.float64)
