"""Made-up patients: to ask a model with, and to measure contributions against where nobody handed
in a table. No row is a person's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.adoption.facts import Fact
from model.adoption.original import Kind
from model.schema import Schema

SEED = 20260228
FAR_TIMES = 50.0
RIDGE = 1e-9
"""Added to every variance, so that the covariance has a root."""


def rows(facts: Sequence[Fact], count: int, *, far: bool = False) -> pd.DataFrame:
    """`count` rows in the original's own columns and words, every input drawn by itself.

    far : numbers lie far outside of what is plausible, on either side.
    """
    rng = np.random.default_rng(SEED)
    made = {}
    for fact in facts:
        wanted = fact.input
        if wanted.kind is Kind.BOOLEAN:
            made[wanted.name] = pd.Series(rng.integers(0, 2, count).astype(bool))
        elif wanted.kind is Kind.WORD:
            drawn = rng.integers(0, len(wanted.words), count)
            made[wanted.name] = pd.Series([wanted.words[at] for at in drawn])
        else:
            made[wanted.name] = _numbers(fact, count, rng, far=far)
    return pd.DataFrame(made)


def _numbers(fact: Fact, count: int, rng: np.random.Generator, *, far: bool) -> pd.Series:
    low, high = fact.span or (0.0, 1.0)
    values = rng.uniform(low, high, count)
    if far:
        values = (low + high) / 2 + (values - (low + high) / 2) * FAR_TIMES
    rounded = values.round(0 if fact.input.whole else max(fact.decimals, 0))
    return pd.Series(rounded)


def background(schema: Schema, values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """(count, inputs) made-up patients with the means, covariances and shares of (n, inputs) real
    ones; blanks are as frequent as there. Canonical values.
    """
    rng = np.random.default_rng(SEED)
    made = np.empty((count, values.shape[1]))
    numbers = [at for at, feature in enumerate(schema.features) if not feature.is_coded]
    if numbers:
        made[:, numbers] = _normal(values[:, numbers], count, rng)
    for at, feature in enumerate(schema.features):
        known = values[~np.isnan(values[:, at]), at]
        if feature.is_coded:
            levels, counts = np.unique(known, return_counts=True)
            made[:, at] = rng.choice(levels, count, p=counts / counts.sum())
        else:
            made[:, at] = np.clip(made[:, at], known.min(), known.max()).round(feature.decimals)
        share = 1 - len(known) / len(values)
        if share > 0:
            made[rng.random(count) < share, at] = np.nan
    return made


def _normal(
    numbers: NDArray[np.float64], count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draws with the means and the covariances of what was measured together."""
    mean = np.nanmean(numbers, axis=0)
    filled = np.where(np.isnan(numbers), mean, numbers)
    covariance = np.atleast_2d(np.cov(filled, rowvar=False))
    covariance[np.diag_indices_from(covariance)] += RIDGE
    drawn: NDArray[np.float64] = rng.multivariate_normal(mean, covariance, count, method="cholesky")
    return drawn
