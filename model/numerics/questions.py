"""The questions that trees ask of one column: which of its values go left."""

from __future__ import annotations

import numpy as np

from model.numerics.arrays import Flags, Floats, Places


class Questions:
    """What nodes that ask one column make of each of its values.

    The values fall into places: between the cuts of a number, or one a code; the place after the
    last is a missing value.

    edges : the cuts, or the codes, rising.
    cut : of a number, which cut each node asks for; what lies at or below it goes left.
    sets : of codes instead, (nodes, codes) which go left.
    """

    def __init__(self, edges: Floats, cut: Places | None, sets: Flags | None) -> None:
        self.edges, self.cut, self.sets = edges, cut, sets
        self.places = len(edges) + (2 if sets is None else 1)

    def place(self, asked: Floats) -> Places:
        """(n,) the place of each of n values; a missing one, NaN, has the last.

        Raises
        ------
        ValueError
            If a code is none of the column's.
        """
        place = np.searchsorted(self.edges, asked)
        blank = np.isnan(asked)
        if self.sets is not None:
            known = self.edges[np.minimum(place, len(self.edges) - 1)] == asked
            if not (known | blank).all():
                raise ValueError("a code that is none of the column's")
        return np.where(blank, self.places - 1, place)
