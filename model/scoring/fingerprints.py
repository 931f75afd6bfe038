"""Whether patients are those a model learned from, told without keeping any of them.

Each training patient leaves one number, its fingerprint: the bucket, of twenty buckets a patient,
into which a few of its values fall. Why that gives no patient away:

- One bucket in twenty is taken, so one in twenty of all patients there could be has a fingerprint
  that is kept. Going through every possible patient yields millions of them, and nothing tells the
  303 that were real. No value can be calculated from a bucket, with or without a key.
- A fingerprint is of a few values alone. The others (symptoms, tests, the outcome) are not in it.
- Who has all the values of one person already learns at most this: the odds that the person was
  among the training patients are twenty times what they were. One row is therefore never said to be
  a training patient; of a file it is said how many there must be, once chance cannot explain it.

Fewer than `LEAST_PATIENTS`, or values of which too few combinations exist, leave no fingerprints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Floats
from model.schema import Schema

BUCKETS_A_PATIENT = 20
LEAST_PATIENTS = 50
LEAST_COMBINATIONS_A_BUCKET = 100
"""Possible combinations of the values taken, within the training range, for one bucket."""
DISTINCT_SHARE = 0.98
"""Of training patients that must differ in the values taken."""
CHANCE = 1e-4
"""How rarely chance alone may bring so many matches before they are told."""

Buckets = NDArray[np.uint64]


@dataclass(frozen=True)
class Recognised:
    """How many of some rows must be training patients: an estimate, as one row cannot be told."""

    rows: int
    known: int

    @property
    def all(self) -> bool:
        """Whether nearly all rows are: 99 of 100."""
        return self.known >= 0.99 * self.rows


@dataclass(frozen=True)
class Fingerprints:
    """The buckets that training patients fall into.

    features : the numbers that are taken, each rounded to so many `decimals`.
    buckets : how many there are. taken : those of training patients, ascending.
    """

    features: tuple[str, ...]
    decimals: tuple[int, ...]
    buckets: int
    taken: tuple[int, ...]

    @classmethod
    def of(cls, values: Floats, schema: Schema) -> Self | None:
        """Those of the training patients, or None if they could give one away.

        Parameters
        ----------
        values : (n, features) canonical units and codes, NaN for "not measured".
        """
        if len(values) < LEAST_PATIENTS:
            return None
        numbers = [feature for feature in schema.features if not feature.is_coded]
        # Numbers that files give in several units come back rounded, and are taken last.
        numbers.sort(key=lambda feature: bool(feature.other_units))
        for count in range(1, len(numbers) + 1):
            some = numbers[:count]
            places = [schema.names.index(feature.name) for feature in some]
            decimals = tuple(feature.decimals for feature in some)
            whole = _rounded(values[:, places], decimals)
            distinct = len(np.unique(whole, axis=0))
            if distinct < DISTINCT_SHARE * len(values):
                continue
            buckets = BUCKETS_A_PATIENT * len(values)
            spans = np.ptp(whole.astype(np.float64), axis=0) + 1
            if float(np.prod(spans)) < LEAST_COMBINATIONS_A_BUCKET * buckets:
                continue
            taken = np.unique(_mixed(whole) % np.uint64(buckets))
            names = tuple(feature.name for feature in some)
            return cls(names, decimals, buckets, tuple(map(int, taken)))
        return None

    def recognised(self, values: Floats, names: Sequence[str]) -> Recognised | None:
        """How many of these rows are training patients; None if chance explains the matches.

        Parameters
        ----------
        values : (n, features) canonical units and codes. names : the features, in that order.
        """
        from scipy.stats import binom

        if not len(values) or not {*self.features} <= {*names}:
            return None
        own = values[:, [list(names).index(name) for name in self.features]]
        own = own[~np.isnan(own).any(axis=1)]
        if not len(own):
            return None
        fallen = _mixed(_rounded(own, self.decimals)) % np.uint64(self.buckets)
        matches = int(np.isin(fallen, np.array(self.taken, dtype=np.uint64)).sum())
        # Who was trained on always matches, a stranger as often as buckets are taken: so matches
        # are known + share * (rows - known), which is solved for `known`.
        share = len(self.taken) / self.buckets
        if binom.sf(matches - 1, len(own), share) > CHANCE:
            return None
        known = round((matches - share * len(own)) / (1 - share))
        return Recognised(len(values), min(known, len(own)))

    @classmethod
    def from_document(cls, document: Mapping[str, Any] | None) -> Self | None:
        """The inverse of `dataclasses.asdict`; an older version has none."""
        if not document:
            return None
        return cls(
            tuple(map(str, document["features"])),
            tuple(map(int, document["decimals"])),
            int(document["buckets"]),
            tuple(map(int, document["taken"])),
        )


def _rounded(values: Floats, decimals: Sequence[int]) -> NDArray[np.int64]:
    """Values as whole numbers of their last digit; a blank is the smallest there is."""
    scaled = np.round(values * 10.0 ** np.asarray(decimals))
    return np.where(np.isnan(scaled), -(2.0**40), scaled).astype(np.int64)


def _mixed(whole: NDArray[np.int64]) -> Buckets:
    """One number a row in which every value has a part: splitmix64, a round a value.

    Steele, Lea & Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
    """
    mixed = np.zeros(len(whole), dtype=np.uint64)
    with np.errstate(over="ignore"):  # it is meant to run over
        for column in whole.T:
            mixed = (mixed ^ column.astype(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mixed ^= mixed >> np.uint64(31)
    return mixed
