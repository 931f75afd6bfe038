"""What a test would show in one patient, given what was measured: from aggregates alone.

The training patients' mean and covariance, over numbers and over one indicator a level, are those
of `Applicability`. With them a coded result has, by Bayes' rule, the probability of its level in
training times the normal density of what was measured given that level, and a number is normal
given all of these: the general location model (Olkin & Tate 1961, Ann. Math. Stat. 32:448) with
one covariance, which for a single coded result is Fisher's linear discriminant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from model.numerics.arrays import Floats
from model.schema import Feature, Schema
from model.scoring.applicability import Applicability

DRAWS = 64
"""Values of a test's numbers, for each combination of its codes."""
UNLIKELY = 0.005
"""A result less likely than that is no plausible one."""


@dataclass(frozen=True)
class Results:
    """Plausible results of a test in one patient.

    values : (m, parts) canonical units and codes, one column a part of the test.
    weights : (m,) how likely each is; they add up to 1.
    """

    parts: tuple[str, ...]
    values: Floats
    weights: Floats


class Conditional:
    """The distribution of what was not measured, given what was.

    patients : how many the aggregates are of. Fewer leave a result less certain.
    """

    def __init__(self, schema: Schema, aggregates: Applicability, patients: int) -> None:
        self._schema = schema
        self._patients = patients
        self._mean = np.asarray(aggregates.mean)
        self._covariance = np.asarray(aggregates.covariance)
        self._axes: dict[str, list[int]] = {}
        for at, axis in enumerate(aggregates.axes):
            self._axes.setdefault(axis.feature, []).append(at)
        self._levels = {at: axis.level for at, axis in enumerate(aggregates.axes)}

    def results(self, patient: Mapping[str, float], parts: Sequence[str]) -> Results:
        """Plausible results of the parts of a test.

        Parameters
        ----------
        patient : what was measured, by feature; NaN for "not measured".
        parts : those of the test that were not.
        """
        features = [self._schema[name] for name in parts]
        coded = [feature for feature in features if feature.is_coded]
        numbers = [feature for feature in features if not feature.is_coded]
        names = [feature.name for feature in numbers]
        known = {
            at: coordinate
            for name, value in patient.items()
            if not np.isnan(value)
            for at, coordinate in self._coordinates(name, value)
        }
        rows, weights = [], []
        for levels, weight, given in self._levelled(coded, known):
            drawn = self._drawn(numbers, given)
            for numbered in drawn:
                found = levels | dict(zip(names, numbered, strict=True))
                rows.append([found[name] for name in parts])
                weights.append(weight / len(drawn))
        return Results(tuple(parts), np.array(rows, dtype=np.float64), np.array(weights))

    def _coordinates(self, name: str, value: float) -> Iterator[tuple[int, float]]:
        for at in self._axes[name]:
            level = self._levels[at]
            yield at, value if level is None else float(value == level)

    def _levelled(
        self, coded: Sequence[Feature], known: dict[int, float]
    ) -> Iterator[tuple[dict[str, float], float, dict[int, float]]]:
        """Each plausible combination of levels, how likely it is, and what is then known."""
        if not coded:
            yield {}, 1.0, known
            return
        first, rest = coded[0], coded[1:]
        likely = self._probabilities(first, known)
        likely = np.where(likely < UNLIKELY, 0.0, likely)
        for level, weight in zip(first.levels, likely / likely.sum(), strict=True):
            if weight > 0:
                given = known | dict(self._coordinates(first.name, level))
                for others, share, all_given in self._levelled(rest, given):
                    yield {first.name: level, **others}, float(weight * share), all_given

    def _probabilities(self, feature: Feature, known: Mapping[int, float]) -> Floats:
        """(levels,) of each level of a coded feature, given what is known."""
        axes = self._axes[feature.name]
        prior = {self._levels[at]: float(self._mean[at]) for at in axes}
        (first,) = {*feature.levels} - prior.keys()  # has no indicator of its own
        prior[first] = 1.0 - sum(prior.values())
        # Bayes' rule in logarithms, for small densities. That of what is known, given a level, is
        # normal about a mean that differs by level; the covariance does not, and cancels.
        log = []
        for level in feature.levels:
            indicators = {at: float(self._levels[at] == level) for at in axes}
            mean, covariance = self._given(list(known), indicators)
            gap = np.array(list(known.values())) - mean
            distance = gap @ np.linalg.solve(covariance, gap) if known else 0.0
            log.append(np.log(max(prior[level], 1e-12)) - distance / 2)
        odds = np.exp(np.array(log) - max(log))
        likely: Floats = odds / odds.sum()
        return likely

    def _drawn(self, numbers: Sequence[Feature], known: Mapping[int, float]) -> Floats:
        """(m, numbers) evenly spread over their distribution, inside the training range."""
        if not numbers:
            return np.empty((1, 0))
        axes = [self._axes[feature.name][0] for feature in numbers]
        mean, covariance = self._given(axes, known)
        spread = np.linalg.cholesky(covariance * self._inflation(known))
        drawn = mean + _normal_points(len(axes)) @ spread.T
        for column, feature in zip(drawn.T, numbers, strict=True):
            span = feature.trained or feature.plausible
            assert span is not None  # what has no codes has a range
            np.clip(column, span.low, span.high, out=column)
            np.round(column, feature.decimals, out=column)
        return drawn

    def _inflation(self, known: Mapping[int, float]) -> float:
        """By how much a new patient's variance exceeds that of the residuals: the regression on
        what is known was itself estimated (Johnson & Wichern, Applied Multivariate Statistical
        Analysis, 6th ed. 2007, sec. 7.6).
        """
        count, by = self._patients, list(known)
        gap = np.array(list(known.values())) - self._mean[by]
        distance = gap @ np.linalg.solve(self._covariance[np.ix_(by, by)], gap) if by else 0.0
        free = max(count - 1 - len(by), 1)
        return float((count - 1) / free * (1 + 1 / count + distance / (count - 1)))

    def _given(self, wanted: Sequence[int], known: Mapping[int, float]) -> tuple[Floats, Floats]:
        """(k,) mean and (k, k) covariance of k coordinates, given the values of others: those of
        the regression on them, and of its residuals.
        """
        at, by = list(wanted), list(known)
        mean, covariance = self._mean[at], self._covariance[np.ix_(at, at)]
        if not by:
            return mean, covariance
        gap = np.array(list(known.values())) - self._mean[by]
        across = self._covariance[np.ix_(at, by)]
        weights = np.linalg.solve(self._covariance[np.ix_(by, by)], across.T).T
        return mean + weights @ gap, covariance - weights @ across.T


def _normal_points(dimensions: int) -> Floats:
    """(DRAWS, dimensions) points as evenly spread as few points can be under a normal density.

    The additive recurrence of Roberts (2018), "The unreasonable effectiveness of quasirandom
    sequences", with the root of ``x ** (d + 1) = x + 1``.
    """
    root = 2.0
    for _ in range(64):
        root = (1.0 + root) ** (1.0 / (dimensions + 1))
    steps = (1.0 / root) ** np.arange(1, dimensions + 1)
    even = (0.5 + np.outer(np.arange(1, DRAWS + 1), steps)) % 1.0
    inverse = np.vectorize(NormalDist().inv_cdf)
    return np.asarray(inverse(even), dtype=np.float64)
