"""Two ways to an answer, one protocol: in this process, or through a REST endpoint."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from dashboard.scorers.local import LocalScorer
from model.endpoints.rest_scorer import RestScorer
from model.scoring import Assessment

__all__ = ["LocalScorer", "RestScorer", "Scorer"]


class Scorer(Protocol):
    """Scores checked patients with one version of one model."""

    @property
    def route(self) -> str:
        """Where the number comes from, as printed under it."""
        ...

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """(n,) risks in the order asked, 0 to 1, and with `explain` the interval and the reasons;
        takes and raises what `model.RiskModel.assess` does, and `EndpointError` of an endpoint.
        """
        ...
