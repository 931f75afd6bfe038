"""One sum of terms: the model for patients in whom the same tests are missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from model.scoring.terms import Columns, Floats, Term


@dataclass(frozen=True)
class Sum:
    """Intercept and terms, in log-odds, with the uncertainty of their parameters.

    absent : features this sum does without.
    covariance : lower triangle, row by row, of the covariance of the intercept and of every
        term's parameters, in that order; empty while it is not known.
    """

    absent: tuple[str, ...]
    intercept: float
    terms: tuple[Term, ...]
    covariance: tuple[float, ...] = ()

    @property
    def base(self) -> float:
        """The mean log-odds over the training background."""
        return self.intercept + sum(term.mean for term in self.terms)

    @property
    def parameters(self) -> Floats:
        """Intercept and every term's parameters, in the order of `covariance`."""
        return np.array([self.intercept, *(p for term in self.terms for p in term.parameters)])

    def log_odds(self, columns: Columns) -> Floats:
        count = len(next(iter(columns.values())))
        total: Floats = np.full(count, self.intercept)
        for term in self.terms:
            total = total + term.effect(columns)
        return total

    def standard_error(self, columns: Columns) -> Floats:
        """Of the log-odds, from the covariance of the parameters."""
        count = len(next(iter(columns.values())))
        design = np.hstack([np.ones((count, 1)), *(term.design(columns) for term in self.terms)])
        variance: Floats = np.einsum("np,np->n", design @ self._covariance, design)
        return np.sqrt(np.maximum(variance, 0.0))

    @cached_property
    def _covariance(self) -> Floats:
        size = len(self.parameters)
        full = np.zeros((size, size))
        lower = np.tril_indices(size)
        full[lower] = self.covariance
        full.T[lower] = self.covariance
        return full
