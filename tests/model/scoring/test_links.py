"""Scales other than log-odds: what has no bounds there, and is no risk, is not shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from model.errors import InputError
from model.scoring import Additive, RiskModel, golden
from model.scoring.engine import LINKS


@pytest.mark.parametrize("explain", [True, False])
@pytest.mark.parametrize("scale", ["log risk", "probability"])
def test_a_number_beyond_one_is_no_risk_of_any_patient(
    scale: str, explain: bool, risk_model: Callable[[str], RiskModel]
) -> None:
    """Far outside of what was proven, where a form may still take the values."""
    ours = risk_model("baseline")
    assert isinstance(ours.engine, Additive)
    full = replace(ours.engine.full, covariance=(), uncertainty=None)
    model = RiskModel(ours.schema, Additive(ours.engine.features, (full,), scale))
    rows = golden.patients(ours.schema)
    numbers = model.engine.log_odds(rows.to_numpy())
    risks = LINKS[scale](numbers)
    within = (risks >= 0) & (risks <= 1)
    assert within.any()
    np.testing.assert_allclose(model.assess(rows[within]).risk, risks[within])
    first = int(np.flatnonzero(~within)[0])
    with pytest.raises(InputError, match=rf"Row {first + 1}: the model gives a number outside"):
        model.assess(rows, explain=explain)


def test_a_scale_nobody_knows_is_refused(risk_model: Callable[[str], RiskModel]) -> None:
    engine = risk_model("baseline").engine
    assert isinstance(engine, Additive)
    full = replace(engine.full, covariance=(), uncertainty=None)
    written = Additive(engine.features, (full,), "probit").to_json()
    assert Additive.from_json(written).scale == "probit"
    with pytest.raises(ValueError, match="scale"):
        Additive.from_json(written.replace('"probit"', '"rank"'))
