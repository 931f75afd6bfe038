"""How much a model would have differed had other patients been sampled.

The whole procedure, tuning included, is repeated on bootstrap samples of the training
patients. The spread of the parameters gives every patient's interval in closed form; the
refits' risks of the training patients show the instability of single predictions (Riley &
Collins 2023, doi:10.1002/bimj.202200302).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from model.scoring.additive import Additive
from model.scoring.terms import Floats
from model.studies import Study
from model.training.additive_form import members
from model.training.cohort import Cohort
from model.training.encoding import Encoding
from model.training.resampling import Progress

REFITS = 200
FEW = 100
BATCH = 10


@dataclass(frozen=True)
class Refits:
    """The procedure repeated on bootstrap samples.

    parameters : (refits, members, 1 + parameters) of every submodel; see `Encoding.parameters`.
    risks : (refits, n) each refit's risk of every training patient.
    drawn : (refits, n) how often each patient was in the sample.
    """

    parameters: Floats
    risks: Floats
    drawn: NDArray[np.int64]


def refit(
    estimator: Any,
    study: Study,
    cohort: Cohort,
    *,
    refits: int = REFITS,
    seed: int = 0,
    progress: Progress = lambda stage, done: None,
) -> Refits:
    """Refit an additive estimator on bootstrap samples, in parallel on all cores."""
    count = len(cohort.outcome)
    samples = np.random.default_rng(seed).integers(0, count, size=(refits, count))
    batches = np.array_split(samples, max(1, refits // BATCH))
    # Starting a worker costs as much as some fifty refits.
    jobs = cpu_count() if refits > FEW else 1
    workers = Parallel(n_jobs=jobs, return_as="generator")
    found: list[tuple[Floats, Floats]] = []
    for batch in workers(delayed(_refit)(estimator, study, cohort, each) for each in batches):
        found += batch
        progress("Refitting on bootstrap samples", len(found) / refits)
    drawn = np.array([np.bincount(sample, minlength=count) for sample in samples])
    parameters, risks = (np.array(each) for each in zip(*found, strict=True))
    return Refits(parameters, risks, drawn)


def _refit(
    estimator: Any, study: Study, cohort: Cohort, samples: NDArray[np.int64]
) -> list[tuple[Floats, Floats]]:
    found = []
    with threadpool_limits(1):  # the matrices are small: a second thread would only wait
        for sample in samples:
            fitted = clone(estimator).fit(cohort.rows.iloc[sample], cohort.outcome[sample])
            parameters = Encoding(fitted, study).parameters(members(fitted))
            found.append((parameters, fitted.predict_proba(cohort.rows)[:, 1]))
    return found


def with_uncertainty(form: Additive, fitted: Any, study: Study, refits: Refits) -> Additive:
    """The additive form with the covariance of its parameters over the refits.

    Deviations are taken from the fitted parameters, not from the refits' mean: tuned and
    penalised fits move on samples with repeated patients, and that is variability as well.
    """
    encoding = Encoding(fitted, study)
    family = members(fitted)
    point = encoding.parameters(family)
    covariances = {}
    for at, member in enumerate(family):
        kept = encoding.kept(member)
        deviations = refits.parameters[:, at][:, kept] - point[at, kept]
        covariance = deviations.T @ deviations / len(deviations)
        covariances[encoding.absent(member)] = _lower(covariance)
    return Additive(
        form.features,
        tuple(replace(each, covariance=covariances[each.absent]) for each in form.sums),
    )


def _lower(covariance: Floats) -> tuple[float, ...]:
    return tuple(covariance[np.tril_indices(len(covariance))].tolist())
