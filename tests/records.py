"""Records of made-up patients, as a model answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from model.record import Origin, Record
from model.scoring import RiskModel

WHEN = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def record_of(
    model: RiskModel, values: Mapping[str, float], origin: Origin, /, **changes: Any
) -> Record:
    """The record of a patient; `changes` are made to it afterwards, a prevalence is applied."""
    answer = model.assess(pd.DataFrame([values]), explain=True)
    prevalence = changes.get("prevalence")
    if prevalence is not None:
        answer = prevalence.applied(answer)
    why = answer.explanation
    assert why is not None
    told: dict[str, Any] = {
        "when": WHEN,
        "origin": origin,
        "route": "in this app",
        "values": values,
        "risk": float(answer.risk[0]),
        "low": float(why.low[0]),
        "high": float(why.high[0]),
        "submodel": str(why.submodel[0]),
        "base": float(why.base[0]),
        "contributions": dict(why.contributions.iloc[0]),
    }
    return Record(**{**told, **changes})
