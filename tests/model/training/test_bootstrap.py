"""Refits on bootstrap samples, and the interval an older forest makes from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from model import estimators
from model.scoring import RiskModel
from model.studies import Study
from model.studies.cohort import Cohort
from model.training import bootstrap
from model.training.export.exporter import form_of

STATED = 0.95
MARGIN = 0.02
REFITS = 100


SMALLER = {"forest": {"logoddsforest__trees": 25}}
"""What makes a refit faster here; the interval is that of the smaller model."""


@pytest.fixture(scope="module", params=["forest"])
def with_interval(request, study: Study, cohort: Cohort) -> tuple[Any, RiskModel]:
    """The estimator, unfitted, and its model."""
    settings = SMALLER.get(request.param, {})
    estimator = estimators.build(request.param, study).set_params(**settings)
    fitted = clone(estimator).fit(cohort.rows, cohort.outcome)
    form = form_of(fitted)
    engine = form.read_off(fitted, study, cohort.rows)
    refits = bootstrap.refit(estimator, cohort, refits=REFITS)
    sure = form.with_uncertainty(engine, fitted, study, cohort, refits.kept, None)
    return estimator, RiskModel(study.schema, replace(sure, widened=1.0))


@pytest.fixture(scope="module")
def fresh(with_interval, study: Study, cohort: Cohort) -> np.ndarray:
    """(refits, n) risks of refits that the interval has not seen."""
    estimator, _ = with_interval
    return bootstrap.refit(estimator, cohort, refits=REFITS, seed=1).risks


def test_intervals_cover_fresh_refits_as_stated(with_interval, fresh, cohort: Cohort) -> None:
    _, model = with_interval

    why = model.assess(cohort.rows, explain=True).explanation

    inside = np.mean((fresh >= why.low) & (fresh <= why.high))
    assert inside == pytest.approx(STATED, abs=MARGIN)


def test_intervals_agree_with_the_bootstraps_own_quantiles(
    with_interval, fresh, cohort: Cohort
) -> None:
    _, model = with_interval
    low, high = np.quantile(fresh, [0.025, 0.975], axis=0)

    why = model.assess(cohort.rows, explain=True).explanation

    ratio = np.median((why.high - why.low) / (high - low))
    assert 0.85 < ratio < 1.25


def test_every_submodel_has_an_interval_around_its_risk(with_interval, study: Study) -> None:
    from model.training.export.additive import random_patients

    _, model = with_interval
    answer = model.assess(random_patients(study.schema, 2000, seed=5), explain=True)

    assert (answer.explanation.low < answer.risk).all()
    assert (answer.risk < answer.explanation.high).all()


def test_drawn_counts_every_patient_of_a_sample(study: Study, cohort: Cohort) -> None:
    refits = bootstrap.refit(estimators.build("baseline", study), cohort, refits=2)

    assert (refits.drawn.sum(axis=1) == len(cohort.outcome)).all()
