"""A random forest whose trees vote in log-odds and have all seen patients with tests missing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.validation import check_is_fitted, validate_data

from model.estimators.classifiers import newton
from model.estimators.classifiers.classes import two_classes
from model.numerics.arrays import Floats
from model.numerics.trees import LEAF, Trees

MOST_LEAVES = 64
"""Of a tree: so its leaves are the bits of one word."""
DECIMALS = 6
"""Of a threshold: trees are grown on single precision, which writes 1.45 as 1.4500000476837158."""
PENALTY = 1e-3
"""On the slope of the calibration: only there to keep it finite."""


class LogOddsForest(ClassifierMixin, BaseEstimator):
    """Classification trees on bootstrap samples (Breiman 2001, doi:10.1023/A:1010933404324), of
    which the log-odds are averaged instead of the probabilities.

    So the forest is a sum in log-odds, the scale its answers are explained on. A leaf's log-odds
    are those of its patients and of `prior` made-up ones with the outcome as common as in training;
    none is infinite. Means over many trees are too cautious: a slope and an intercept, fitted to
    each patient's log-odds from the trees that have not seen them, calibrate all leaves.

    Every tree sees each of its patients without each test with probability `blanked`. A tree that
    never met a missing test would send all such patients down the busier branch.

    Parameters
    ----------
    groups : columns measured together, which are blanked together.
    trees : their number.
    smallest_leaf : patients in the smallest leaf; more where a tree would exceed 64 leaves.
    candidates : columns tried at each split.
    prior, blanked : see above.
    random_state : of samples, blanks and candidates.

    Attributes
    ----------
    nodes_ : all trees, as `model.numerics.trees.Trees` has them; a leaf's number is its
        calibrated log-odds.
    calibration_slope_, calibration_intercept_ : already in `nodes_`.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[int]] = (),
        trees: int = 200,
        smallest_leaf: int = 8,
        candidates: int = 2,
        prior: float = 2.0,
        blanked: float = 0.2,
        random_state: int = 0,
    ) -> None:
        self.groups = groups
        self.trees = trees
        self.smallest_leaf = smallest_leaf
        self.candidates = candidates
        self.prior = prior
        self.blanked = blanked
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Grow the trees, then calibrate them on the patients each has not seen."""
        values, labels = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan")
        self.classes_, outcome = two_classes(labels)
        random = np.random.default_rng(self.random_state)
        grown, unseen = [], []
        same = _same_patient(values, outcome)
        for _ in range(self.trees):
            drawn = random.integers(0, len(values), len(values))
            grown.append(self._tree(values[drawn], outcome[drawn], outcome.mean(), random))
            unseen.append(~np.isin(same, same[drawn]))
        self.nodes_ = np.vstack(grown)
        self._calibrate(values, outcome, np.array(unseen).T)
        return self

    def decision_function(self, X: ArrayLike) -> Floats:
        """Log-odds of the second class, (n,): the mean over the trees."""
        check_is_fitted(self)
        values = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        log_odds: Floats = Trees(self.nodes_, values.shape[1]).each(values).mean(axis=1)
        return log_odds

    def predict_proba(self, X: ArrayLike) -> Floats:
        """(n, 2) probabilities of the two classes."""
        risk = 1 / (1 + np.exp(-self.decision_function(X)))
        return np.column_stack([1 - risk, risk])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The likelier class of each row."""
        second = self.decision_function(X) > 0
        labels: NDArray[Any] = self.classes_[second.astype(int)]
        return labels

    def _tree(
        self, sample: Floats, outcome: NDArray[Any], prevalence: float, random: np.random.Generator
    ) -> Floats:
        """The nodes of one tree; `sample` is the tree's own."""
        for group in self.groups:
            sample[np.ix_(random.random(len(sample)) < self.blanked, np.asarray(group))] = np.nan
        tree = (
            DecisionTreeClassifier(
                min_samples_leaf=max(self.smallest_leaf, math.ceil(len(sample) / MOST_LEAVES)),
                max_features=self.candidates,
                random_state=int(random.integers(2**31)),
            )
            .fit(sample, outcome)
            .tree_
        )
        # The odds of a leaf, its events to the rest, count the made-up patients of `prior` as well.
        # A split of the measured from the missing has an infinite threshold.
        threshold = np.nan_to_num(tree.threshold.round(DECIMALS))
        is_leaf = tree.children_left == LEAF
        events = tree.value[:, 0, 1:].sum(axis=1) * tree.n_node_samples
        odds = events + self.prior * prevalence
        odds = odds / (tree.n_node_samples + self.prior - odds)
        return np.column_stack(
            [
                np.where(is_leaf, LEAF, tree.feature),
                np.where(is_leaf, np.log(odds), threshold),
                tree.missing_go_to_left.astype(bool) & ~is_leaf,
                np.where(is_leaf, tree.n_node_samples, 0),
            ]
        ).astype(np.float64)

    def _calibrate(self, values: Floats, outcome: NDArray[Any], unseen: NDArray[np.bool_]) -> None:
        """Slope and intercept of the log-odds from trees that have not seen the patient."""
        votes = Trees(self.nodes_, values.shape[1]).each(values)
        judged = unseen.any(axis=1)
        log_odds = np.where(unseen, votes, 0.0)[judged].sum(axis=1) / unseen[judged].sum(axis=1)
        intercept, slope = newton.fit(log_odds[:, None], outcome[judged].astype(float), PENALTY)
        self.calibration_slope_, self.calibration_intercept_ = float(slope), float(intercept)
        leaves = self.nodes_[:, 0] == LEAF
        self.nodes_[leaves, 1] = intercept + slope * self.nodes_[leaves, 1]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


def _same_patient(values: Floats, outcome: NDArray[Any]) -> NDArray[np.intp]:
    """(n,) one number a patient: a copy in a bootstrap sample has seen what its original has."""
    rows = np.column_stack([outcome, np.nan_to_num(values, nan=-np.inf, posinf=np.inf)])
    same: NDArray[np.intp] = np.unique(rows, axis=0, return_inverse=True)[1]
    return same
