"""Contributions to the answer of any model that can only be asked: Shapley values.

The value of a set of inputs is the model's mean answer when those inputs are the patient's and the
others are taken, together, from a row of the background (Lundberg & Lee 2017, interventional). All
sets are asked about where that is affordable; else random orders of the inputs are walked through,
each also backwards (Castro et al. 2009, doi:10.1016/j.cor.2008.04.004; Mitchell et al. 2022, JMLR
23:43). Either way base and contributions add up to the answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.registry.signature import Row
from model.scoring.terms import Floats

MOST_ROWS = 50_000
ORDERS = 24
Sets = NDArray[np.bool_]
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
        orders, sets = None, _all_sets(inputs)
    else:
        affordable = most_rows // (2 * (inputs + 1) * len(background))
        orders = _orders(inputs, max(1, min(affordable, ORDERS)))
        sets = _walked(orders)
    asked, places = np.unique(sets, axis=0, return_inverse=True)
    rows = [
        tuple(
            own if is_in else other for own, other, is_in in zip(patient, row, taken, strict=True)
        )
        for taken in asked.tolist()
        for row in background
    ]
    values = ask(rows).reshape(len(asked), len(background)).mean(axis=1)[places.ravel()]
    shared = _over_all(values, inputs) if orders is None else _over_walks(values, orders)
    none, whole = sets.sum(axis=1).argmin(), sets.sum(axis=1).argmax()
    return Shares(float(values[whole]), float(values[none]), shared)


def _all_sets(inputs: int) -> Sets:
    return (np.arange(2**inputs)[:, None] >> np.arange(inputs) & 1).astype(bool)


def _over_all(values: Floats, inputs: int) -> Floats:
    """Shapley's formula: each input's difference to every set without it, weighted by its size."""
    # Set k holds the inputs whose bit is set in k, so to join input `at` is to add 2**at; a set of
    # s inputs stands for 1 / (p * (p-1 choose s)) of the orders.
    numbers = np.arange(2**inputs)
    sizes = _all_sets(inputs).sum(axis=1)
    weights = np.array([1 / (inputs * math.comb(inputs - 1, size)) for size in range(inputs)])
    shared = np.empty(inputs)
    for at in range(inputs):
        without = numbers[numbers >> at & 1 == 0]
        gained = values[without + (1 << at)] - values[without]
        shared[at] = weights[sizes[without]] @ gained
    return shared


def _orders(inputs: int, count: int) -> NDArray[np.intp]:
    """(2 count, inputs) random orders, each followed by its reverse."""
    random = np.random.default_rng(0)
    drawn = np.array([random.permutation(inputs) for _ in range(count)])
    return np.stack([drawn, drawn[:, ::-1]], axis=1).reshape(-1, inputs)


def _walked(orders: NDArray[np.intp]) -> Sets:
    """The sets each order passes through, from none to all, order after order."""
    places = np.argsort(orders, axis=1)
    return (places[:, None, :] < np.arange(orders.shape[1] + 1)[None, :, None]).reshape(
        -1, orders.shape[1]
    )


def _over_walks(values: Floats, orders: NDArray[np.intp]) -> Floats:
    """The mean of what each input adds when its turn comes."""
    gained = np.diff(values.reshape(len(orders), -1), axis=1)
    shared = np.empty_like(gained)
    np.put_along_axis(shared, orders, gained, axis=1)
    mean: Floats = shared.mean(axis=0)
    return mean
