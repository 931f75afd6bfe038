"""A model that is a sum of one term an input: scored and explained with NumPy alone.

The log-odds are ``intercept + Σ effect(input)``, so the Shapley value of an input over
the training background has a closed form (Lundberg & Lee 2017, "A unified approach to
interpreting model predictions", eq. 11): its effect less the mean effect in training.
A ratio of two inputs is shared between them by the two-player Shapley rule.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from model.errors import InputError

ADDITIVE_VERSION = 1

Floats = NDArray[np.float64]
Shares = Iterator[tuple[str, Floats]]


@dataclass(frozen=True)
class Slope:
    """A number with a straight effect: ``slope * x``, or `missing` where it is blank."""

    kind: ClassVar[str] = "slope"
    feature: str
    slope: float
    missing: float
    mean: float

    def effect(self, columns: dict[str, Floats]) -> Floats:
        value = columns[self.feature]
        return np.where(np.isnan(value), self.missing, self.slope * value)

    def shares(self, columns: dict[str, Floats]) -> Shares:
        yield self.feature, self.effect(columns) - self.mean


@dataclass(frozen=True)
class Levels:
    """A coded input: one effect a code, `missing` where it is blank."""

    kind: ClassVar[str] = "levels"
    feature: str
    codes: tuple[float, ...]
    effects: tuple[float, ...]
    missing: float
    mean: float

    def effect(self, columns: dict[str, Floats]) -> Floats:
        value = columns[self.feature]
        codes = np.asarray(self.codes)
        place = np.searchsorted(codes, value).clip(max=len(codes) - 1)
        blank = np.isnan(value)
        unknown = ~blank & (codes[place] != value)
        if unknown.any():
            raise InputError(
                f"Row {int(unknown.argmax()) + 1}, column {self.feature}: not a code this model "
                f"knows. Allowed: {', '.join(f'{code:g}' for code in self.codes)}, or blank."
            )
        return np.where(blank, self.missing, np.asarray(self.effects)[place])

    def shares(self, columns: dict[str, Floats]) -> Shares:
        yield self.feature, self.effect(columns) - self.mean


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
    def mean(self) -> float:
        return self.slope * self.mean_ratio

    def _filled(self, columns: dict[str, Floats]) -> tuple[Floats, Floats]:
        above, below = columns[self.numerator], columns[self.denominator]
        return (
            np.where(np.isnan(above), self.missing_numerator, above),
            np.where(np.isnan(below), self.missing_denominator, below),
        )

    def effect(self, columns: dict[str, Floats]) -> Floats:
        above, below = self._filled(columns)
        return self.slope * (above / below)

    def shares(self, columns: dict[str, Floats]) -> Shares:
        above, below = self._filled(columns)
        neither = self.slope * self.mean_ratio
        only_above = self.slope * above * self.mean_inverse_denominator
        only_below = self.slope * self.mean_numerator / below
        both = self.slope * (above / below)
        yield self.numerator, 0.5 * ((only_above - neither) + (both - only_below))
        yield self.denominator, 0.5 * ((only_below - neither) + (both - only_above))


Term = Slope | Levels | RatioOf
_KINDS: dict[str, type[Term]] = {each.kind: each for each in (Slope, Levels, RatioOf)}


@dataclass(frozen=True)
class Additive:
    """Intercept and terms, in log-odds, over the inputs named in `features`."""

    features: tuple[str, ...]
    intercept: float
    terms: tuple[Term, ...]

    @property
    def base(self) -> float:
        """The mean log-odds over the training background."""
        return self.intercept + sum(term.mean for term in self.terms)

    def log_odds(self, values: Floats) -> Floats:
        """Log-odds of n patients.

        Parameters
        ----------
        values : (n, len(features)) array, canonical units and codes, NaN for "not measured".
        """
        columns = self._columns(values)
        total = np.full(len(values), self.intercept)
        for term in self.terms:
            total += term.effect(columns)
        return total

    def contributions(self, values: Floats) -> Floats:
        """Shapley value of every input, (n, len(features)), in log-odds.

        Each row adds up to its log-odds less `base`.
        """
        columns = self._columns(values)
        place = {name: at for at, name in enumerate(self.features)}
        result = np.zeros((len(self.features), len(values)))
        for term in self.terms:
            for name, share in term.shares(columns):
                result[place[name]] += share
        return result.T

    def _columns(self, values: Floats) -> dict[str, Floats]:
        if values.ndim != 2 or values.shape[1] != len(self.features):
            raise ValueError(f"expected {len(self.features)} columns, got shape {values.shape}")
        return {name: np.ascontiguousarray(values[:, at]) for at, name in enumerate(self.features)}

    def to_json(self) -> str:
        """Numbers only; `from_json` is its inverse, to the last bit."""
        document = {
            "additive_version": ADDITIVE_VERSION,
            "features": self.features,
            "intercept": self.intercept,
            "terms": [{"kind": term.kind, **asdict(term)} for term in self.terms],
        }
        return json.dumps(document, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read an additive form.

        Raises
        ------
        ValueError
            If the document is of another version, incomplete, or holds a number that is
            not finite.
        """
        try:
            # Python's json reads NaN and turns 1e999 into infinity; neither is a coefficient.
            document = json.loads(
                text, parse_constant=_finite, parse_float=_finite, parse_int=_finite
            )
            version = document.get("additive_version")
            if version != ADDITIVE_VERSION:
                raise ValueError(f"additive version {version!r}")
            return cls(
                features=tuple(document["features"]),
                intercept=float(document["intercept"]),
                terms=tuple(_term(**each) for each in document["terms"]),
            )
        except (AttributeError, KeyError, RecursionError, TypeError) as error:
            raise ValueError(f"the additive form is incomplete: {error}") from error


def risk_of(log_odds: Floats) -> Floats:
    """Probability of log-odds, without overflow at either end."""
    return np.exp(-np.logaddexp(0.0, -log_odds))


def _term(kind: str, **fields: Any) -> Term:
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return _KINDS[kind](**{**fields, **lists})


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number that is not finite")
    return number
