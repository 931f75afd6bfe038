"""How sure the parameters of a sum are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Floats

WHOLE = 10_000
"""Correlations are kept as whole numbers of this part of 1."""
DIGITS = 6
"""Significant ones of what is kept: more than an interval can be read to."""


@dataclass(frozen=True)
class Uncertainty:
    """Where the parameters of a sum may lie: normally distributed, and not about those shown.

    A penalised fit is pulled towards the average; the middle of its interval is less so, and the
    covariance is as wide as simulated studies ask for (see ``docs/``, statistical methods).

    All is about a design less its mean in training, whose first parameter is then the log-odds of
    the average patient: so nothing large cancels, and few digits are enough.

    Parameters
    ----------
    places : parameters that can differ from zero, increasing; 0, the intercept, is always one.
    means : of each its row of the design, in the mean over the training patients; 1 for the first.
    middle : about which they lie. errors : their standard errors.
    correlations : in ten-thousandths, below the diagonal, row by row.
    """

    places: tuple[int, ...]
    means: tuple[float, ...]
    middle: tuple[float, ...]
    errors: tuple[float, ...]
    correlations: tuple[int, ...]

    @classmethod
    def about(
        cls, places: Sequence[int], means: Floats, middle: Floats, covariance: Floats
    ) -> Self:
        """Rounded to what is kept of it.

        Parameters
        ----------
        places, means, middle : (k,) as of the class. covariance : (k, k), all variances above 0.
        """
        errors = np.sqrt(np.diag(covariance))
        lower = np.tril_indices(len(errors), -1)
        correlations = (covariance / np.outer(errors, errors))[lower]
        return cls(
            tuple(places),
            tuple(means.tolist()),
            tuple(_rounded(middle)),
            tuple(_rounded(errors)),
            tuple(np.rint(WHOLE * correlations).astype(int).tolist()),
        )

    def require_whole(self, parameters: int) -> None:
        """Raise `ValueError` unless it fits a sum of so many parameters and is finite."""
        count = len(self.places)
        fits = len(self.means) == len(self.middle) == len(self.errors) == count
        fits = fits and len(self.correlations) == count * (count - 1) // 2
        if not fits or self.places[:1] != (0,) or not {*self.places} <= {*range(parameters)}:
            raise ValueError("an uncertainty does not fit its parameters")
        if not np.isfinite([*self.means, *self.middle, *self.errors, *self.correlations]).all():
            raise ValueError("a number that is not finite")

    def centred(self, design: Floats) -> Floats:
        """The design, (places, n), less its mean, in its place; the intercept's row stays one."""
        design -= self._away[:, None]
        return design

    def judged(self, centred: Floats, at: NDArray[np.intp] | slice = slice(None)) -> Spread:
        """Middle and standard error of a sum of parameters, for n patients.

        Parameters
        ----------
        centred : (m, n) what each parameter is multiplied by. at : which of `places` they are.
        """
        # Of each patient's column d the variance d'Cd, as a sum over parameters of (Cd)·d: the
        # (n, n) product of all patients with all is never formed.
        covariance = self._covariance[at][:, at]
        variance = np.einsum("pn,pn->n", covariance @ centred, centred)
        return Spread(self._middle[at] @ centred, np.sqrt(np.maximum(variance, 0.0)))

    @cached_property
    def at(self) -> dict[int, int]:
        """Of each parameter that varies, where it stands in `places`."""
        return {place: at for at, place in enumerate(self.places)}

    @cached_property
    def _away(self) -> Floats:
        return np.array([0.0, *self.means[1:]])

    @cached_property
    def _middle(self) -> Floats:
        return np.asarray(self.middle)

    @cached_property
    def _covariance(self) -> Floats:
        full = np.eye(len(self.places))
        lower = np.tril_indices(len(self.places), -1)
        full[lower] = np.asarray(self.correlations) / WHOLE
        full.T[lower] = full[lower]
        return full * np.outer(self.errors, self.errors)


@dataclass(frozen=True)
class Spread:
    """Of n patients, where a number lies: its middle and its standard error, each (n,)."""

    middle: Floats
    error: Floats

    def bounds(self, shown: Floats, reach: float) -> tuple[Floats, Floats]:
        """The ends so many standard errors from the middle, or the number shown if it lies beyond:
        no number is outside its own interval.
        """
        low = np.minimum(shown, self.middle - reach * self.error)
        return low, np.maximum(shown, self.middle + reach * self.error)


def _rounded(numbers: Floats) -> list[float]:
    return [float(f"{number:.{DIGITS}g}") for number in numbers]
