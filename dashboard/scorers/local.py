"""Scores in this process, from verified numbers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from model.scoring import Assessment, RiskModel


@dataclass(frozen=True)
class LocalScorer:
    """A loaded model behind the scorer protocol."""

    model: RiskModel
    route: str = "in this app"

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """See `model.RiskModel.assess`."""
        return self.model.assess(rows, explain=explain)
