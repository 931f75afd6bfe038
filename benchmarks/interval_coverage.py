"""How often the intervals hold the true risk: ``python benchmarks/interval_coverage.py``.

Studies of as many patients as the training site has are simulated under two truths. The first is
the fitted default model. The second is one it lacks: weaker shrinkage, curved effects of every
number, and interactions. Each study is trained, and its interval is widened by simulation from what
was fitted to it, as in every training. Beside it stand, in the same studies, the posterior at the
fit's own penalty, and a bootstrap of the whole procedure around the fit: what was claimed before.

Figures are the share of intervals that hold the truth: of all patients, below a risk of 10 % and
above 90 %. Claimed of a version's: where the model is the truth 93 to 97 % of all, and at least
90 % at both ends; under the second truth at least 90 % of all. With ``--strengths``, also how it
depends on how much weaker the penalty is; ``--studies N`` simulates N.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from benchmarks import claims
from model import estimators, studies
from model.estimators.classifiers import newton
from model.estimators.transformers import RestrictedCubicSpline
from model.numerics.arrays import Floats
from model.scoring.engine import NORMAL_95
from model.studies import cohort as cohorts
from model.studies.cohort import Cohort
from model.training import coverage, interval_width, posterior
from model.training.cross_validation import answering

INNER_STUDIES, REFITS = 40, 60
WEAK = 1.0
OWN, OURS = "the fitted model", "interval of a version"
STRENGTHS = (1.0, 3.0, 10.0, 30.0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=60)
    parser.add_argument("--estimator", default="logistic")
    parser.add_argument("--strengths", action="store_true")
    chosen = parser.parse_args()
    study = studies.find(studies.DEFAULT)
    patients = cohorts.read(study).training
    unfitted = answering(estimators.build(chosen.estimator, study), patients.rows)
    for name, truth in ((OWN, fitted_truth), ("one it lacks", other_truth)):
        risk = truth(unfitted, patients)
        seeds = np.random.SeedSequence(0).spawn(chosen.studies)
        work = (delayed(one_study)(unfitted, patients, risk, s, chosen.strengths) for s in seeds)
        found = Parallel(n_jobs=-1)(work)
        print(f"\nTruth: {name} ({chosen.studies} studies, {chosen.estimator})")
        print(f"{'':34s}   all  <10 %  >90 %")
        shown = {
            method: shares([each[method] for each in found], risk, method) for method in found[0]
        }
        everybody, low, high = shown[OURS]
        claims.at_least(f"held, truth is {name}", everybody, 93.0 if name == OWN else 90.0, "%")
        if name == OWN:
            claims.at_most(f"held, truth is {name}", everybody, 97.0, "%")
            claims.at_least("held below a risk of 10 %", low, 90.0, "%")
            claims.at_least("held above 90 %", high, 90.0, "%")
    return claims.ended()


def shares(held: list[NDArray[np.bool_]], risk: Floats, method: str) -> list[float]:
    """Print them in a line, in per cent: of all patients, of low risks, of high ones."""
    each = np.mean(held, axis=0)
    ends = (np.ones(len(risk), dtype=bool), risk < interval_width.LOW, risk > interval_width.HIGH)
    found = [float(100 * each[rows].mean()) for rows in ends]
    print(f"{method:34s}", *(f"{share:6.1f}" for share in found))
    return found


def fitted_truth(unfitted: Any, patients: Cohort) -> Floats:
    return risk_of(clone(unfitted).fit(patients.rows, patients.outcome), patients)


def other_truth(unfitted: Any, patients: Cohort) -> Floats:
    """Weaker shrinkage, a restricted cubic spline of every number, and four interactions."""
    rows = patients.rows.fillna(patients.rows.median())
    numbers = rows[["age", "trestbps", "chol", "thalach", "oldpeak"]].to_numpy()
    encode = clone(unfitted[:-1]).fit(rows)
    columns = np.column_stack(
        [
            encode.transform(rows),
            RestrictedCubicSpline().fit(numbers).transform(numbers),
            rows["exang"] * rows["oldpeak"],
            rows["sex"] * rows["age"],
            (rows["cp"] == 4) * rows["ca"],
            (rows["thal"] == 7) * rows["oldpeak"],
        ]
    )
    spread = columns.std(axis=0)
    scaled = (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    weights = newton.fit(scaled, patients.outcome.astype(float), WEAK)
    return 1 / (1 + np.exp(-(weights[0] + scaled @ weights[1:])))


def one_study(
    unfitted: Any, patients: Cohort, risk: Floats, seed: np.random.SeedSequence, strengths: bool
) -> dict[str, NDArray[np.bool_]]:
    """Which patients' true risk each method's interval holds."""
    outer, inner = seed.spawn(2)
    random = np.random.default_rng(outer)
    outcome = (random.random(len(risk)) < risk).astype(np.int64)
    drawn = Cohort(patients.rows, outcome)
    truth = np.log(risk) - np.log1p(-risk)
    with threadpool_limits(1):
        fitted = clone(unfitted).fit(drawn.rows, outcome)
        shown = fitted.decision_function(drawn.rows)
        found = coverage.calibrated(
            unfitted, drawn, studies=INNER_STUDIES, seed=int(inner.generate_state(1)[0])
        )
        assert found is not None
        held = {OURS: interval(fitted, drawn, shown, truth, found.widened)}
        if strengths:
            for weaker in STRENGTHS:
                held[f"  penalty / {weaker:g}, not widened"] = at_strength(
                    weaker, lambda: interval(fitted, drawn, shown, truth, 1.0)
                )
        else:
            held["posterior at its own penalty"] = at_strength(
                1.0, lambda: interval(fitted, drawn, shown, truth, 1.0)
            )
        held["bootstrap around the fit"] = bootstrapped(unfitted, drawn, shown, truth, random)
    return held


def interval(
    fitted: Any, patients: Cohort, shown: Floats, truth: Floats, widened: float
) -> NDArray[np.bool_]:
    members = posterior.believed(fitted, patients.rows, patients.outcome)
    assert members is not None
    encoded = np.asarray(fitted[:-1].transform(patients.rows), dtype=np.float64)
    which = fitted[-1].rows_of(encoded)
    filled = np.where(np.isnan(encoded), fitted[-1].mean_, encoded)
    middle, error = np.empty((2, len(truth)))
    for at in np.unique(which):
        inside = which == at
        middle[inside], error[inside] = members[at].judged(filled[inside])
    reach = NORMAL_95 * widened * error
    return (np.minimum(shown, middle - reach) <= truth) & (
        truth <= np.maximum(shown, middle + reach)
    )


def at_strength(weaker: float, count: Callable[[], NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """The same with a penalty so many times weaker behind the interval."""
    kept = posterior.WEAKER
    posterior.WEAKER = weaker
    try:
        return count()
    finally:
        posterior.WEAKER = kept


def bootstrapped(
    unfitted: Any, patients: Cohort, shown: Floats, truth: Floats, random: np.random.Generator
) -> NDArray[np.bool_]:
    squares = np.zeros(len(truth))
    for _ in range(REFITS):
        drawn = random.integers(0, len(truth), len(truth))
        again = clone(unfitted).fit(patients.rows.iloc[drawn], patients.outcome[drawn])
        squares += (again.decision_function(patients.rows) - shown) ** 2
    return np.abs(truth - shown) <= NORMAL_95 * np.sqrt(squares / REFITS)


def risk_of(fitted: Any, patients: Cohort) -> Floats:
    return np.asarray(fitted.predict_proba(patients.rows)[:, 1])


if __name__ == "__main__":
    sys.exit(main())
