"""Two ways to an answer, one protocol: in this process, or through a REST endpoint."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from dashboard.scorers.local import LocalScorer
from model.scoring import Assessment, RiskModel, batch
from model.scoring.proven import ProvenEndpoint
from model.scoring.rest import RestScorer

__all__ = ["LocalScorer", "RestScorer", "Scorer", "for_files"]

PATIENCE = 10.0  # seconds an endpoint may be away between two requests of a file


class Scorer(Protocol):
    """Scores checked patients with one version of one model."""

    @property
    def route(self) -> str:
        """Where the number comes from, as printed under it."""
        ...

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """Risks in the order asked; see `model.RiskModel.assess`."""
        ...


def for_files(scorer: Scorer, model: RiskModel) -> batch.Scorer:
    """Who answers for a whole file: of an endpoint only the risks, as on the command line."""
    if isinstance(scorer, RestScorer):
        return ProvenEndpoint(scorer.waiting(PATIENCE), model)
    return scorer
