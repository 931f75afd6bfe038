"""Our closed form against shap's own answers, over the same background."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shap

from model.numerics.arrays import Floats
from model.scoring import RiskModel
from model.studies import Study
from model.studies.cohort import Cohort
from model.training.export.additive import members, random_patients, read_off

# The proofs run the same few lines for hundreds of thousands of rows, and others measure them.
pytestmark = pytest.mark.no_cover


def exact(pipeline: Any, background: pd.DataFrame, patients: pd.DataFrame) -> Any:
    """Shapley values of the whole pipeline's log-odds, every coalition of inputs tried."""

    def log_odds(values: Floats) -> Floats:
        answer: Floats = pipeline.decision_function(
            pd.DataFrame(np.asarray(values, dtype=np.float64), columns=background.columns)
        )
        return answer

    # Without max_samples shap takes 100 of the background, at random.
    masker = shap.maskers.Independent(background.to_numpy(), max_samples=len(background))
    explain = shap.explainers.Exact(log_odds, masker)
    return explain(patients.to_numpy(), max_evals=2 ** (len(background.columns) + 1))


def over(background: pd.DataFrame, pipeline: Any, study: Study, model: RiskModel) -> RiskModel:
    """The model with its contributions centred on another background."""
    form = read_off(pipeline, study, background)
    sums = zip(form.sums, model.engine.sums, strict=True)
    kept = tuple(replace(each, uncertainty=other.uncertainty) for each, other in sums)
    return RiskModel(model.schema, replace(form, sums=kept))


def people(cohort: Cohort, study: Study) -> pd.DataFrame:
    """25 patients as they came, two with a missing test, and 25 with most tests missing."""
    real = cohort.rows
    blank = real[real.isna().any(axis=1)].head(2)
    sparse = random_patients(study.schema, 25, seed=4)
    chosen = pd.concat([real.iloc[::13].head(23), blank, sparse], ignore_index=True)
    assert len(chosen) == 50
    assert chosen.notna().all(axis=1).sum() >= 20
    assert chosen.isna().any(axis=1).sum() >= 20
    return chosen


@pytest.mark.parametrize("name", ["baseline", "logistic"])
def test_fifty_patients_get_the_exact_shapley_values(
    fitted: Callable[[str], Any],
    risk_model: Callable[[str], RiskModel],
    cohort: Cohort,
    study: Study,
    name: str,
) -> None:
    without_scan = cohort.rows[cohort.rows["thal"].isna()].head(1)
    background = pd.concat([cohort.rows.iloc[5::31].head(9), without_scan])
    pipeline = fitted(name)
    patients = people(cohort, study)
    model = over(background, pipeline, study, risk_model(name))
    ours = model.assess(patients, explain=True).explanation
    theirs = exact(pipeline, background, patients)
    assert ours is not None
    assert theirs.values.shape == (50, 13)
    np.testing.assert_allclose(ours.base, theirs.base_values, rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours.contributions, theirs.values, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["reference", "splines"])
def test_complete_patients_get_the_exact_shapley_values_of_a_family(
    fitted: Callable[[str], Any],
    risk_model: Callable[[str], RiskModel],
    cohort: Cohort,
    study: Study,
    name: str,
) -> None:
    """With a test missing it is its submodel that is explained, not the change between two."""
    complete = cohort.rows.dropna()
    background, patients = complete.iloc[5::60], complete.iloc[::75]
    model = over(background, fitted(name), study, risk_model(name))
    ours = model.assess(patients, explain=True).explanation
    theirs = exact(fitted(name), background, patients)
    assert ours is not None
    np.testing.assert_allclose(ours.base, theirs.base_values, rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours.contributions, theirs.values, rtol=0, atol=1e-9)


def test_a_patient_gets_the_exact_shapley_values_over_the_whole_training_cohort(
    fitted: Callable[[str], Any],
    risk_model: Callable[[str], RiskModel],
    cohort: Cohort,
) -> None:
    name = "baseline"  # the harder of the two: it has the ratio
    patient = cohort.rows.iloc[[100]].assign(ca=np.nan, trestbps=np.nan)
    ours = risk_model(name).assess(patient, explain=True).explanation
    theirs = exact(fitted(name), cohort.rows, patient)
    assert ours is not None
    np.testing.assert_allclose(ours.base, theirs.base_values, rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours.contributions, theirs.values, rtol=0, atol=1e-9)


def inputs_of(columns: pd.Index, ratios: bool) -> list[str]:
    """The input each column belongs to; with a ratio, its two inputs count as one."""
    names = [re.sub(r"^.*__|[=_].*$", "", column) for column in columns]
    pair = {"thalach", "trestbps", "thalach/trestbps"} if ratios else set()
    return ["thalach and trestbps" if name in pair else name for name in names]


@pytest.mark.parametrize(("name", "inputs"), [("baseline", 12), ("logistic", 13)])
def test_the_encoded_columns_of_an_input_add_up_to_shap_s_linear_explanation(
    fitted: Callable[[str], Any],
    risk_model: Callable[[str], RiskModel],
    cohort: Cohort,
    study: Study,
    name: str,
    inputs: int,
) -> None:
    """A ratio is one encoded column, so its two inputs can only be compared together."""
    pipeline = fitted(name)
    (sum_,) = members(pipeline)
    means = getattr(pipeline[-1], "mean_", 0.0)  # what the classifier puts in for a blank
    background, patients = (
        np.where(np.isnan(encoded), means, encoded)
        for rows in (cohort.rows, people(cohort, study))
        for encoded in [np.asarray(pipeline[:-1].transform(rows))]
    )
    masker = shap.maskers.Independent(background, max_samples=len(background))
    linear = shap.LinearExplainer((sum_.weights, sum_.intercept), masker)
    theirs = pd.DataFrame(linear(patients).values, columns=pipeline[:-1].get_feature_names_out())
    explanation = risk_model(name).assess(people(cohort, study), explain=True).explanation
    assert explanation is not None
    ours = explanation.contributions
    theirs = theirs.T.groupby(inputs_of(theirs.columns, name == "baseline")).sum()
    ours = ours.T.groupby(inputs_of(ours.columns, name == "baseline")).sum()
    assert list(ours.index) == list(theirs.index)
    assert len(ours) == inputs
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)
