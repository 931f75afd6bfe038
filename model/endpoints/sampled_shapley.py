"""Contributions to the answer of a model behind an endpoint, whose rows may hold words.

The Shapley values of `model.scoring.shapley`, of fewer orders: each question goes over the network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from model.numerics.arrays import Floats
from model.registry.signature import Row
from model.scoring.shapley import all_sets, gains, over_all, random_orders, walked

MOST_ROWS = 50_000
ORDERS, SEED = 24, 0
Ask = Callable[[Sequence[Row]], Floats]


@dataclass(frozen=True)
class Shares:
    """On the scale of the answer. contributions : (inputs,); base + their sum is the answer."""

    answer: float
    base: float
    contributions: Floats


def shares(
    ask: Ask, patient: Row, background: Sequence[Row], *, most_rows: int = MOST_ROWS
) -> Shares:
    """Share out what a model answers to one patient among its inputs.

    Parameters
    ----------
    ask : the model: (n,) answers to n rows. It is asked once.
    patient : one value an input. background : at least one row of the same width.
    most_rows : the most it may be asked about.
    """
    inputs = len(patient)
    if 2**inputs * len(background) <= most_rows:
        walks, sets = None, all_sets(inputs)
    else:
        affordable = most_rows // (2 * (inputs + 1) * len(background))
        walks = random_orders(inputs, max(1, min(affordable, ORDERS)), SEED)
        sets = walked(walks)
    asked, places = np.unique(sets, axis=0, return_inverse=True)
    rows = [
        tuple(
            own if is_in else other for own, other, is_in in zip(patient, row, taken, strict=True)
        )
        for taken in asked.tolist()
        for row in background
    ]
    values = ask(rows).reshape(len(asked), len(background)).mean(axis=1)[places.ravel()]
    shared = over_all(values, inputs) if walks is None else gains(values, walks).mean(axis=0)
    none, whole = sets.sum(axis=1).argmin(), sets.sum(axis=1).argmax()
    return Shares(float(values[whole]), float(values[none]), shared)
