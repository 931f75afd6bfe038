"""The terms an additive model is made of. Each depends on one input, or is a ratio of two.

A term is linear in its `parameters`: its `effect`, (n,) in log-odds, is their sum, each times its
(n,) row of the `design`. With the parameters' covariance the same design gives its uncertainty. Its
`shares`, (n,) an input, are what each contributes: the parameters times the `centred` rows of that
input, less `means`, (parameters,). All take (n,) values of each input, NaN where it is blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from model.errors import InputError
from model.numerics.arrays import Floats
from model.numerics.spline import spline_basis
from model.scoring.piecewise import Pieces, Surface

Columns = Mapping[str, Floats]
Shares = Iterator[tuple[str, Floats]]
Rows = Iterator[NDArray[np.float64] | NDArray[np.bool_]]
Weights = Iterator[tuple[str, list[Floats]]]


@dataclass(frozen=True)
class Slope:
    """A number with a straight effect: ``slope * x``, or `missing` where it is blank. Its `mean`,
    as that of every term, is the mean effect in training.
    """

    kind: ClassVar[str] = "slope"
    feature: str
    slope: float
    missing: float
    mean: float

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.feature,)

    @property
    def parameters(self) -> tuple[float, ...]:
        return (self.slope, self.missing)

    def with_parameters(self, parameters: Sequence[float]) -> Slope:
        return replace(self, slope=parameters[0], missing=parameters[1])

    def design(self, columns: Columns) -> Rows:
        value = columns[self.feature]
        blank = np.isnan(value)
        yield np.where(blank, 0.0, value)
        yield blank

    def effect(self, columns: Columns) -> Floats:
        value = columns[self.feature]
        return np.where(np.isnan(value), self.missing, self.slope * value)

    def shares(self, columns: Columns) -> Shares:
        yield self.feature, self.effect(columns) - self.mean

    def centred(self, columns: Columns, means: Floats) -> Weights:
        yield self.feature, _less(self.design(columns), means)


@dataclass(frozen=True)
class Levels:
    """A coded input: one effect a code, `missing` where it is blank. Codes are sorted."""

    kind: ClassVar[str] = "levels"
    feature: str
    codes: tuple[float, ...]
    effects: tuple[float, ...]
    missing: float
    mean: float

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.feature,)

    @property
    def parameters(self) -> tuple[float, ...]:
        return (*self.effects, self.missing)

    def with_parameters(self, parameters: Sequence[float]) -> Levels:
        return replace(self, effects=tuple(parameters[:-1]), missing=parameters[-1])

    def design(self, columns: Columns) -> Rows:
        value = columns[self.feature]
        yield from (value == code for code in self.codes)
        yield np.isnan(value)

    def effect(self, columns: Columns) -> Floats:
        """(n,) of each code.

        Raises
        ------
        InputError
            If a code is unknown; rows count from 1.
        """
        value = columns[self.feature]
        # There are few codes: to compare with each is faster than to look each value up.
        places = np.zeros(len(value), dtype=np.int16)
        for at, code in enumerate(self.codes, start=1):
            places += (value == code) * np.int16(at)
        if not places.all():
            unknown = (places == 0) & ~np.isnan(value)
            if unknown.any():
                raise InputError(
                    f"Row {int(unknown.argmax()) + 1}, column {self.feature}: not a code this "
                    "model knows. Allowed: "
                    f"{', '.join(f'{code:g}' for code in self.codes)}, or blank."
                )
        effect: Floats = np.array([self.missing, *self.effects])[places]
        return effect

    def shares(self, columns: Columns) -> Shares:
        yield self.feature, self.effect(columns) - self.mean

    def centred(self, columns: Columns, means: Floats) -> Weights:
        yield self.feature, _less(self.design(columns), means)


@dataclass(frozen=True)
class Curve:
    """A number with a smooth effect: a restricted cubic spline, straight beyond its outer knots.

    Harrell, Regression Modeling Strategies (2nd ed. 2015), eq. 2.25: with k knots there are
    k - 1 coefficients, the first of x itself.
    """

    kind: ClassVar[str] = "curve"
    feature: str
    knots: tuple[float, ...]
    coefficients: tuple[float, ...]
    missing: float
    mean: float

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.feature,)

    @property
    def parameters(self) -> tuple[float, ...]:
        return (*self.coefficients, self.missing)

    def with_parameters(self, parameters: Sequence[float]) -> Curve:
        return replace(self, coefficients=tuple(parameters[:-1]), missing=parameters[-1])

    def design(self, columns: Columns) -> Rows:
        value = columns[self.feature]
        blank = np.isnan(value)
        basis = spline_basis(np.where(blank, 0.0, value), np.asarray(self.knots))
        yield from np.where(blank, 0.0, basis.T)
        yield blank

    def effect(self, columns: Columns) -> Floats:
        # Term by term: a matrix product adds in another order for one patient than for many, on
        # some processors, and the last digit of an answer would depend on the company.
        effect: Floats = np.zeros(len(columns[self.feature]))
        for parameter, row in zip(self.parameters, self.design(columns), strict=True):
            effect += parameter * row
        return effect

    def shares(self, columns: Columns) -> Shares:
        yield self.feature, self.effect(columns) - self.mean

    def centred(self, columns: Columns, means: Floats) -> Weights:
        yield self.feature, _less(self.design(columns), means)


@dataclass(frozen=True)
class RatioOf:
    """``slope * numerator / denominator``; a blank input counts as its `missing_…` value.

    With A and B the numerator and denominator in training, the four values of the
    two-player game are v(∅) = s·E[A/B], v(a) = s·a·E[1/B], v(b) = s·E[A]/b and
    v(a, b) = s·a/b; each input gets the mean of its two marginal gains.
    """

    kind: ClassVar[str] = "ratio"
    numerator: str
    denominator: str
    slope: float
    missing_numerator: float
    missing_denominator: float
    mean_numerator: float
    mean_inverse_denominator: float
    mean_ratio: float

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.numerator, self.denominator)

    @property
    def parameters(self) -> tuple[float, ...]:
        return (self.slope,)

    def with_parameters(self, parameters: Sequence[float]) -> RatioOf:
        return replace(self, slope=parameters[0])

    @property
    def mean(self) -> float:
        return self.slope * self.mean_ratio

    def design(self, columns: Columns) -> Rows:
        above, below = self._filled(columns)
        yield above / below

    def effect(self, columns: Columns) -> Floats:
        above, below = self._filled(columns)
        return self.slope * (above / below)

    def shares(self, columns: Columns) -> Shares:
        for name, (share,) in self.centred(columns, np.zeros(1)):
            yield name, self.slope * share

    def centred(self, columns: Columns, means: Floats) -> Weights:
        # The gain of an input joining nobody, and joining the other: both weigh a half, and the
        # slope is left out, since a design is what parameters are multiplied by.
        above, below = self._filled(columns)
        neither = self.mean_ratio
        only_above = above * self.mean_inverse_denominator
        only_below = self.mean_numerator / below
        both = above / below
        yield self.numerator, [0.5 * ((only_above - neither) + (both - only_below))]
        yield self.denominator, [0.5 * ((only_below - neither) + (both - only_above))]

    def _filled(self, columns: Columns) -> tuple[Floats, Floats]:
        above, below = columns[self.numerator], columns[self.denominator]
        return (
            np.where(np.isnan(above), self.missing_numerator, above),
            np.where(np.isnan(below), self.missing_denominator, below),
        )


def _less(design: Rows, means: Floats) -> list[Floats]:
    return [row - mean for row, mean in zip(design, means, strict=True)]


Term = Slope | Levels | Curve | RatioOf | Pieces | Surface
KINDS: dict[str, type[Term]] = {
    term.kind: term for term in (Slope, Levels, Curve, RatioOf, Pieces, Surface)
}
