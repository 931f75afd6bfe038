"""What answers behind a `RiskModel`, whatever kind of model it is. All numbers are in log-odds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from model.scoring.terms import Floats

NORMAL_95 = 1.959963984540054


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
    attribution: ClassVar[str]
    """How the contributions come about, in whole sentences for a reader."""

    @property
    def features(self) -> tuple[str, ...]: ...

    @property
    def has_interval(self) -> bool:
        """Whether its variability is known: where it is not, the bounds lie on the risk itself."""
        ...

    @property
    def absences(self) -> Sequence[tuple[str, ...]]:
        """For each member, the inputs it does without."""
        ...

    def log_odds(self, values: Floats) -> Floats:
        """(n,) log-odds."""
        ...

    def bounded(self, values: Floats) -> Bounded:
        """The same log-odds, and how sure each is from the model's own variability: refits of the
        whole procedure on bootstrap samples of the training patients.
        """
        ...

    def explained(self, values: Floats) -> Explained:
        """The same, and how each log-odds comes about."""
        ...

    def contrast(self, ones: Floats, others: Floats) -> tuple[float, float]:
        """By how much the log-odds of n patients exceed those of n others in the mean, and the
        standard error of that: 0 where the variability is not known.
        """
        ...

    def to_json(self) -> str:
        """Its file: numbers only."""
        ...


def risk_of(log_odds: Floats) -> Floats:
    """Probability of log-odds, right to the last digits; one below 1e-308 is 0."""
    with np.errstate(over="ignore"):
        risk: Floats = 1.0 / (1.0 + np.exp(-log_odds))
    return risk
