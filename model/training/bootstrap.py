"""How much a model would have differed had other patients been sampled.

The whole procedure, tuning included, is repeated on bootstrap samples of the training
patients. The refits' risks of the training patients show the instability of single predictions
(Riley & Collins 2023, doi:10.1002/bimj.202200302). They say how far refits lie apart, not how far
the truth lies from them all: the interval of an additive model comes from `posterior`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from model.numerics.arrays import Floats
from model.studies.cohort import Cohort
from model.training.cross_validation import Progress
from model.training.export.exporter import form_of

REFITS = 200
FEW_REFITS = 100
BATCH_REFITS = 10


@dataclass(frozen=True)
class Refits:
    """The procedure repeated on bootstrap samples.

    kept : of every refit, what an interval may be made from; see `export.exporter.Form`.
    risks : (refits, n) each refit's risk of every training patient.
    drawn : (refits, n) how often each patient was in the sample.
    """

    kept: tuple[Any, ...]
    risks: Floats
    drawn: NDArray[np.int64]


def refit(
    estimator: Any,
    cohort: Cohort,
    *,
    refits: int = REFITS,
    seed: int = 0,
    progress: Progress = lambda stage, done: None,
) -> Refits:
    """Refit an estimator on bootstrap samples, in parallel on all cores.

    Parameters
    ----------
    estimator : the whole procedure, unfitted. refits : how many samples, each of as many patients
        as there are, drawn with replacement. seed : the same seed draws the same samples.
    progress : called with a sentence and the part that is done, 0 to 1.
    """
    count = len(cohort.outcome)
    samples = np.random.default_rng(seed).integers(0, count, size=(refits, count))
    batches = np.array_split(samples, max(1, refits // BATCH_REFITS))
    # Starting a worker costs as much as some fifty refits.
    jobs = cpu_count() if refits > FEW_REFITS else 1
    workers = Parallel(n_jobs=jobs, return_as="generator")
    found: list[tuple[Any, Floats]] = []
    for batch in workers(delayed(_refit)(estimator, cohort, some) for some in batches):
        found += batch
        progress("Refitting on bootstrap samples", len(found) / refits)
    drawn = np.array([np.bincount(sample, minlength=count) for sample in samples])
    kept, risks = zip(*found, strict=True)
    return Refits(kept, np.array(risks), drawn)


def _refit(estimator: Any, cohort: Cohort, samples: NDArray[np.int64]) -> list[tuple[Any, Floats]]:
    found = []
    with threadpool_limits(1):  # the matrices are small: a second thread would only wait
        for sample in samples:
            fitted = clone(estimator).fit(cohort.rows.iloc[sample], cohort.outcome[sample])
            kept = form_of(fitted).kept_of(fitted)
            found.append((kept, fitted.predict_proba(cohort.rows)[:, 1]))
    return found
