"""What each missing test could do to one patient's number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.interpretation.conditional_results import Conditional, Results
from model.numerics.arrays import Floats
from model.schema import Schema

COVERED = 0.95
"""Of a test's plausible results, between the ends of a `Prospect`."""


@dataclass(frozen=True)
class Prospect:
    """What one test, or the part of it that is missing, could do to the risk.

    low, high : the middle 95 % of the risk over its plausible results, given the rest.
    results, risks : (m,) each plausible result, with its weight, and the risk it would give.
    """

    test: str
    parts: tuple[str, ...]
    low: float
    high: float
    results: Results
    risks: Floats

    @property
    def width(self) -> float:
        """How much it could matter: the distance of the two risks, 0 to 1."""
        return self.high - self.low

    def at_or_above(self, threshold: float) -> float:
        """How likely it is that the risk will then be at or above a threshold, 0 to 1."""
        return float(self.results.weights[self.risks >= threshold].sum())


def prospects(
    schema: Schema,
    conditional: Conditional,
    patient: Mapping[str, float],
    risk: Callable[[pd.DataFrame], Floats],
) -> tuple[Prospect, ...]:
    """One for each test of which something is missing: the one that could matter most first.

    Parameters
    ----------
    patient : one value a feature, canonical units and codes, NaN for "not measured".
    risk : (n,) risks of n patients; asked once.
    """
    missing = {
        test: tuple(name for name in parts if np.isnan(patient[name]))
        for test, parts in schema.tests.items()
    }
    asked = {test: conditional.results(patient, parts) for test, parts in missing.items() if parts}
    if not asked:
        return ()
    tables = []
    for results in asked.values():
        table = pd.DataFrame([dict(patient)] * len(results.values))
        table[[*results.parts]] = results.values
        tables.append(table)
    every = risk(pd.concat(tables, ignore_index=True))
    ends = np.cumsum([len(table) for table in tables])[:-1]
    found = [
        _prospect(test, results, risks)
        for (test, results), risks in zip(asked.items(), np.split(every, ends), strict=True)
    ]
    return tuple(sorted(found, key=lambda prospect: -prospect.width))


def _prospect(test: str, results: Results, risks: Floats) -> Prospect:
    # Weighted quantiles: the first risk at which the results so far weigh as much as is asked.
    order = np.argsort(risks, kind="stable")
    reached = np.cumsum(results.weights[order])
    outside = (1 - COVERED) / 2
    low = risks[order][np.searchsorted(reached, outside)]
    high = risks[order][np.searchsorted(reached, 1 - outside)]
    return Prospect(test, results.parts, float(low), float(high), results, risks)
