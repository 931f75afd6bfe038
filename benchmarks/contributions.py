"""Contributions of every clinical value, from raw values, against `shap.LinearExplainer`.

Claims:

- contributions of 100,000 patients at least 3 times faster than `shap.LinearExplainer` behind
  the same fitted pipeline, and the same;
- 100,000 patients scored, given an interval and explained by the default model in at most 6 times
  what the explainer takes for the contributions of `baseline` alone; one patient in at most that
  time.

Both sides of the first claim take the recipe of `baseline`, start from the same frame of raw
values with a third of the optional ones blank, and end with one contribution a clinical input.
The sides take turns and medians are compared. The recipe's ratio is a column of its own to
SHAP and is shared between its two inputs by ours, so those two are compared as one. Exits
with 1 if a claim does not hold.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import shap

from benchmarks import claims
from model import estimators, studies
from model.scoring import RiskModel
from model.studies import Study, cohort
from model.studies.cohort import Cohort
from model.training.export.additive import read_off, with_uncertainty

PATIENTS = 100_000
RUNS = 7
RUNS_OF_ONE = 200
TIMES_FASTER = 3.0
TIMES_AS_LONG, TIMES_AS_LONG_ONE = 6.0, 1.0
SAME = 1e-9
SHARED = ("thalach", "trestbps")


class Peer:
    """What the SHAP documentation shows for a linear model behind a pipeline."""

    def __init__(self, pipeline: Any, study: Study, background: pd.DataFrame) -> None:
        self._encode = pipeline[:-1]
        encoded = self._encode.transform(background)
        # The whole background: by default the explainer samples 100 rows of it.
        masker = shap.maskers.Independent(encoded, max_samples=len(encoded))
        self._explainer = shap.LinearExplainer(pipeline[-1], masker)
        owners = [_owner(name) for name in encoded_names(pipeline)]
        self._columns = [
            [at for at, owner in enumerate(owners) if owner == name] for name in study.schema.names
        ]

    def contributions(self, rows: pd.DataFrame) -> np.ndarray[Any, Any]:
        values = self._explainer.shap_values(self._encode.transform(rows))
        return np.column_stack([values[:, owned].sum(axis=1) for owned in self._columns])


def encoded_names(pipeline: Any) -> list[str]:
    return [str(name).rpartition("__")[2] for name in pipeline[0].get_feature_names_out()]


def _owner(encoded: str) -> str:
    """The input an encoded column belongs to: ``cp_4.0`` is of ``cp``, a ratio of its first."""
    return encoded.partition("_")[0].partition("/")[0]


def fitted(name: str, study: Study, training: Cohort) -> tuple[Any, RiskModel]:
    """The estimator of that name, and the model a bundle of it holds."""
    pipeline = estimators.build(name, study).fit(training.rows, training.outcome)
    form = read_off(pipeline, study, training.rows)
    # The interval takes the same time however many refits are behind it.
    form = with_uncertainty(form, pipeline, study, training, (), 1.05)
    return pipeline, RiskModel(study.schema, form)


def patients(study: Study, count: int) -> pd.DataFrame:
    """Made-up patients over the whole plausible range."""
    rng = np.random.default_rng(0)
    columns = {}
    for feature in study.schema.features:
        if feature.plausible is None:
            column = rng.choice(feature.levels, count)
        else:
            span = feature.plausible
            column = rng.uniform(span.low, span.high, count).round(feature.decimals)
        if not feature.required:
            column = np.where(rng.random(count) < 1 / 3, np.nan, column)
        columns[feature.name] = column
    return pd.DataFrame(columns)


def in_turns(*sides: Callable[[], object], runs: int) -> list[float]:
    """The median seconds of each side, run one after the other `runs` times."""
    spent: list[list[float]] = [[] for _ in sides]
    for _ in range(runs):
        for side, seconds in zip(sides, spent, strict=True):
            begun = time.perf_counter()
            side()
            seconds.append(time.perf_counter() - begun)
    return [statistics.median(seconds) for seconds in spent]


def difference(study: Study, ours: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]) -> float:
    """The largest, in log-odds; the two inputs of the ratio count as one."""
    shared = [study.schema.names.index(name) for name in SHARED]
    off = np.delete(ours - theirs, shared, axis=1)
    off_shared = ours[:, shared].sum(axis=1) - theirs[:, shared].sum(axis=1)
    return float(max(np.abs(off).max(), np.abs(off_shared).max()))


def main() -> int:
    study = studies.find(studies.DEFAULT)
    training = cohort.read(study).training
    many = patients(study, PATIENTS)
    one = many.head(1)

    pipeline, baseline = fitted("baseline", study, training)
    peer = Peer(pipeline, study, training.rows)
    ours = baseline.engine.contributions
    off = difference(study, ours(many.to_numpy()), peer.contributions(many))
    mine, theirs = in_turns(
        lambda: ours(many.to_numpy()), lambda: peer.contributions(many), runs=RUNS
    )
    _, model = fitted(estimators.DEFAULT, study, training)
    mine_all, theirs_all = in_turns(
        lambda: model.assess(many, explain=True), lambda: peer.contributions(many), runs=RUNS
    )
    mine_one, theirs_one = in_turns(
        lambda: model.assess(one, explain=True), lambda: peer.contributions(one), runs=RUNS_OF_ONE
    )

    many_named = f"{PATIENTS:,} patients"
    print(f"medians of {RUNS} runs in turns; the peer is shap.LinearExplainer")
    ratio = claims.told(f"contributions of {many_named}", "s", [mine], [theirs])
    claims.at_least(f"contributions of {many_named}, peer to ours", 1 / ratio, TIMES_FASTER)
    claims.at_most("largest difference, in log-odds", off, SAME)
    print(f"risk, interval and contributions by {estimators.DEFAULT}; the peer's are contributions")
    for who, took, peers, bound in (
        (many_named, mine_all, theirs_all, TIMES_AS_LONG),
        ("one patient", mine_one, theirs_one, TIMES_AS_LONG_ONE),
    ):
        claims.compared(f"{who}, risk and interval as well", "s", [took], [peers], bound)
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
