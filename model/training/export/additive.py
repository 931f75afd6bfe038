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

from model.errors import NotAdditive
from model.estimators.classifiers import Submodel
from model.schema import Schema
from model.scoring import Additive, risk_of
from model.scoring.terms import Floats
from model.studies import Study
from model.training.export.probing import Encoding

PROOF_PATIENTS = 10_000
PROOF_TOLERANCE = 1e-12


def read_off(pipeline: Any, study: Study, background: pd.DataFrame) -> Additive:
    """The additive form of a pipeline that ends in a linear classifier, or a family of them.

    Parameters
    ----------
    background : (n, features) the training patients, over which contributions are centred.

    Raises
    ------
    NotAdditive
        If the last step is not linear, or the form does not give the pipeline's own log-odds
        and probability to 1e-12 on 10,000 random patients with every pattern of missing inputs.
    """
    encoding = Encoding(pipeline, study)
    sums = [encoding.sum(member, background) for member in members(pipeline)]
    form = Additive(study.schema.names, tuple(sorted(sums, key=lambda each: len(each.absent))))
    prove(form, pipeline, study.schema)
    return form


def parameters(fitted: Any, study: Study) -> Floats:
    """Of a refit, what the covariance is taken of; see `Encoding.parameters`."""
    return Encoding(fitted, study).parameters(members(fitted))


def with_uncertainty(
    form: Additive, fitted: Any, study: Study, refits: Sequence[Floats]
) -> Additive:
    """The additive form with the covariance of its parameters over the refits.

    Deviations are taken from the fitted parameters, not from the refits' mean: tuned and
    penalised fits move on samples with repeated patients, and that is variability as well.
    """
    encoding = Encoding(fitted, study)
    family = members(fitted)
    point = encoding.parameters(family)
    found = np.array(refits)
    covariances = {}
    for at, member in enumerate(family):
        kept = encoding.kept(member)
        deviations = found[:, at][:, kept] - point[at, kept]
        covariance = deviations.T @ deviations / len(deviations)
        covariances[encoding.absent(member)] = _lower(covariance)
    return Additive(
        form.features,
        tuple(replace(each, covariance=covariances[each.absent]) for each in form.sums),
    )


def _lower(covariance: Floats) -> tuple[float, ...]:
    return tuple(covariance[np.tril_indices(len(covariance))].tolist())


def members(pipeline: Any) -> tuple[Submodel, ...]:
    """The linear models a pipeline ends in: a family, or the one there is."""
    final = pipeline[-1]
    if not (hasattr(final, "coef_") or hasattr(final, "submodels_")) or not hasattr(
        final, "predict_proba"
    ):
        raise NotAdditive(
            "The estimator does not end in a linear classifier that gives probabilities."
        )
    family: tuple[Submodel, ...] | None = getattr(final, "submodels_", None)
    return family or (Submodel((), float(final.intercept_[0]), final.coef_[0]),)


def prove(form: Additive, pipeline: Any, schema: Schema, seed: int = 0) -> None:
    """Compare log-odds and risk on random patients; raise `NotAdditive` where they differ."""
    rows = random_patients(schema, PROOF_PATIENTS, seed)
    expected = pipeline.decision_function(rows)
    found = form.log_odds(rows.to_numpy())
    worst = float(np.abs(found - expected).max())
    if not worst <= PROOF_TOLERANCE * max(1.0, float(np.abs(expected).max())):
        raise NotAdditive(
            "The estimator is not the sum of one term an input: its log-odds differ by "
            f"{worst:.3g} from those of the sum."
        )
    worst = float(np.abs(risk_of(found) - pipeline.predict_proba(rows)[:, 1]).max())
    if not worst <= PROOF_TOLERANCE:
        raise NotAdditive(f"The estimator's sum is not its log-odds: risks differ by {worst:.3g}.")


def random_patients(schema: Schema, count: int, seed: int) -> pd.DataFrame:
    """Patients over the whole plausible range, each optional input blank in half of them."""
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
