"""An endpoint's risks with this version's reasons, each risk proven to be this version's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.endpoints.rest_scorer import RestScorer
from model.errors import EndpointMismatch
from model.scoring.assessment import AGREEMENT, Assessment
from model.scoring.risk_model import RiskModel


@dataclass(frozen=True)
class ProvenEndpoint:
    """Asks an endpoint for risks alone, which is fast, and explains them here."""

    endpoint: RestScorer
    model: RiskModel

    @property
    def route(self) -> str:
        return self.endpoint.route

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """Score checked patients.

        Raises
        ------
        EndpointUnavailable, EndpointRefused
        EndpointMismatch
            If one risk differs from this version's by more than 1e-9.
        """
        told = self.endpoint.assess(rows)
        here = self.model.assess(rows, explain=explain)
        if not np.allclose(told.risk, here.risk, rtol=0, atol=AGREEMENT):
            raise EndpointMismatch(
                f"The {self.route} gave another risk than the version chosen, though it gave the "
                "golden patients theirs. Nothing of its answer is used; restart it."
            )
        return Assessment(told.risk, here.explanation)
