"""Effects that run against what clinicians expect, found and put into sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from model.schema import Schema
from model.scoring.additive import NORMAL_95, Additive
from model.scoring.sums import Sum
from model.scoring.terms import Columns, Floats
from model.studies.study import Expectation

EQUAL = 1e-9
"""Log-odds below which two effects are one: levels that share an effect break no expectation."""


@dataclass(frozen=True)
class Surprise:
    """Two values of a feature of which the one expected to be riskier scores lower.

    by : how much lower, in log-odds.
    low, high : 95 % interval of `by` over the refits; equal to it where they are not known.
    """

    expectation: Expectation
    riskier: float
    safer: float
    by: float
    low: float
    high: float

    def sentence(self, schema: Schema) -> str:
        """The surprise as a clinician would put it."""
        feature = schema[self.expectation.feature]
        interval = ""
        if self.low < self.high:
            interval = f" [{self.low:.2f}, {self.high:.2f}]".replace("-", "−")
        unsure = (
            " The interval reaches past zero: chance may explain it."
            if self.low < 0 < self.high
            else ""
        )
        return (
            f"{feature.label}: {feature.in_words(self.riskier)} scores {self.by:.2f}{interval} "
            f"log-odds below {feature.in_words(self.safer)}, although "
            f"{self.expectation.wording}.{unsure}"
        )


def surprises(
    expectations: Sequence[Expectation], form: Additive, typical: Mapping[str, float]
) -> list[Surprise]:
    """The largest breach of each expectation by the sum over all inputs, largest first.

    Parameters
    ----------
    typical : a value of every input. The others stay at theirs while one is varied, which
        matters only to a ratio: its effect is the one at the typical other input.
    """
    full = next(member for member in form.sums if not member.absent)
    found = [_worst(each, full, typical) for each in expectations]
    return sorted((each for each in found if each is not None), key=lambda each: -each.by)


def typical_patient(schema: Schema, rows: pd.DataFrame) -> dict[str, float]:
    """The median of every number and the first code of every other input: no real patient."""
    return {
        feature.name: feature.levels[0] if feature.is_coded else float(rows[feature.name].median())
        for feature in schema.features
    }


def _worst(expectation: Expectation, full: Sum, typical: Mapping[str, float]) -> Surprise | None:
    order = np.asarray(expectation.order, dtype=np.float64)
    columns: dict[str, Floats] = {name: np.full(len(order), at) for name, at in typical.items()}
    columns[expectation.feature] = order
    log_odds = full.log_odds(columns)
    safer, riskier = max(
        combinations(range(len(order)), 2), key=lambda pair: log_odds[pair[0]] - log_odds[pair[1]]
    )
    by = float(log_odds[safer] - log_odds[riskier])
    if by <= EQUAL:
        return None
    reach = NORMAL_95 * _standard_error(full, columns, safer, riskier)
    return Surprise(
        expectation, float(order[riskier]), float(order[safer]), by, by - reach, by + reach
    )


def _standard_error(full: Sum, columns: Columns, one: int, other: int) -> float:
    """Of the difference between two rows; 0 where the covariance is not known."""
    if not full.covariance:
        return 0.0
    design = np.column_stack([row for term in full.terms for row in term.design(columns)])
    contrast = np.concatenate([[0.0], design[one] - design[other]])
    covariance = np.zeros((len(contrast), len(contrast)))
    lower = np.tril_indices(len(contrast))
    covariance[lower] = full.covariance
    covariance.T[lower] = full.covariance
    return float(np.sqrt(max(contrast @ covariance @ contrast, 0.0)))
