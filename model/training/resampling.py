"""Repeated stratified cross-validation: risks for patients the estimator has not seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from model.training.cohort import Cohort

Floats = NDArray[np.float64]
Progress = Callable[[str, float], None]

REPEATS = 20
FOLDS = 10


def out_of_fold(
    estimator: Any,
    cohort: Cohort,
    *,
    repeats: int = REPEATS,
    folds: int = FOLDS,
    progress: Progress = lambda stage, done: None,
) -> Floats:
    """(repeats, n) risks, each from a fit that did not see its patient.

    Whatever the estimator tunes, it tunes inside its own training folds, so the
    cross-validation is nested. Repeats differ in how patients fall into folds and are seeded
    by their number; they run in parallel on all cores.
    """
    tasks = (delayed(_one_repeat)(estimator, cohort, folds, repeat) for repeat in range(repeats))
    # Starting a worker costs as much as a few repeats: for those, one process is faster.
    workers = Parallel(
        n_jobs=min(cpu_count(), max(1, repeats // 4)), return_as="generator_unordered"
    )
    risks = np.empty((repeats, len(cohort.outcome)))
    for done, (repeat, risk) in enumerate(workers(tasks), start=1):
        risks[repeat] = risk
        progress("Cross-validating", done / repeats)
    return risks


def _one_repeat(estimator: Any, cohort: Cohort, folds: int, repeat: int) -> tuple[int, Floats]:
    risk = np.empty(len(cohort.outcome))
    splits = StratifiedKFold(folds, shuffle=True, random_state=repeat)
    with threadpool_limits(1):  # the matrices are small: a second thread would only wait
        for inside, outside in splits.split(cohort.rows, cohort.outcome):
            fitted = clone(estimator).fit(cohort.rows.iloc[inside], cohort.outcome[inside])
            risk[outside] = fitted.predict_proba(cohort.rows.iloc[outside])[:, 1]
    return repeat, risk
