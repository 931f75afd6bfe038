"""Forests whose trees vote in log-odds: scored from their trees, explained by shap.

The log-odds are the mean of the trees' leaves. `estimator.skops` holds the trees;
`explanation.json` a few trees of every refit on a bootstrap sample of the training patients, from
which comes how surely two findings differ, and in older versions a patient's interval. Both are
aggregates: thresholds, leaves and how many patients they hold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from model.numerics.arrays import Floats
from model.numerics.trees import COLUMNS, Trees
from model.scoring import estimator_file
from model.scoring.engine import LOG_ODDS, NORMAL_95, Bounded, Explained
from model.scoring.tree_shapley import shapley

EXPLANATION_VERSION = 1
BLOCK_ROWS = 1024


@dataclass(frozen=True, eq=False)
class Forest:
    """Trees over the inputs named in `features`.

    refits : the first `kept` trees of every refit, one refit after the other; None while the
        variability is not known.
    widened : what the standard error of a patient's interval is multiplied by; None where no
        interval is claimed, as by every forest trained today: none held both truths of the
        simulated studies in 93 to 97 %; see `docs/statistical-methods.md`.
    """

    features: tuple[str, ...]
    trees: Trees
    refits: Trees | None = None
    kept: int = 2
    widened: float | None = None

    FILE: ClassVar[str] = "explanation.json"
    scale: ClassVar[str] = LOG_ODDS
    LIBRARIES: ClassVar[tuple[str, ...]] = ("shap",)
    attribution: ClassVar[str] = (
        "The contributions are Shapley values over the clinical inputs, by TreeExplainer of the "
        "shap library, with the training patients each tree counted below its nodes as the "
        "background; in log-odds they add up to the number shown."
    )
    absences: ClassVar[tuple[tuple[str, ...], ...]] = ((),)
    average: ClassVar[float | None] = None

    @property
    def has_interval(self) -> bool:
        """Whether it says how sure each risk is."""
        return self.widened is not None

    def log_odds(self, values: Floats) -> Floats:
        """(n,) log-odds; `values` is (n, features), NaN for "not measured"."""
        log_odds = np.empty(len(values))
        for rows in _chunks(len(values)):
            log_odds[rows] = self.trees.each(values[rows]).mean(axis=1)
        return log_odds

    def bounded(self, values: Floats) -> Bounded:
        """The log-odds of n patients, (n, features), and how sure each is: 1.96 standard errors to
        either side, which are those of the refits; see `_error`. NaN where no interval is claimed.
        """
        centre, error = np.empty(len(values)), np.full(len(values), np.nan)
        for rows in _chunks(len(values)):
            votes = self.trees.each(values[rows])
            centre[rows] = votes.mean(axis=1)
            if self.refits is not None and self.widened is not None:
                sure = self._error(votes, self.refits.each(values[rows]))
                error[rows] = self.widened * sure
        reach = NORMAL_95 * error
        which = np.zeros(len(values), dtype=np.intp)
        return Bounded(which, centre, centre - reach, centre + reach)

    def explained(self, values: Floats) -> Explained:
        """The same, and how each log-odds comes about. Takes about a millisecond a patient."""
        sure = self.bounded(values)
        base, contributions = shapley(self.trees, values)
        bases = np.full(len(values), base)
        return Explained(sure.which, sure.log_odds, sure.low, sure.high, bases, contributions)

    def contribution_bounds(self, values: Floats) -> None:
        """Not known: few trees of each refit are kept, too few for contributions."""

    def contrast(self, ones: Floats, others: Floats) -> tuple[float, float]:
        """By how much some log-odds exceed others in the mean, and the standard error of that: 0
        without refits.
        """
        gap = _mean(self.trees, ones) - _mean(self.trees, others)
        if self.refits is None:
            return float(gap.mean()), 0.0
        theirs = _mean(self.refits, ones) - _mean(self.refits, others)
        error = self._error(gap[None], theirs[None])[0]
        return float(gap.mean()), float((self.widened or 1.0) * error)

    def _error(self, ours: Floats, theirs: Floats) -> Floats:
        """(n,) standard error of means over trees.

        The mean squared distance of the refits from the forest, as for every other model here. A
        refit keeps only a few of its trees, whose mean is noisier than the whole refit's was; that
        noise is known from their spread and taken off (the noisy bootstrap with bias correction of
        Sexton & Laake 2009, Computational Statistics & Data Analysis 53:801-811). What is left is
        never less than the noise of a whole forest.

        Parameters
        ----------
        ours : (n, trees) of this forest. theirs : (n, refits * kept) of the refits.
        """
        refits = theirs.reshape(len(theirs), -1, self.kept)
        distance = ((refits.mean(axis=2) - ours.mean(axis=1)[:, None]) ** 2).mean(axis=1)
        spread = refits.var(axis=2, ddof=1).mean(axis=1)
        of_few, of_all = spread / self.kept, spread / ours.shape[1]
        error: Floats = np.sqrt(np.maximum(distance - of_few + of_all, of_all))
        return error

    def to_json(self) -> str:
        """The refits' trees: numbers only; `read` is its inverse, with the forest's own trees."""
        nodes = np.empty((0, len(COLUMNS))) if self.refits is None else self.refits.nodes
        feature, number, blank_left, cover = nodes.T
        document = {
            "explanation_version": EXPLANATION_VERSION,
            "features": self.features,
            "kept": self.kept,
            "widened": self.widened,
            "refits": {
                "feature": feature.astype(int).tolist(),
                "number": number.tolist(),
                "blank_left": blank_left.astype(int).tolist(),
                "cover": cover.astype(int).tolist(),
            },
        }
        return json.dumps(document, separators=(",", ":"), allow_nan=False)

    @classmethod
    def read(cls, estimator: bytes, explanation: bytes) -> Self:
        """The forest in a bundle's two files.

        Raises
        ------
        BundleRefused
            If the estimator holds any type that is not trusted.
        ValueError
            If it is no forest, or the files do not fit each other or are not finite.
        """
        try:
            document = json.loads(explanation)
            version = document["explanation_version"]
            if version != EXPLANATION_VERSION:
                raise ValueError(f"explanation version {version!r:.20}")
            features, kept = tuple(document["features"]), int(document["kept"])
            written = document.get("widened", 1.0)
            widened = None if written is None else float(written)
            columns = [document["refits"][name] for name in COLUMNS]
            nodes = np.array(columns, dtype=np.float64).T.copy()
            refits = Trees(nodes, len(features))
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError(f"the explanation is incomplete: {error}") from error
        if kept < 2 or len(refits) % kept:
            raise ValueError("the refits do not keep as many trees each")
        if widened is not None and not (np.isfinite(widened) and widened > 0):
            raise ValueError("an interval that is not widened by a number")
        return cls(
            features,
            Trees(nodes_of(estimator_file.load(estimator)), len(features)),
            refits,
            kept,
            widened,
        )


def nodes_of(pipeline: Any) -> Any:
    """The nodes of a fitted forest.

    Raises
    ------
    ValueError
        If the pipeline is not a forest alone.
    """
    # Only for who has a fitted forest at hand: to score needs neither.
    from sklearn.pipeline import Pipeline

    # As above.
    from model.estimators.classifiers import LogOddsForest

    steps = pipeline.steps if isinstance(pipeline, Pipeline) else []
    if len(steps) != 1 or not isinstance(steps[0][1], LogOddsForest):
        raise ValueError("the estimator is not a forest")
    return steps[0][1].nodes_


def _chunks(count: int) -> list[slice]:
    """So few patients at a time that the votes of all trees stay small."""
    return [slice(start, start + BLOCK_ROWS) for start in range(0, count, BLOCK_ROWS)]


def _mean(trees: Trees, values: Floats) -> Floats:
    """(trees,) what each says in the mean over the patients."""
    total = sum(trees.each(values[rows]).sum(axis=0) for rows in _chunks(len(values)))
    return np.asarray(total / len(values), dtype=np.float64)
