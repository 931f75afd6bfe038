"""Restricted cubic splines: smooth in the middle, straight beyond the outer knots.

Harrell, Regression Modeling Strategies (2nd ed. 2015), section 2.4.5, eq. 2.25.
"""

from __future__ import annotations

import numpy as np

from model.numerics.arrays import Floats


def spline_basis(value: Floats, knots: Floats) -> Floats:
    """(n, k - 1) restricted cubic spline basis: x, then k - 2 curved columns.

    The curved columns are divided by the squared distance of the outer knots, so that all
    are in the unit of x.

    Parameters
    ----------
    value : (n,) of x, none missing. knots : (k,) rising, at least three.
    """
    last, before = knots[-1], knots[-2]
    span = last - before

    def cubed(knot: float) -> Floats:
        return np.maximum(value - knot, 0.0) ** 3

    # The last two weights make the cubes and squares cancel beyond the outer knot: straight there.
    curved = [
        (
            cubed(knot)
            - cubed(before) * ((last - knot) / span)
            + cubed(last) * ((before - knot) / span)
        )
        / (last - knots[0]) ** 2
        for knot in knots[:-2]
    ]
    return np.column_stack([value, *curved])
