"""Who a number is for, in words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from dashboard.assessed_patient import Case
from dashboard.components.patient import answer
from model.schema import Code, Feature, Interval, Outcome, Schema

FEATURES = (
    Feature("age", "Age", "Inputs", "", plausible=Interval(0, 120)),
    Feature("sbp", "Systolic pressure", "Inputs", "", unit="mm Hg", plausible=Interval(0, 300)),
    Feature("sex", "Sex", "Inputs", "", codes=(Code(0, "Female"), Code(1, "Male"))),
)
SCHEMA = Schema("ward", "Ward", Outcome("outcome", "have it", "now"), FEATURES)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((60.0, 140.0, 1.0), "Age 60, 140 mm Hg, male · 3 of 3 values"),
        ((np.nan, 140.0, 1.0), "Age: not measured, 140 mm Hg, male · 2 of 3 values"),
    ],
)
def test_a_bare_number_is_named(values: tuple[float, ...], said: str) -> None:
    patient: Any = pd.Series(dict(zip(SCHEMA.names, values, strict=True)))
    case = SimpleNamespace(schema=SCHEMA, values=patient.to_dict(), patient=patient)
    assert answer.whom(cast(Case, case)) == said
