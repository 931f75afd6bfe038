"""Who answers by which route: a version in this process, or whatever says where it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from model.scoring import Assessment, RiskModel
from model.scoring.scorer import Scorer


class Routed(Scorer, Protocol):
    """A scorer that says where its numbers come from, as printed under them."""

    @property
    def route(self) -> str: ...


@dataclass(frozen=True)
class LocalScorer:
    """Scores in this process, from verified numbers."""

    model: RiskModel
    route: str = "in this app"

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        return self.model.assess(rows, explain=explain)
