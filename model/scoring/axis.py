"""Where a value of one input falls along an axis that is cut into places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.errors import InputError
from model.numerics.arrays import Floats, Places

MOST_DEGREE = 3


@dataclass(frozen=True)
class Axis:
    """Where a value of one input falls, and how far it lies behind the place's beginning.

    A place is a code, or what lies above one edge and up to the next; the last is a missing value.
    """

    feature: str
    coded: bool
    edges: Floats

    @property
    def places(self) -> int:
        """With that of a missing value."""
        return len(self.edges) + (1 if self.coded else 0)

    def place(self, values: Floats) -> tuple[Places, Floats]:
        """(n,) the place, and (n,) the distance; of a code or a missing value that is 0.

        Raises
        ------
        InputError
            If a value is none of the codes, or lies beyond the outer edges.
        """
        blank = np.isnan(values)
        if self.coded:
            place = np.minimum(np.searchsorted(self.edges, values), len(self.edges) - 1)
            self._require(blank | (self.edges[place] == values), "not a code this model knows")
            return np.where(blank, self.places - 1, place), np.zeros(len(values))
        low, high = self.edges[0], self.edges[-1]
        inside = blank | ((values >= low) & (values <= high))
        self._require(inside, f"outside {low:g} to {high:g}, where this model is known")
        place = np.searchsorted(self.edges[1:-1], values)
        place = np.where(blank, self.places - 1, place)
        return place, np.where(
            blank, 0.0, values - self.edges[np.minimum(place, len(self.edges) - 1)]
        )

    def _require(self, fine: np.ndarray, what: str) -> None:
        if not fine.all():
            row = int(fine.argmin()) + 1
            raise InputError(f"Row {row}, column {self.feature}: {what}.")


def require_edges(edges: tuple[float, ...], degree: int, coded: bool = False) -> None:
    """Edges rise, and a degree is one a polynomial may have; else `ValueError`."""
    if len(edges) < (1 if coded else 2) or not (np.diff(edges) > 0).all():
        raise ValueError("edges that do not rise")
    if degree not in range((0 if coded else MOST_DEGREE) + 1):
        raise ValueError("a degree that is none")
