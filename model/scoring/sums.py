"""One sum of terms: the model for patients in whom the same tests are missing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Floats
from model.scoring.piecewise import Pieces, Surface
from model.scoring.terms import Columns, Term
from model.scoring.uncertainty import Spread, Uncertainty

BLOCK_ROWS = 16_384
"""Of a design: near enough to the processor, and few steps in which threads wait for each other."""
TILE_ROWS = 64
"""Of matrix products: in a full tile, no row's last digit depends on the others."""


@dataclass(frozen=True)
class Sum:
    """Intercept and terms, in log-odds, with the uncertainty of their parameters.

    absent : features this sum does without.
    covariance : lower triangle, row by row, of the covariance of the intercept and of every
        term's parameters, in that order, over refits: of versions trained before their
        `uncertainty` was known; else empty.
    """

    absent: tuple[str, ...]
    intercept: float
    terms: tuple[Term, ...]
    covariance: tuple[float, ...] = ()
    uncertainty: Uncertainty | None = None

    @property
    def base(self) -> float:
        """The mean log-odds over the training background."""
        return self.intercept + sum(term.mean for term in self.terms)

    @property
    def parameters(self) -> Floats:
        """Intercept and every term's parameters, in the order of `covariance`."""
        return np.array([self.intercept, *(p for term in self.terms for p in term.parameters)])

    def log_odds(self, columns: Columns) -> Floats:
        """(n,) log-odds of n patients, from (n,) values of each input; NaN is "not measured"."""
        total: Floats = np.full(len(next(iter(columns.values()))), self.intercept)
        for term in self.terms:
            total += term.effect(columns)
        return total

    def spread(self, columns: Columns) -> Spread:
        """Where the log-odds of n patients lie. Of a version whose covariance is that of refits,
        the middle is what is shown.
        """
        count = len(next(iter(columns.values())))
        middle, error = np.empty((2, count))
        for start in range(0, count, BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            part = self._spread({name: values[rows] for name, values in columns.items()})
            middle[rows], error[rows] = part.middle, part.error
        return Spread(middle, error)

    def contributions(self, columns: Columns) -> Iterator[tuple[str, Spread]]:
        """Of every input, where what it adds to the mean log-odds lies; nothing if that is not
        known.
        """
        known = self.uncertainty
        if known is None:
            return
        means = np.zeros(len(self.parameters))
        means[list(known.places)] = known.means
        weighted: dict[str, list[tuple[int, Floats]]] = {}
        first = 1
        for term in self.terms:
            last = first + len(term.parameters)
            assert not isinstance(term, Pieces | Surface)  # of those no uncertainty is known
            for name, rows in term.centred(columns, means[first:last]):
                weighted.setdefault(name, []).extend(zip(range(first, last), rows, strict=True))
            first = last
        for name, rows_of in weighted.items():
            varying = [(known.at[place], row) for place, row in rows_of if place in known.at]
            if varying:
                places, design = zip(*varying, strict=True)
                yield name, known.judged(np.array(design), np.array(places))

    def mean_design(self, columns: Columns) -> Floats:
        """(parameters,) what each parameter is multiplied by, in the mean over the rows."""
        rows = (row for term in self.terms for row in term.design(columns))
        return np.array([1.0, *(float(row.mean()) for row in rows)])

    def error_of(self, weights: Floats) -> float:
        """Standard error of the parameters' sum, so weighted; 0 where it is not known.

        weights : (parameters,) of a difference: nothing for the intercept.
        """
        known = self.uncertainty
        if known is not None:
            return float(known.judged(weights[list(known.places), None]).error[0])
        if not self.covariance:
            return 0.0
        return math.sqrt(max(float(weights @ self._covariance @ weights), 0.0))

    def _spread(self, columns: Columns) -> Spread:
        """Of at most `BLOCK_ROWS` patients."""
        count = len(next(iter(columns.values())))
        if self.uncertainty is None and not self.covariance:
            return Spread(self.log_odds(columns), np.zeros(count))
        # Full tiles, the last filled up with ones: a patient gets the same last digit in any
        # company. The first row is the intercept's, which every patient has once.
        design = np.empty((len(self._uncertain), -(-count // TILE_ROWS) * TILE_ROWS))
        design[:1], design[:, count:] = 1.0, 1.0
        rows = (row for term in self.terms for row in term.design(columns))
        places = dict(zip(self._uncertain.tolist(), design, strict=True))
        for parameter, row in enumerate(rows, start=1):
            if parameter in places:
                places[parameter][:count] = row
        if self.uncertainty is not None:
            found = self.uncertainty.judged(self.uncertainty.centred(design))
            return Spread(found.middle[:count], found.error[:count])
        variance = np.einsum("pn,pn->n", self._covariance_of_uncertain @ design, design)
        error = np.sqrt(np.maximum(variance[:count], 0.0))
        return Spread(self.log_odds(columns), error)

    @cached_property
    def _uncertain(self) -> NDArray[np.intp]:
        """Parameters that vary: those for a blank no patient of this sum can have do not."""
        if self.uncertainty is not None:
            return np.array(self.uncertainty.places)
        return np.flatnonzero(np.diag(self._covariance) > 0)

    @cached_property
    def _covariance_of_uncertain(self) -> Floats:
        varying: Floats = self._covariance[np.ix_(self._uncertain, self._uncertain)]
        return varying

    @cached_property
    def _covariance(self) -> Floats:
        """Whole; not to be asked for where none is known: a sum read off a model can be long."""
        size = len(self.parameters)
        full = np.zeros((size, size))
        lower = np.tril_indices(size)
        full[lower] = self.covariance
        full.T[lower] = self.covariance
        return full
