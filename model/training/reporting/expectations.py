"""Effects that run against what clinicians expect, found and put into sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from model.schema import Schema, mid_sentence
from model.scoring import Engine
from model.scoring.documents import Contrary
from model.scoring.engine import NORMAL_95
from model.studies.study import Expectation

EQUAL = 0.005
"""Log-odds below which two effects are one: it would be told as 0.00."""


@dataclass(frozen=True)
class Surprise:
    """Two values of a feature of which the one expected to be riskier scores lower.

    by : how much lower, in log-odds.
    low, high : 95 % interval of `by`; equal to it where it is not known.
    """

    expectation: Expectation
    riskier: float
    safer: float
    by: float
    low: float
    high: float

    @property
    def unsure(self) -> str:
        """That chance may explain it; blank if it does not."""
        if self.low < 0 < self.high:
            return " The interval reaches past zero: chance may explain it."
        return ""

    def contrary(self, schema: Schema) -> Contrary:
        """The same for a reader at the bar of the input."""
        feature = schema[self.expectation.feature]
        among = schema.outcome.population or "the training patients"
        line = (
            f"Against expectation: among {among}, {mid_sentence(feature.label)} "
            f"“{feature.in_words(self.riskier)}” goes with a lower risk than "
            f"“{feature.in_words(self.safer)}”, although "
            f"{self.expectation.wording}.{self.unsure}"
        )
        return Contrary(feature.name, self.riskier, self.safer, line)

    def sentence(self, schema: Schema) -> str:
        """The surprise as a clinician would put it."""
        feature = schema[self.expectation.feature]
        interval = ""
        if self.low < self.high:
            interval = f" [{self.low:.2f}, {self.high:.2f}]".replace("-", "−")
        return (
            f"{feature.label}: {feature.in_words(self.riskier)} scores {self.by:.2f}{interval} "
            f"log-odds below {feature.in_words(self.safer)}, although "
            f"{self.expectation.wording}.{self.unsure}"
        )


def surprises(
    expectations: Sequence[Expectation], engine: Engine, patients: pd.DataFrame
) -> list[Surprise]:
    """The largest breach of each expectation, largest first.

    Parameters
    ----------
    patients : (n, features) in whom everything was measured. One input is varied in all of them
        while the others stay as they are, and the mean log-odds are compared (partial dependence:
        Friedman 2001, doi:10.1214/aos/1013203451). In a sum that is the effect of the input.
    """
    found = [_worst(each, engine, patients) for each in expectations]
    return sorted((each for each in found if each is not None), key=lambda each: -each.by)


def _worst(expectation: Expectation, engine: Engine, patients: pd.DataFrame) -> Surprise | None:
    varied = [
        patients.assign(**{expectation.feature: float(value)}).to_numpy(dtype=np.float64)
        for value in expectation.order
    ]
    log_odds = [float(engine.log_odds(values).mean()) for values in varied]
    safer, riskier = max(
        combinations(range(len(varied)), 2), key=lambda pair: log_odds[pair[0]] - log_odds[pair[1]]
    )
    if log_odds[safer] - log_odds[riskier] <= EQUAL:
        return None
    by, error = engine.contrast(varied[safer], varied[riskier])
    reach = NORMAL_95 * error
    return Surprise(
        expectation,
        expectation.order[riskier],
        expectation.order[safer],
        by,
        by - reach,
        by + reach,
    )
