"""A family of logistic regressions, one for every pattern of tests that may be missing.

Fletcher Mercaldo & Blume 2020 (pattern submodels): a patient without a test is best served by
a model fitted without it, rather than by a guess of its result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import StratifiedKFold
from sklearn.utils.validation import check_is_fitted, validate_data

from model.estimators.classifiers import newton
from model.estimators.classifiers.classes import two_classes
from model.numerics.arrays import Floats

STRENGTHS = tuple(np.logspace(-3, 1, 9))
MOST_GROUPS = 10


@dataclass(frozen=True)
class Submodel:
    """One member: the columns it does without, and its weights over all columns."""

    absent: tuple[int, ...]
    intercept: float
    weights: Floats


class SubmodelLogistic(ClassifierMixin, BaseEstimator):
    """L2 logistic regression with a submodel for each set of column groups that is missing.

    Parameters
    ----------
    groups : columns measured together. If any of a group is missing (NaN) in a patient, the
        submodel without the group answers; with g groups there are 2**g submodels. A missing
        value in a column of no group counts as the column's training mean.
    strengths : values of C to choose from, by the log-loss of an inner stratified
        cross-validation of the full model. All submodels share the one chosen.
    folds, random_state : of that cross-validation.
    patterns : which submodels to fit, where only some will be asked, as in a cross-validation: the
        numbers whose bits are the missing groups. None: all of them.

    Attributes
    ----------
    strength_ : the C chosen.
    mean_ : training means of the columns; what a missing value in no group counts as.
    scale_ : what each column is divided by for the penalty: its standard deviation, or 1 where
        that is none.
    patterns_ : (m,) the submodels there are, increasing; the full model, 0, is always one.
    weights_ : (m, columns) weights of each submodel in the columns' own units; zero for columns it
        does without.
    intercepts_ : (m,).
    """

    patterns: Sequence[int] | None = None
    """Estimators stored before there was a choice lack the attribute: they have all."""

    def __init__(
        self,
        groups: Sequence[Sequence[int]] = (),
        strengths: Sequence[float] = STRENGTHS,
        folds: int = 5,
        random_state: int = 0,
        patterns: Sequence[int] | None = None,
    ) -> None:
        self.groups = groups
        self.strengths = strengths
        self.folds = folds
        self.random_state = random_state
        self.patterns = patterns

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Tune the strength on the full model, then fit every submodel."""
        values, labels = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan")
        self.classes_, places = two_classes(labels)
        outcome = places.astype(np.float64)
        if len(self.groups) > MOST_GROUPS:
            raise ValueError(
                f"{len(self.groups)} groups would need 2**{len(self.groups)} submodels"
            )
        # A blank counts as the training mean, which is 0 once centred: so it moves no weight, and a
        # submodel without the column is fitted to the same centred numbers.
        blank = np.isnan(values)
        seen = np.maximum((~blank).sum(axis=0), 1)
        self.mean_ = np.where(blank, 0.0, values).sum(axis=0) / seen
        centred = np.where(blank, 0.0, values - self.mean_)
        spread = np.sqrt((centred**2).sum(axis=0) / seen)
        varies = spread > 1e-12 * np.maximum(1.0, np.abs(self.mean_))
        self.scale_ = np.where(varies, spread, 1.0)
        scaled = centred / self.scale_
        self.strength_ = self._tuned(scaled, outcome)
        every = range(2 ** len(self.groups))
        self.patterns_ = np.array(
            every if self.patterns is None else sorted({0, *self.patterns}), dtype=np.int64
        )
        self.weights_ = np.zeros((len(self.patterns_), values.shape[1]))
        self.intercepts_ = np.zeros(len(self.patterns_))
        full = newton.fit(scaled, outcome, 1 / self.strength_)
        for row, missing in enumerate(self.patterns_.tolist()):
            present = self._present(missing, values.shape[1])
            start = full[[0, *(column + 1 for column in present)]]
            fitted = newton.fit(scaled[:, present], outcome, 1 / self.strength_, start)
            self.weights_[row, present] = fitted[1:] / self.scale_[present]
            self.intercepts_[row] = fitted[0] - self.weights_[row] @ self.mean_
        return self

    def decision_function(self, X: ArrayLike) -> Floats:
        """Log-odds of the second class, (n,), each from the submodel of its missing groups."""
        check_is_fitted(self)
        values = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        which = self.rows_of(values)
        filled = np.where(np.isnan(values), self.mean_, values)
        log_odds: Floats = np.einsum("np,np->n", filled, self.weights_[which])
        return log_odds + self.intercepts_[which]

    def predict_proba(self, X: ArrayLike) -> Floats:
        """(n, 2) probabilities of the two classes."""
        risk = 1 / (1 + np.exp(-self.decision_function(X)))
        return np.column_stack([1 - risk, risk])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The likelier class of each row."""
        second = self.decision_function(X) > 0
        labels: NDArray[Any] = self.classes_[second.astype(int)]
        return labels

    @property
    def submodels_(self) -> tuple[Submodel, ...]:
        """Every member, the full model first."""
        check_is_fitted(self)
        columns = set(range(self.n_features_in_))
        return tuple(
            Submodel(
                tuple(sorted(columns - set(self._present(missing, self.n_features_in_)))),
                float(self.intercepts_[row]),
                self.weights_[row],
            )
            for row, missing in enumerate(self._fitted)
        )

    def _present(self, missing: int, columns: int) -> list[int]:
        absent = {
            column
            for bit, group in enumerate(self.groups)
            if missing >> bit & 1
            for column in group
        }
        return [column for column in range(columns) if column not in absent]

    @property
    def _fitted(self) -> list[int]:
        every = np.arange(len(self.intercepts_))  # of a stored estimator without a choice
        patterns: list[int] = getattr(self, "patterns_", every).tolist()
        return patterns

    def rows_of(self, values: Floats) -> NDArray[np.intp]:
        """(n,) the row of `weights_` that answers each patient; `values` is (n, columns).

        Raises
        ------
        ValueError
            If there is none for a patient, since only some submodels were fitted.
        """
        missing = self._missing(values)
        fitted = np.asarray(self._fitted)
        rows = np.searchsorted(fitted, missing).clip(max=len(fitted) - 1)
        if (fitted[rows] != missing).any():
            raise ValueError("A patient lacks inputs for which no submodel was asked for.")
        return rows

    def with_patterns_of(self, *frames: Floats) -> Self:
        """An unfitted copy with the submodels alone that answer rows of these (n, columns)."""
        asked = {int(which) for frame in frames for which in np.unique(self._missing(frame))}
        return cast(Self, clone(self).set_params(patterns=sorted(asked)))

    def _missing(self, values: Floats) -> NDArray[np.int64]:
        """(n,) the number whose bits are a row's missing groups."""
        which = np.zeros(len(values), dtype=np.int64)
        for bit, group in enumerate(self.groups):
            which |= np.isnan(values[:, list(group)]).any(axis=1).astype(np.int64) << bit
        return which

    def _tuned(self, scaled: Floats, outcome: Floats) -> float:
        """The strength of least log-loss in cross-validation.

        Equal rows stay in one fold: a bootstrap sample must not be tuned on its own copies.
        """
        rows, copies = np.unique(np.column_stack([outcome, scaled]), axis=0, return_inverse=True)
        folds = min(self.folds, int(np.bincount(rows[:, 0].astype(int)).min()))
        if folds < 2 or len(self.strengths) == 1:
            return float(sorted(self.strengths)[len(self.strengths) // 2])
        strengths = sorted(self.strengths)
        loss = np.zeros(len(strengths))
        splits = StratifiedKFold(folds, shuffle=True, random_state=self.random_state)
        for _, fold in splits.split(rows, rows[:, 0]):
            outside = np.isin(copies, fold)
            inside = ~outside
            weights = None
            for at, strength in enumerate(strengths):
                weights = newton.fit(scaled[inside], outcome[inside], 1 / strength, weights)
                log_odds = weights[0] + scaled[outside] @ weights[1:]
                loss[at] += (np.logaddexp(0, log_odds) - outcome[outside] * log_odds).sum()
        return float(strengths[int(loss.argmin())])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags
