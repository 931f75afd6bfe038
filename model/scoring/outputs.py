"""What becomes of a sum of trees before it is a risk: one step after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np

from model.numerics.arrays import Floats
from model.scoring.engine import risk_of

MOST_POINTS = 100_000


@dataclass(frozen=True)
class Affine:
    """``slope * x + intercept``."""

    kind: ClassVar[str] = "affine"
    slope: float
    intercept: float

    def __call__(self, sums: Floats) -> Floats:
        return self.slope * sums + self.intercept


@dataclass(frozen=True)
class Logistic:
    """The probability of log-odds."""

    kind: ClassVar[str] = "logistic"

    def __call__(self, sums: Floats) -> Floats:
        return risk_of(sums)


@dataclass(frozen=True)
class Single:
    """Rounded to single precision, where a library hands its answer on so."""

    kind: ClassVar[str] = "single"

    def __call__(self, sums: Floats) -> Floats:
        return sums.astype(np.float32).astype(np.float64)


@dataclass(frozen=True)
class Interpolated:
    """Straight between points, and level beyond the outer ones: an isotonic calibration."""

    kind: ClassVar[str] = "interpolated"
    x: tuple[float, ...]
    y: tuple[float, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.x) == len(self.y) <= MOST_POINTS or (np.diff(self.x) < 0).any():
            raise ValueError("points that do not rise")

    def __call__(self, sums: Floats) -> Floats:
        return np.interp(sums, self.x, self.y)


Output = Affine | Logistic | Single | Interpolated
KINDS: dict[str, type[Output]] = {of.kind: of for of in (Affine, Logistic, Single, Interpolated)}


def applied(outputs: Sequence[Output], sums: Floats) -> Floats:
    """(n,) what becomes of n sums."""
    for output in outputs:
        sums = output(sums)
    return sums


def documents(outputs: Sequence[Output]) -> list[dict[str, Any]]:
    """The steps as parts of a JSON document; `read` is the inverse."""
    return [{"kind": output.kind, **asdict(output)} for output in outputs]


def read(document: Sequence[dict[str, Any]]) -> tuple[Output, ...]:
    """The inverse of `documents`.

    Raises
    ------
    KeyError, TypeError, ValueError
        If a step is of no known kind, or its numbers are not finite.
    """
    outputs = []
    for step in document:
        numbers: dict[str, Any] = {
            name: tuple(part) if isinstance(part, list) else part
            for name, part in step.items()
            if name != "kind"
        }
        if not all(np.isfinite(part).all() for part in numbers.values()):
            raise ValueError("a number that is not finite")
        outputs.append(KINDS[step["kind"]](**numbers))
    return tuple(outputs)
