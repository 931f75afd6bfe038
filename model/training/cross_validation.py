"""Repeated stratified cross-validation: risks for patients the estimator has not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits

from model.estimators.classifiers import SubmodelLogistic
from model.numerics.arrays import Floats
from model.studies.cohort import Cohort
from model.training.settings import FOLDS, REPEATS

Progress = Callable[[str, float], None]
Blanked = Mapping[str, Sequence[str]]

FEW_REPEATS = 4
NOTHING: Blanked = {"nothing blanked": ()}


def out_of_fold(
    estimator: Any,
    cohort: Cohort,
    *,
    repeats: int = REPEATS,
    folds: int = FOLDS,
    blanked: Blanked = NOTHING,
    progress: Progress = lambda stage, done: None,
) -> dict[str, Floats]:
    """For each entry of `blanked`, (repeats, n) risks from fits that did not see their patient.

    Whatever the estimator tunes, it tunes inside its own training folds, so the
    cross-validation is nested. Repeats differ in how patients fall into folds and are seeded
    by their number; they run in parallel on all cores.

    Parameters
    ----------
    blanked : columns to blank in the patients a fit has not seen, by the name of what that
        stands for. The fits are the same for all entries.
    progress : called with a sentence and the part that is done, 0 to 1.
    """
    # Starting a worker costs as much as a few repeats: for those, one process is faster.
    jobs = cpu_count() if repeats > FEW_REPEATS else 1
    workers = Parallel(n_jobs=jobs, return_as="generator_unordered")
    tasks = (
        delayed(_one_repeat)(estimator, cohort, folds, repeat, blanked) for repeat in range(repeats)
    )
    risks = np.empty((len(blanked), repeats, len(cohort.outcome)))
    for done, (repeat, risk) in enumerate(workers(tasks), start=1):
        risks[:, repeat] = risk
        progress("Cross-validating", done / repeats)
    return dict(zip(blanked, risks, strict=True))


def answering(estimator: Any, rows: pd.DataFrame, blanked: Blanked = NOTHING) -> Any:
    """The estimator, of whose submodels only those are fitted that answer for these patients, as
    they are and blanked: the others of a thousand would be fitted for nobody.
    """
    final = estimator[-1]
    if not isinstance(final, SubmodelLogistic) or not final.groups:
        return estimator
    encode = clone(estimator[:-1]).fit(rows)
    frames = [rows, *(blanking(rows, columns) for columns in blanked.values())]
    asked = final.with_patterns_of(*(np.asarray(encode.transform(frame)) for frame in frames))
    return make_pipeline(*(step for _, step in estimator.steps[:-1]), asked)


def blanking(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The same patients without some measurements: NaN in these columns."""
    return rows.assign(**dict.fromkeys(columns, np.nan))


def _one_repeat(
    estimator: Any, cohort: Cohort, folds: int, repeat: int, blanked: Blanked
) -> tuple[int, Floats]:
    risk = np.empty((len(blanked), len(cohort.outcome)))
    splits = StratifiedKFold(folds, shuffle=True, random_state=repeat)
    with threadpool_limits(1):  # the matrices are small: a second thread would only wait
        for inside, outside in splits.split(cohort.rows, cohort.outcome):
            fitted = clone(estimator).fit(cohort.rows.iloc[inside], cohort.outcome[inside])
            unseen = cohort.rows.iloc[outside]
            for at, columns in enumerate(blanked.values()):
                given = blanking(unseen, columns)
                risk[at, outside] = fitted.predict_proba(given)[:, 1]
    return repeat, risk
