"""One contract for whatever answers behind a model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from model import estimators
from model.scoring import Engine, RiskModel, engines
from model.studies import Study
from model.training.export.additive import random_patients

EVERY = pytest.mark.parametrize("name", estimators.names())

Models = Callable[[str], RiskModel]


@pytest.fixture(scope="module")
def rows(study: Study) -> pd.DataFrame:
    """300 patients over the whole plausible range, with every pattern of missing tests."""
    return random_patients(study.schema, 300, seed=7)


@EVERY
def test_base_and_contributions_add_up_to_the_log_odds(
    risk_model: Models, rows: pd.DataFrame, name: str
) -> None:
    engine, values = risk_model(name).engine, rows.to_numpy()
    found = engine.explained(values)
    total = found.base + found.contributions.sum(axis=1)
    np.testing.assert_allclose(total, engine.log_odds(values), rtol=1e-12, atol=1e-12)


@EVERY
def test_how_sure_it_is_does_not_depend_on_whether_it_explains(
    risk_model: Models, rows: pd.DataFrame, name: str
) -> None:
    model = risk_model(name)
    sure, why = model.certainty(rows), model.assess(rows, explain=True).explanation
    assert why is not None
    for part in ("low", "high", "submodel"):
        np.testing.assert_array_equal(getattr(sure, part), getattr(why, part))
    risk = model.assess(rows).risk
    inside = (sure.low < risk) & (risk < sure.high)
    assert inside.all() if model.has_interval else np.isnan([sure.low, sure.high]).all()


@EVERY
def test_a_patient_gets_the_same_answer_in_any_company(
    risk_model: Models, rows: pd.DataFrame, name: str
) -> None:
    engine, values = risk_model(name).engine, rows.to_numpy()
    together = engine.explained(values)
    for at in (0, 17, 299):
        alone = engine.explained(values[[at]])
        for part in ("which", "low", "high", "base", "contributions"):
            np.testing.assert_array_equal(getattr(alone, part)[0], getattr(together, part)[at])
        assert engine.log_odds(values[[at]])[0] == engine.log_odds(values)[at]


@EVERY
def test_nobody_to_answer_for_gets_no_answers(risk_model: Models, name: str) -> None:
    engine, nobody = risk_model(name).engine, np.empty((0, 13))
    assert engine.log_odds(nobody).shape == engine.bounded(nobody).low.shape == (0,)
    assert engine.explained(nobody).contributions.shape == (0, 13)


@EVERY
def test_a_contrast_is_a_difference_of_means_with_its_own_error(
    risk_model: Models, study: Study, name: str
) -> None:
    complete = random_patients(study.schema, 20_000, seed=8).dropna().to_numpy()
    ones, others = np.array_split(complete, 2)
    engine = risk_model(name).engine
    by, error = engine.contrast(ones, others)
    gap = engine.log_odds(ones).mean() - engine.log_odds(others).mean()
    assert by == pytest.approx(gap, abs=1e-9)
    assert error > 0
    assert engine.contrast(ones, ones) == (0, 0)


@EVERY
def test_it_is_read_again_from_its_files_to_the_last_bit(
    risk_model: Models,
    rows: pd.DataFrame,
    bundle_files: Callable[[str], dict[str, bytes]],
    name: str,
) -> None:
    engine = risk_model(name).engine
    again: Engine = engines.read(bundle_files(name))
    assert type(again) is type(engine)
    ours, theirs = engine.explained(rows.to_numpy()), again.explained(rows.to_numpy())
    for part in ("which", "low", "high", "base", "contributions"):
        np.testing.assert_array_equal(getattr(theirs, part), getattr(ours, part))
