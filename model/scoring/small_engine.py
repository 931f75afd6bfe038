"""What an adopted model has to give, to be made an engine of: a number and its reasons."""

from __future__ import annotations

from typing import Protocol

from model.numerics.arrays import Floats


class SmallEngine(Protocol):
    """What an adopted model has to give. Arrays are (n, features), canonical, NaN for a blank."""

    @property
    def features(self) -> tuple[str, ...]: ...

    @property
    def scale(self) -> str | None:
        """On what it adds up: log-odds, probability, or neither, and then it is not explained."""
        ...

    @property
    def attribution(self) -> str: ...

    def risk(self, values: Floats) -> Floats:
        """(n,) risks."""
        ...

    def score(self, values: Floats) -> Floats:
        """(n,) what the contributions add up to, on its scale."""
        ...

    def shapley(self, values: Floats) -> tuple[Floats | float, Floats]:
        """Base, of each or of all, and (n, features) contributions."""
        ...

    def to_json(self) -> str: ...
