"""Terms of any shape: polynomials between edges, of one number or over two inputs.

A step function is a polynomial of degree 0 between its steps; a table of two inputs likewise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np

from model.numerics.arrays import Columns, Floats, Places, Rows, Shares
from model.scoring.axis import Axis, require_edges


@dataclass(frozen=True)
class Pieces:
    """A number with an effect of any shape: a polynomial between each two edges.

    edges : rising; a piece takes what lies above one and up to the next, the first also its own.
    coefficients : piece by piece, by rising power of the distance from the piece's lower edge,
    `degree` + 1 each. missing : where it is blank. mean : the mean effect over the background.

    Raises
    ------
    ValueError
        If edges, degree and coefficients do not fit.
    """

    kind: ClassVar[str] = "pieces"
    feature: str
    edges: tuple[float, ...]
    degree: int
    coefficients: tuple[float, ...]
    missing: float
    mean: float

    def __post_init__(self) -> None:
        require_edges(self.edges, self.degree)
        if len(self.coefficients) != (len(self.edges) - 1) * (self.degree + 1):
            raise ValueError("pieces of other coefficients than their degree needs")

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.feature,)

    @property
    def parameters(self) -> tuple[float, ...]:
        return (*self.coefficients, self.missing)

    def with_parameters(self, parameters: Sequence[float]) -> Pieces:
        return replace(self, coefficients=tuple(parameters[:-1]), missing=parameters[-1])

    def design(self, columns: Columns) -> Rows:
        place, distance = self._axis.place(columns[self.feature])
        for piece in range(len(self.edges) - 1):
            for power in range(self.degree + 1):
                yield np.where(place == piece, distance**power, 0.0)
        yield np.isnan(columns[self.feature])

    def effect(self, columns: Columns) -> Floats:
        place, distance = self._axis.place(columns[self.feature])
        return _polynomial(self._table[place].T, distance)

    def shares(self, columns: Columns) -> Shares:
        yield self.feature, self.effect(columns) - self.mean

    @cached_property
    def _axis(self) -> Axis:
        return Axis(self.feature, False, np.asarray(self.edges))

    @cached_property
    def _table(self) -> Floats:
        """(pieces + 1, degree + 1); the last is for a missing value."""
        table = np.zeros((len(self.edges), self.degree + 1))
        table[:-1] = np.reshape(self.coefficients, (-1, self.degree + 1))
        table[-1, 0] = self.missing
        return table


@dataclass(frozen=True)
class Surface:
    """Two inputs with an effect together: a polynomial of both in each cell of a grid.

    first_edges, second_edges : edges as of `Pieces`, or codes, rising, where `…_coded`; each axis
    has one place more, for a missing value. coefficients : cell by cell, the first input's places
    outermost, then by power of the first, then of the second. first_mean, second_mean : of the
    first's places, by power, what the cells are in the mean over the second input in training; and
    the other way round.

    With A and B the inputs in training, the values of the two-player game are v(∅) = E[h(A, B)],
    v(a) = E[h(a, B)], v(b) = E[h(A, b)] and v(a, b) = h(a, b); each input gets the mean of its two
    marginal gains.

    Raises
    ------
    ValueError
        If edges, degrees, coefficients and means do not fit.
    """

    kind: ClassVar[str] = "surface"
    first: str
    second: str
    first_coded: bool
    second_coded: bool
    first_edges: tuple[float, ...]
    second_edges: tuple[float, ...]
    first_degree: int
    second_degree: int
    coefficients: tuple[float, ...]
    first_mean: tuple[float, ...] = ()
    second_mean: tuple[float, ...] = ()
    mean: float = 0.0

    def __post_init__(self) -> None:
        for edges, degree, coded in (
            (self.first_edges, self.first_degree, self.first_coded),
            (self.second_edges, self.second_degree, self.second_coded),
        ):
            require_edges(edges, degree, coded)
        powers = (self.first_degree + 1) * (self.second_degree + 1)
        places = self._first.places, self._second.places
        means = [len(self.first_mean), len(self.second_mean)]
        wanted = [places[0] * (self.first_degree + 1), places[1] * (self.second_degree + 1)]
        if len(self.coefficients) != places[0] * places[1] * powers:
            raise ValueError("a surface of other coefficients than its cells need")
        if means not in ([0, 0], wanted):
            raise ValueError("a surface of other means than its places need")

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.first, self.second)

    @property
    def parameters(self) -> tuple[float, ...]:
        return self.coefficients

    def with_parameters(self, parameters: Sequence[float]) -> Surface:
        return replace(self, coefficients=tuple(parameters))

    def design(self, columns: Columns) -> Rows:
        (row, across), (column, down) = self._places(columns)
        for one in range(self._first.places):
            for other in range(self._second.places):
                here = (row == one) & (column == other)
                for power in range(self.first_degree + 1):
                    for second_power in range(self.second_degree + 1):
                        yield np.where(here, across**power * down**second_power, 0.0)

    def effect(self, columns: Columns) -> Floats:
        (row, across), (column, down) = self._places(columns)
        cells = self._cells[row, column]
        by_first = [_polynomial(cells[:, power].T, down) for power in range(self.first_degree + 1)]
        return _polynomial(by_first, across)

    def shares(self, columns: Columns) -> Shares:
        (row, across), (column, down) = self._places(columns)
        only_first = _polynomial(self._mean_of_first[row].T, across)
        only_second = _polynomial(self._mean_of_second[column].T, down)
        both = self.effect(columns)
        yield self.first, 0.5 * ((only_first - self.mean) + (both - only_second))
        yield self.second, 0.5 * ((only_second - self.mean) + (both - only_first))

    def means(self, background: Columns) -> tuple[Floats, Floats, float]:
        """`first_mean`, `second_mean` and `mean` over a background."""
        (row, across), (column, down) = self._places(background)
        powers_of_first = across[:, None] ** np.arange(self.first_degree + 1)
        powers_of_second = down[:, None] ** np.arange(self.second_degree + 1)
        # Of each place of one axis, the cells that the other's patients fall into, each times the
        # powers of its own distance.
        first = np.einsum("inpq,nq->ip", self._cells[:, column], powers_of_second) / len(row)
        second = np.einsum("njpq,np->jq", self._cells[row], powers_of_first) / len(row)
        return first.ravel(), second.ravel(), float(self.effect(background).mean())

    def _places(self, columns: Columns) -> tuple[tuple[Places, Floats], tuple[Places, Floats]]:
        return self._first.place(columns[self.first]), self._second.place(columns[self.second])

    @property
    def _first(self) -> Axis:
        return Axis(self.first, self.first_coded, np.asarray(self.first_edges))

    @property
    def _second(self) -> Axis:
        return Axis(self.second, self.second_coded, np.asarray(self.second_edges))

    @cached_property
    def _cells(self) -> Floats:
        shape = self._first.places, self._second.places
        return np.reshape(
            self.coefficients, (*shape, self.first_degree + 1, self.second_degree + 1)
        )

    @cached_property
    def _mean_of_first(self) -> Floats:
        return np.reshape(self.first_mean, (-1, self.first_degree + 1))

    @cached_property
    def _mean_of_second(self) -> Floats:
        return np.reshape(self.second_mean, (-1, self.second_degree + 1))


def _polynomial(coefficients: Floats | list[Floats], distance: Floats) -> Floats:
    """(n,) of n distances, the polynomials whose coefficients come by rising power, each (n,)."""
    # From the highest power down (Horner): one product and one sum a power, no power by itself.
    value: Floats = np.array(coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        value = value * distance + coefficient
    return value
