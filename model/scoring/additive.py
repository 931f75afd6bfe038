"""Models that are sums of one term an input: scored and explained with NumPy alone.

The log-odds are ``intercept + Σ effect(input)``, so the Shapley value of an input over
the training background has a closed form (Lundberg & Lee 2017, "A unified approach to
interpreting model predictions", eq. 11): its effect less the mean effect in training.
A ratio of two inputs is shared between them by the two-player Shapley rule.

An `Additive` model is a family of such sums: one for each set of tests that may be missing.
A family of one answers every patient.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Floats
from model.scoring import additive_file
from model.scoring.engine import LINKS, LOG_ODDS, NORMAL_95, Bounded, Explained
from model.scoring.sums import Sum
from model.scoring.terms import Columns


@dataclass(frozen=True)
class Additive:
    """A family of sums over the inputs named in `features`.

    A patient is answered by the sum that does without the fewest inputs, among those that do
    without every missing one it cannot fill; sums are listed from the fullest on. A sum whose
    `absent` is empty fills a blank with each term's own `missing`, unless another sum leaves
    that input out: an input that any sum leaves out is never filled. What is called log-odds is on
    the `scale`, a key of `engine.LINKS`: another one than log-odds of adopted models alone.
    """

    features: tuple[str, ...]
    sums: tuple[Sum, ...]
    scale: str = LOG_ODDS

    FILE: ClassVar[str] = "additive.json"
    LIBRARIES: ClassVar[tuple[str, ...]] = ()

    @property
    def attribution(self) -> str:
        return (
            "The contributions are exact Shapley values over the clinical inputs, with all "
            f"training patients as the background; in {self.scale} they add up to the number shown."
        )

    @property
    def absences(self) -> tuple[tuple[str, ...], ...]:
        return tuple(member.absent for member in self.sums)

    @property
    def full(self) -> Sum:
        return next(member for member in self.sums if not member.absent)

    @property
    def average(self) -> float:
        return self.full.base

    @property
    def has_interval(self) -> bool:
        """Whether it is known how sure the parameters are: of an adopted sum it is not."""
        return any(one.covariance or one.uncertainty is not None for one in self.sums)

    def log_odds(self, values: Floats) -> Floats:
        """(n,) log-odds of n patients.

        Parameters
        ----------
        values : (n, len(features)) array, canonical units and codes, NaN for "not measured".
        """
        result = np.empty(len(values))
        for member, rows, columns in self._answering(values, self.which(values)):
            result[rows] = member.log_odds(columns)
        return result

    def risk(self, values: Floats) -> Floats:
        """(n,) risks; see `log_odds`."""
        return LINKS[self.scale](self.log_odds(values))

    def base(self, values: Floats) -> Floats:
        """(n,) mean log-odds in training of the sum that answers each patient."""
        return self._bases[self.which(values)]

    def contributions(self, values: Floats) -> Floats:
        """Shapley value of every input, (n, len(features)), in log-odds.

        Each row adds up to its log-odds less its `base`; an input that its sum does without
        has none.
        """
        return self._contributions(values, self.which(values))

    def bounded(self, values: Floats) -> Bounded:
        """The log-odds and how sure each is; `values` as for `log_odds`.

        From what is known of the parameters; see `Uncertainty`. Of a version trained before that
        was, from their covariance over refits on bootstrap samples of the training patients.
        """
        which = self.which(values)
        shown, low, high = np.full((3, len(values)), np.nan)
        for member, rows, columns in self._answering(values, which):
            shown[rows] = member.log_odds(columns)
            if self.has_interval:
                low[rows], high[rows] = member.spread(columns).bounds(shown[rows], NORMAL_95)
        return Bounded(which, shown, low, high)

    def contribution_bounds(self, values: Floats) -> tuple[Floats, Floats] | None:
        """The ends of the 95 % interval of every contribution, each (n, len(features)), in
        log-odds; None of a version trained before they were known.
        """
        if any(member.uncertainty is None for member in self.sums):
            return None
        which = self.which(values)
        shown = self._contributions(values, which)
        low, high = shown.copy(), shown.copy()
        for member, rows, columns in self._answering(values, which):
            for name, spread in member.contributions(columns):
                at = self.features.index(name)
                ends = spread.bounds(shown[rows, at], NORMAL_95)
                low[rows, at], high[rows, at] = ends
        return low, high

    def explained(self, values: Floats) -> Explained:
        """The same, and how each log-odds comes about."""
        sure = self.bounded(values)
        base, shares = self._bases[sure.which], self._contributions(values, sure.which)
        return Explained(sure.which, sure.log_odds, sure.low, sure.high, base, shares)

    def contrast(self, ones: Floats, others: Floats) -> tuple[float, float]:
        """By how much some log-odds exceed others in the mean, and its standard error; both are
        answered by the sum over all inputs.
        """
        by, gap = 0.0, np.zeros(len(self.full.parameters))
        for values, sign in ((ones, 1), (others, -1)):
            columns = dict(zip(self.features, np.ascontiguousarray(values.T), strict=True))
            by += sign * float(self.full.log_odds(columns).mean())
            gap += sign * self.full.mean_design(columns)
        return by, self.full.error_of(gap)

    def _contributions(self, values: Floats, which: NDArray[np.intp]) -> Floats:
        place = {name: at for at, name in enumerate(self.features)}
        shares = np.zeros((len(self.features), len(values)))
        for member, rows, columns in self._answering(values, which):
            for term in member.terms:
                for name, share in term.shares(columns):
                    shares[place[name], rows] += share
        return shares.T

    @cached_property
    def _bases(self) -> Floats:
        return np.array([member.base for member in self.sums])

    def which(self, values: Floats) -> NDArray[np.intp]:
        """(n,) position in `sums` of the one that answers each patient; `ValueError` if `values`
        has other columns than there are features.
        """
        if values.ndim != 2 or values.shape[1] != len(self.features):
            raise ValueError(f"expected {len(self.features)} columns, got shape {values.shape}")
        if len(self.sums) == 1:
            return np.zeros(len(values), dtype=np.intp)
        # Which droppable inputs a patient lacks is one number, a bit an input; there are as many
        # answers as such numbers, and each is looked for when it first occurs.
        missing = np.zeros(len(values), dtype=np.intp)
        for bit, column in enumerate(self._droppable.values()):
            blank = np.isnan(values[:, column])
            if blank.any():
                missing |= blank.astype(np.intp) << bit
        for pattern in np.flatnonzero(np.bincount(missing)):
            if self._answers[pattern] < 0:
                self._answers[pattern] = self._answer(int(pattern))
        answers: NDArray[np.intp] = self._answers[missing]
        return answers

    @cached_property
    def _answers(self) -> NDArray[np.intp]:
        """For each pattern of missing inputs the sum that answers it; -1 until it is asked for."""
        return np.full(1 << len(self._droppable), -1, dtype=np.intp)

    @cached_property
    def _droppable(self) -> dict[str, int]:
        """Inputs that some sum does without, with their column."""
        dropped = {name for member in self.sums for name in member.absent}
        return {name: at for at, name in enumerate(self.features) if name in dropped}

    def _answer(self, pattern: int) -> int:
        missing = {name for bit, name in enumerate(self._droppable) if pattern >> bit & 1}
        fitting = [at for at, one in enumerate(self.sums) if missing <= set(one.absent)]
        return min(fitting, key=lambda at: len(self.sums[at].absent))

    def _answering(
        self, values: Floats, which: NDArray[np.intp]
    ) -> Iterator[tuple[Sum, NDArray[np.intp] | slice, Columns]]:
        """Each sum that answers somebody, with its rows and their columns."""
        counts = np.bincount(which, minlength=len(self.sums))
        used = np.flatnonzero(counts)
        order = np.argsort(which, kind="stable") if len(used) > 1 else None
        start = 0
        for at in used:
            rows: NDArray[np.intp] | slice = slice(None)
            if order is not None:
                rows = order[start : start + counts[at]]
                start += counts[at]
            part = np.ascontiguousarray(values[rows].T)
            yield self.sums[at], rows, dict(zip(self.features, part, strict=True))

    def to_json(self) -> str:
        """Numbers only; `from_json` is its inverse, to the last bit."""
        return additive_file.dumps(self.features, self.sums, self.scale)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read an additive form.

        Raises
        ------
        ValueError
            If the document is of another version, incomplete, or holds a number that is
            not finite.
        """
        read = cls(*additive_file.loads(text))
        read.require_whole()
        return read

    def require_whole(self) -> None:
        """Raise `ValueError` unless every sum is complete, finite and about these inputs."""
        if self.scale not in LINKS:
            raise ValueError("a scale that is not known")
        if not any(not member.absent for member in self.sums):
            raise ValueError("the additive form has no sum over all inputs")
        dropped = set(self._droppable)
        if not any(dropped <= set(member.absent) for member in self.sums):
            raise ValueError("the additive form has no sum for a patient without any of its tests")
        for member in self.sums:
            size = len(member.parameters)
            if member.covariance and len(member.covariance) != size * (size + 1) // 2:
                raise ValueError("a covariance does not fit its parameters")
            if member.uncertainty is not None:
                member.uncertainty.require_whole(size)
            numbers = [*member.parameters, member.base, *member.covariance]
            if not np.isfinite(numbers).all():
                raise ValueError("a number that is not finite")
            named = {name for term in member.terms for name in term.inputs} | set(member.absent)
            if not named <= set(self.features):
                raise ValueError("a term names an input that is none")
