"""Contributions to the answer of any model that can only be asked: interventional Shapley values.

The value of a set of inputs is the model's mean answer when those inputs are the patient's and the
others are taken, together, from a row of the background (Lundberg & Lee 2017). All sets are asked
about where that is affordable; else random orders of the inputs are walked, each also backwards
(Castro et al. 2009, doi:10.1016/j.cor.2008.04.004; Mitchell et al. 2022, JMLR 23:43), and the
standard error of that is known. Either way base and contributions add up to the answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Floats

MOST_ROWS = 50_000
MOST_INPUTS = 20
"""Above which sets are not even counted: 2**20 of them are more than any model is asked about."""
SEED = 20260229
"""Of the orders, which are the same for every patient and every time."""
Sets = NDArray[np.bool_]
Ask = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Shares:
    """Of one patient, on the scale of the answer.

    base : the mean answer to the background. contributions : (inputs,); base + their sum is the
    answer. error : the largest standard error of a contribution; 0 where all sets were asked about.
    """

    base: float
    contributions: Floats
    error: float = 0.0


def is_exact(inputs: int, background: int, most_rows: int = MOST_ROWS) -> bool:
    """Whether all sets of so many inputs can be asked about, each with every row of a background of
    so many, in at most `most_rows` rows.
    """
    return inputs <= MOST_INPUTS and 2**inputs * background <= most_rows


def shares(ask: Ask, patient: Floats, background: Floats, most_rows: int = MOST_ROWS) -> Shares:
    """Share out what a model answers to one patient among its inputs.

    Parameters
    ----------
    ask : the model: (n,) answers to an (n, inputs) array. It is asked once.
    patient : (inputs,) values. background : (rows, inputs), at least one row.
    most_rows : the most it may be asked about.
    """
    inputs = len(patient)
    if is_exact(inputs, len(background), most_rows):
        sets, walks = all_sets(inputs), None
    else:
        affordable = most_rows // (2 * (inputs + 1) * len(background))
        walks = random_orders(inputs, max(2, affordable))
        sets = walked(walks)
    asked, places = np.unique(sets, axis=0, return_inverse=True)
    rows = np.where(asked[:, None, :], patient, background[None, :, :]).reshape(-1, inputs)
    values = ask(rows).reshape(len(asked), len(background)).mean(axis=1)[places.ravel()]
    base = float(values[sets.sum(axis=1).argmin()])
    if walks is None:
        return Shares(base, over_all(values, inputs))
    found = gains(values, walks)
    # An order and its reverse are one draw: they are far from independent.
    pairs = found.reshape(-1, 2, inputs).mean(axis=1)
    error = float(pairs.std(axis=0, ddof=1).max() / math.sqrt(len(pairs)))
    return Shares(base, found.mean(axis=0), error)


def all_sets(inputs: int) -> Sets:
    """(2**inputs, inputs): row k holds the inputs whose bit is set in k."""
    return (np.arange(2**inputs)[:, None] >> np.arange(inputs) & 1).astype(bool)


def over_all(values: Floats, inputs: int) -> Floats:
    """Shapley's formula: each input's difference to every set without it, weighted by its size."""
    # Set k holds the inputs whose bit is set in k, so to join input `at` is to add 2**at. A set of
    # s inputs stands for s!(p-s-1)!/p! of the orders, which is 1 / (p * (p-1 choose s)).
    numbers = np.arange(2**inputs)
    sizes = all_sets(inputs).sum(axis=1)
    weights = np.array([1 / (inputs * math.comb(inputs - 1, size)) for size in range(inputs)])
    shared = np.empty(inputs)
    for at in range(inputs):
        without = numbers[numbers >> at & 1 == 0]
        gained = values[without + (1 << at)] - values[without]
        shared[at] = weights[sizes[without]] @ gained
    return shared


def random_orders(inputs: int, count: int, seed: int = SEED) -> NDArray[np.intp]:
    """(2 count, inputs) random orders, each followed by its reverse; the same for every patient."""
    random = np.random.default_rng(seed)
    drawn = np.array([random.permutation(inputs) for _ in range(count)])
    return np.stack([drawn, drawn[:, ::-1]], axis=1).reshape(-1, inputs)


def walked(orders: NDArray[np.intp]) -> Sets:
    """The sets each order passes through, from none to all, order after order."""
    # The inverse of an order says at which step each input comes; after k steps a set holds those
    # that come before step k.
    places = np.argsort(orders, axis=1)
    return (places[:, None, :] < np.arange(orders.shape[1] + 1)[None, :, None]).reshape(
        -1, orders.shape[1]
    )


def gains(values: Floats, orders: NDArray[np.intp]) -> Floats:
    """(orders, inputs) what each input adds when its turn comes."""
    steps = np.diff(values.reshape(len(orders), -1), axis=1)
    found = np.empty_like(steps)
    np.put_along_axis(found, orders, steps, axis=1)
    return found
