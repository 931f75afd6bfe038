from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from model.interpretation.changes import changed
from model.interpretation.what_if import response
from model.schema import Schema
from model.scoring import Assessment, RiskModel

Models = Callable[[str], RiskModel]
PATIENT = {
    "age": 57.0, "sex": 1.0, "cp": 1.0, "trestbps": 138.0, "chol": 241.0, "fbs": 0.0,
    "restecg": 2.0, "thalach": 156.0, "exang": 0.0, "oldpeak": 1.4, "slope": 2.0, "ca": 0.0,
    "thal": 7.0,
}  # fmt: skip


def series(schema: Schema, **changes: float) -> pd.Series:
    return pd.Series({**dict.fromkeys(schema.names, np.nan), **PATIENT, **changes})


def explained(model: RiskModel, patient: pd.Series) -> Assessment:
    return model.assess(patient.to_frame().T, explain=True)


@pytest.mark.parametrize("name", ["oldpeak", "age", "thal", "ca"])
@pytest.mark.parametrize("model", ["reference", "forest"])
def test_a_response_is_what_the_model_answers_at_each_value(
    risk_model: Models, model: str, name: str
) -> None:
    asked = risk_model(model)
    patient = series(asked.schema)
    drawn = response(asked.schema[name], patient, lambda rows: asked.assess(rows, explain=True))
    for at in (0, len(drawn.values) // 2, -1):
        alone = explained(asked, series(asked.schema, **{name: drawn.values[at]}))
        assert alone.explanation is not None
        assert drawn.risk[at] == pytest.approx(alone.risk[0], abs=1e-12)
        ends = alone.explanation.low[0], alone.explanation.high[0]
        assert (drawn.low[at], drawn.high[at]) == pytest.approx(ends, abs=1e-12, nan_ok=True)
    assert not drawn.flat


def test_a_curve_spans_the_training_range_and_the_patients_own_value(risk_model: Models) -> None:
    asked = risk_model("reference")
    feature = asked.schema["trestbps"]
    assert feature.trained is not None
    patient = series(asked.schema, trestbps=250.0)
    drawn = response(feature, patient, lambda rows: asked.assess(rows, explain=True))
    assert drawn.values[0] < feature.trained.low
    assert drawn.values[-1] == 250.0
    assert 250.0 in drawn.values
    assert (np.diff(drawn.values) > 0).all()
    assert all(feature.plausible is not None and each in feature.plausible for each in drawn.values)


def test_a_value_that_does_nothing_is_flat(risk_model: Models) -> None:
    asked = risk_model("reference")

    def deaf(rows: pd.DataFrame) -> Assessment:
        return asked.assess(rows.assign(chol=200.0), explain=True)

    assert response(asked.schema["chol"], series(asked.schema), deaf).flat


@pytest.mark.parametrize(
    "changes",
    [
        {"thal": 3.0},
        {"oldpeak": 0.0, "thalach": 170.0},
        {"ca": np.nan},
        {"age": 60.0, "fbs": np.nan},
    ],
)
@pytest.mark.parametrize("model", ["reference", "baseline"])
def test_the_causes_of_a_change_add_up_to_it(
    risk_model: Models, model: str, changes: dict[str, float]
) -> None:
    asked = risk_model(model)
    before, after = series(asked.schema), series(asked.schema, **changes)
    first, second = (explained(asked, each) for each in (before, after))
    assert first.explanation is not None
    assert second.explanation is not None
    found = changed(asked.schema, before, after, first.explanation, second.explanation)
    odds = [np.log(each.risk[0] / (1 - each.risk[0])) for each in (first, second)]
    assert sum(each.contribution for each in found) == pytest.approx(odds[1] - odds[0], abs=1e-8)
    assert set(changes) <= {each.feature for each in found}
    sizes = [abs(each.contribution) for each in found]
    assert sizes == sorted(sizes, reverse=True)


def test_a_change_is_told_in_words(risk_model: Models) -> None:
    asked = risk_model("logistic")
    before, after = series(asked.schema), series(asked.schema, thal=3.0, oldpeak=0.0)
    first, second = (explained(asked, each).explanation for each in (before, after))
    assert first is not None
    assert second is not None
    told = {each.finding for each in changed(asked.schema, before, after, first, second)}
    assert told == {"Thallium scan: reversible defect → normal", "ST depression 1.4 mm → 0 mm"}
