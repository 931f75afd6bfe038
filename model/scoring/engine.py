"""What answers behind a `RiskModel`, whatever kind of model it is. All numbers are in log-odds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Floats
from model.scoring.links import OTHERS

LOG_ODDS, PROBABILITY = "log-odds", "probability"
NORMAL_95 = 1.959963984540054
"""Standard errors from the middle of a normal distribution to the ends of its middle 95 %."""


@dataclass(frozen=True)
class Bounded:
    """Of n patients, the log-odds and how sure each is.

    which : (n,) position of the member that answers. log_odds : (n,). low, high : (n,) ends of the
    95 % interval.
    """

    which: NDArray[np.intp]
    log_odds: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Explained(Bounded):
    """Of n patients, also how each log-odds comes about.

    base : (n,) mean over the training background of the member that answers.
    contributions : (n, features) Shapley values; a row adds up to the log-odds less its base.
    """

    base: Floats
    contributions: Floats


class Engine(Protocol):
    """A model of the inputs named in `features`, of one member or several.

    Every method takes (n, features) arrays in canonical units and codes, NaN for "not measured".
    A patient gets the same answer in any company.
    """

    FILE: ClassVar[str]
    """Of a bundle, the one that holds its numbers."""
    LIBRARIES: ClassVar[tuple[str, ...]]
    """What it needs beside what every model needs."""

    @property
    def attribution(self) -> str:
        """How the contributions come about, in whole sentences for a reader."""
        ...

    @property
    def scale(self) -> str:
        """What the model adds up on: a key of `LINKS`. What is called log-odds is on it."""
        ...

    @property
    def has_interval(self) -> bool:
        """Whether `bounded` knows how sure it is; if not, its ends are NaN."""
        ...

    @property
    def average(self) -> float | None:
        """The base of the member that does without nothing, where members have other bases."""
        ...

    @property
    def features(self) -> tuple[str, ...]:
        """The inputs, in the order of the columns of `values`."""
        ...

    @property
    def absences(self) -> Sequence[tuple[str, ...]]:
        """For each member, the inputs it does without."""
        ...

    def log_odds(self, values: Floats) -> Floats:
        """(n,) log-odds, or what the model adds up instead."""
        ...

    def bounded(self, values: Floats) -> Bounded:
        """The same log-odds, and how sure each is from the model's own variability: refits of the
        whole procedure on bootstrap samples of the training patients.
        """
        ...

    def explained(self, values: Floats) -> Explained:
        """The same, and how each log-odds comes about."""
        ...

    def contribution_bounds(self, values: Floats) -> tuple[Floats, Floats] | None:
        """The ends of the 95 % interval of every contribution, each (n, features); None where they
        are not known.
        """
        ...

    def contrast(self, ones: Floats, others: Floats) -> tuple[float, float]:
        """By how much the log-odds of n patients exceed those of n others in the mean, and the
        standard error of that: 0 where the variability is not known.
        """
        ...

    def to_json(self) -> str:
        """Its file: numbers only."""
        ...


def _itself(risk: Floats) -> Floats:
    return risk


def risk_of(log_odds: Floats) -> Floats:
    """Probability, 0 to 1, of log-odds of any shape, right to the last digits; one below 1e-308 is
    0.
    """
    with np.errstate(over="ignore"):
        risk: Floats = 1.0 / (1.0 + np.exp(-log_odds))
    return risk


INNERMOST = 1e-15
"""How near to 0 or 1 a risk may come before its log-odds have no end."""


def log_odds_of(risk: Floats) -> Floats:
    """Log-odds of probabilities of any shape; of 0 and 1 they are the last that have an end."""
    inside = np.clip(risk, INNERMOST, 1 - INNERMOST)
    log_odds: Floats = np.log(inside) - np.log1p(-inside)
    return log_odds


LINKS: Mapping[str, Callable[[Floats], Floats]] = {
    LOG_ODDS: risk_of,
    PROBABILITY: _itself,
    **OTHERS,
}
"""From the scale a model adds up on to its risk."""
