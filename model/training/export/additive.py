"""Reads a fitted pipeline off as sums of terms, and proves that the sums are the pipeline.

Every column that enters the final linear step must depend on one input alone, or be a
declared ratio of two. Which column belongs to which input is found by asking the pipeline
itself, so an estimator needs to declare nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from model.errors import NotExportable
from model.estimators.classifiers import Submodel
from model.numerics.arrays import Floats
from model.schema import Schema
from model.scoring import Additive, risk_of
from model.scoring.terms import Curve, Levels
from model.studies import Study
from model.studies.cohort import Cohort
from model.training.export.probing import Encoding
from model.training.posterior import believed

PROOF_PATIENTS = 10_000
PROOF_TOLERANCE = 1e-12
"""In risk, and in log-odds relative to the largest."""


ACCEPTED = "a linear classifier with coef_, decision_function and predict_proba"


def accepts(pipeline: Any) -> bool:
    """Whether the last step is one linear model of probabilities, or a family of them."""
    final = pipeline[-1]
    is_linear = hasattr(final, "coef_") or hasattr(final, "submodels_")
    return is_linear and hasattr(final, "decision_function") and hasattr(final, "predict_proba")


def read_off(pipeline: Any, study: Study, background: pd.DataFrame) -> Additive:
    """The additive form of a pipeline that ends in a linear classifier, or a family of them.

    Parameters
    ----------
    background : (n, features) the training patients, over which contributions are centred.

    Raises
    ------
    NotExportable
        If the last step is not linear, or the form does not give the pipeline's own log-odds
        and probability to 1e-12 on 10,000 random patients with every pattern of missing inputs.
    """
    if not accepts(pipeline):
        raise NotExportable(f"The estimator does not end in {ACCEPTED}.")
    encoding = Encoding(pipeline, study)
    sums = [encoding.sum(member, background) for member in members(pipeline)]
    form = Additive(study.schema.names, tuple(sorted(sums, key=lambda member: len(member.absent))))
    prove(form, pipeline, study.schema)
    return form


def kept_of(refit: Any) -> None:
    """Nothing: the interval comes from the fit itself."""


def free_parameters(form: Additive) -> int:
    """Of the sum over all inputs: one for every slope, for every part of a curve, and for every
    level with an effect of its own but one.
    """
    return sum(
        max(1, len(set(term.effects)) - 1)
        if isinstance(term, Levels)
        else len(term.coefficients)
        if isinstance(term, Curve)
        else 1
        for term in form.full.terms
    )


def with_uncertainty(
    form: Additive,
    fitted: Any,
    study: Study,
    patients: Cohort,
    refits: Sequence[None],
    widened: float | None,
) -> Additive:
    """The additive form with what is known of its parameters; as it is where that is nothing."""
    known = believed(fitted, patients.rows, patients.outcome)
    if known is None or widened is None:
        return form
    encoding = Encoding(fitted, study)
    of_absent = {
        encoding.absent(one.member): encoding.uncertainty(one, patients.rows, widened)
        for one in known
    }
    sums = tuple(replace(member, uncertainty=of_absent[member.absent]) for member in form.sums)
    return Additive(form.features, sums)


def members(pipeline: Any) -> tuple[Submodel, ...]:
    """The linear models a pipeline ends in: a family, or the one there is."""
    final = pipeline[-1]
    family: tuple[Submodel, ...] | None = getattr(final, "submodels_", None)
    return family or (Submodel((), float(final.intercept_[0]), final.coef_[0]),)


def prove(form: Additive, pipeline: Any, schema: Schema, seed: int = 0) -> None:
    """Compare log-odds and risk on 10,000 random patients.

    Raises
    ------
    NotExportable
        Where they differ by more than 1e-12.
    """
    rows = random_patients(schema, PROOF_PATIENTS, seed)
    expected = pipeline.decision_function(rows)
    found = form.log_odds(rows.to_numpy())
    worst = float(np.abs(found - expected).max())
    if not worst <= PROOF_TOLERANCE * max(1.0, float(np.abs(expected).max())):
        raise NotExportable(
            "The estimator is not the sum of one term an input: its log-odds differ by "
            f"{worst:.3g} from those of the sum."
        )
    worst = float(np.abs(risk_of(found) - pipeline.predict_proba(rows)[:, 1]).max())
    if not worst <= PROOF_TOLERANCE:
        raise NotExportable(
            f"The estimator's sum is not its log-odds: risks differ by {worst:.3g}."
        )


def random_patients(schema: Schema, count: int, seed: int) -> pd.DataFrame:
    """(count, features) patients over the whole plausible range, each optional input blank in half
    of them.
    """
    rng = np.random.default_rng(seed)
    columns: dict[str, Floats] = {}
    for feature in schema.features:
        if feature.plausible is None:
            drawn = rng.choice(feature.levels, count)
        else:
            drawn = rng.uniform(feature.plausible.low, feature.plausible.high, count)
        if not feature.required:
            drawn = np.where(rng.random(count) < 0.5, np.nan, drawn)
        columns[feature.name] = drawn
    return pd.DataFrame(columns, dtype=np.float64)
