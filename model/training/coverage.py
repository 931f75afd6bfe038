"""How often an interval holds the true risk: measured in simulated studies, at each training.

In patients one never learns the true risk. So studies are simulated in which it is known: patients
are drawn from those there are, outcomes from the fitted model's risks, and the whole procedure,
tuning included, is run on each study. The fitted model is then the truth, and every interval either
holds it or does not (a parametric bootstrap: Efron & Tibshirani 1993, chapter 21; simulation for
coverage: Morris et al., Stat Med 2019;38:2074-2102).

As every model is wrong in its form, there are studies with another truth besides; see
`curved_truth`.

Half of the studies of either kind decide how wide the interval is; how often it then covers is
measured in the other half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from model.estimators.classifiers import newton
from model.numerics.arrays import Floats
from model.scoring.engine import risk_of
from model.studies.cohort import Cohort
from model.training import curved_truth
from model.training.cross_validation import NOTHING, Blanked, Progress, answering, blanking
from model.training.distances import Distances
from model.training.interval_width import Calibrated, judged
from model.training.posterior import believed

STUDIES = 200
FEW_STUDIES = 40
BATCH_STUDIES = 10
LEAST_BLANKED = 0.9
"""Coverage where tests are missing, below which no interval is claimed."""
NO_PENALTY = 1e-6
"""So little that it only keeps the weights of columns that go together finite."""


def calibrated(
    unfitted: Any,
    cohort: Cohort,
    blanked: Blanked = NOTHING,
    *,
    studies: int = STUDIES,
    seed: int = 0,
    progress: Progress = lambda stage, done: None,
) -> Calibrated | None:
    """Choose how wide the interval is, and measure how often it holds the truth.

    Parameters
    ----------
    unfitted : the procedure. Fitted to `cohort`, it is the truth of the simulated studies.
    blanked : columns to blank, by the name of what that stands for.
    studies : how many are simulated, at least two; the same `seed` simulates the same.
    progress : called with a sentence and the part that is done, 0 to 1.

    Returns
    -------
    None if nothing is known of the weights of such a procedure; see `posterior.believed`. Nor is an
    interval claimed of one that holds the truth too seldom where tests are missing: whoever reads
    it has such patients.
    """
    unfitted = answering(unfitted, cohort.rows, blanked)
    fitted = clone(unfitted).fit(cohort.rows, cohort.outcome)
    has_weights = hasattr(fitted[-1], "coef_") or hasattr(fitted[-1], "submodels_")
    if not has_weights or believed(fitted, cohort.rows, cohort.outcome) is None:
        return None
    risk = fitted.predict_proba(cohort.rows)[:, 1]
    some = {name: blanking(cohort.rows, gone) for name, gone in blanked.items() if gone}
    asked = {"": cohort.rows, **some}
    truths = {name: _truth(fitted, rows, risk) for name, rows in some.items()}
    truths[""] = np.log(risk) - np.log1p(-risk)
    curved = curved_truth.log_odds(cohort.rows, cohort.outcome)
    workers = Parallel(n_jobs=cpu_count() if studies > FEW_STUDIES else 1, return_as="generator")
    root = np.random.SeedSequence(seed)
    tasks = [
        delayed(_studies)(unfitted, cohort.rows, *truth, seeds[start : start + BATCH_STUDIES])
        for truth, seeds in (
            ((risk, asked, truths), root.spawn(studies)),
            ((risk_of(curved), {"": cohort.rows}, {"": curved}), root.spawn(_curved(studies))),
        )
        for start in range(0, len(seeds), BATCH_STUDIES)
    ]
    found: list[dict[str, Distances]] = []
    for batch in workers(tasks):
        found += batch
        done = len(found) / (studies + _curved(studies))
        progress("Measuring the intervals in simulated studies", done)
    interval = judged(found[:studies], risk, [study[""] for study in found[studies:]])
    least = min(interval.coverage.blanked.values(), default=1.0)
    return interval if least >= LEAST_BLANKED else None


def _curved(studies: int) -> int:
    """How many more studies have a truth of another form."""
    return max(2, studies // 3)


def _truth(fitted: Any, rows: pd.DataFrame, risk: Floats) -> Floats:
    """(n,) log-odds that a submodel would give after endless patients with these risks.

    That is the logistic regression without penalty on what it is given, fitted to the risks
    themselves. NaN of patients in whom more is missing than was blanked.
    """
    encoded = np.asarray(fitted[:-1].transform(rows), dtype=np.float64)
    present = ~np.isnan(encoded).all(axis=0)
    asked = ~np.isnan(encoded[:, present]).any(axis=1)
    given = encoded[asked][:, present]
    scaled = curved_truth.standardised(given)
    weights = newton.fit(scaled, risk[asked], NO_PENALTY)
    truth = np.full(len(rows), np.nan)
    truth[asked] = weights[0] + scaled @ weights[1:]
    return truth


def _studies(
    unfitted: Any,
    rows: pd.DataFrame,
    risk: Floats,
    asked: Mapping[str, pd.DataFrame],
    truths: Mapping[str, Floats],
    seeds: Sequence[np.random.SeedSequence],
) -> list[dict[str, Distances]]:
    with threadpool_limits(1):  # the matrices are small: a second thread would only wait
        return [
            _study(unfitted, rows, risk, asked, truths, np.random.default_rng(one)) for one in seeds
        ]


def _study(
    unfitted: Any,
    rows: pd.DataFrame,
    risk: Floats,
    asked: Mapping[str, pd.DataFrame],
    truths: Mapping[str, Floats],
    random: np.random.Generator,
) -> dict[str, Distances]:
    """One simulated study: the procedure on drawn patients, judged on all."""
    drawn, outcome = _drawn(risk, random)
    patients = rows.iloc[drawn]
    fitted = clone(unfitted).fit(patients, outcome)
    members = believed(fitted, patients, outcome, known=True)
    assert members is not None  # asked of the truth
    found = {}
    for name, given in asked.items():
        encoded = np.asarray(fitted[:-1].transform(given), dtype=np.float64)
        shown = fitted[-1].decision_function(encoded)
        final = fitted[-1]
        which = final.rows_of(encoded) if hasattr(final, "rows_of") else np.zeros(len(shown), int)
        filled = np.where(np.isnan(encoded), getattr(final, "mean_", 0.0), encoded)
        middle, error = np.empty((2, len(shown)))
        for at in np.unique(which):
            inside = which == at
            middle[inside], error[inside] = members[at].judged(filled[inside])
        found[name] = Distances((truths[name] - middle) / error, (shown - middle) / error)
    return found


def _drawn(risk: Floats, random: np.random.Generator) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """As many patients as there are, with replacement, and an outcome for each; both outcomes
    occur more than once.
    """
    while True:
        drawn = random.integers(0, len(risk), len(risk))
        outcome = (random.random(len(risk)) < risk[drawn]).astype(np.intp)
        if 1 < outcome.sum() < len(risk) - 1:
            return drawn, outcome
