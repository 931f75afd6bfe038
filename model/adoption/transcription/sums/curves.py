"""Reads a function of one number off as polynomials between edges, by asking it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from model.adoption.transcription.left import LeftAsItIs
from model.numerics.arrays import Flags, Floats

Function = Callable[[Floats], tuple[Floats, Floats]]
"""(n,) values of a function at n numbers, and (n,) how far they may be off."""
DEGREES = (0, 1, 2, 3)
POINTS = 9
"""Asked for in a stretch: of a polynomial of degree 3 five more than it takes to find it."""
FIRST_PIECES = 64
MOST_PIECES = 4096
NARROW_DOUBLES = 64
"""Among fewer doubles a step is soon a polynomial: there nothing but a level is looked for."""
SAME = 4e-13
"""Relative to the largest value: what arithmetic in another order may lose."""


@dataclass(frozen=True, eq=False)
class Shape:
    """edges : (k + 1,) rising. coefficients : (k, degree + 1) by rising power of the distance from
    the lower edge; what lies above an edge belongs to the next piece.
    """

    edges: Floats
    coefficients: Floats

    @property
    def degree(self) -> int:
        """The highest power that occurs in any piece."""
        return int(self.coefficients.shape[1]) - 1

    def __call__(self, values: Floats) -> Floats:
        """(n,) values between the outer edges."""
        place = np.searchsorted(self.edges[1:-1], values)
        distance = values - self.edges[place]
        total: Floats = self.coefficients[place, -1]
        for power in range(self.degree - 1, -1, -1):
            total = total * distance + self.coefficients[place, power]
        return total


def read(function: Function, low: float, high: float, hints: Iterable[float] = ()) -> Shape:
    """The shape of a function between two numbers.

    Each stretch that is no polynomial of degree 3 or less is halved, until it is one or so short
    that it lies between two neighbouring doubles: there is a step.

    Parameters
    ----------
    hints : where it may change.

    Raises
    ------
    LeftAsItIs
        If it has more than 4,096 pieces.
    """
    edges = np.unique([*np.linspace(low, high, FIRST_PIECES + 1), *hints])
    edges = edges[(edges >= low) & (edges <= high)]
    begins, ends = edges[:-1], edges[1:]
    done: list[tuple[Floats, Floats, Floats]] = []
    while len(begins):
        coefficients, fits = _fitted(function, begins, ends)
        step = np.nextafter(begins, np.inf) >= ends
        kept = fits | step
        done.append((begins[kept], ends[kept], coefficients[kept]))
        begins, ends = begins[~kept], ends[~kept]
        if sum(len(part) for part, _, _ in done) + 2 * len(begins) > MOST_PIECES * 16:
            raise LeftAsItIs("the effect of one of its inputs has too many turns to be read off")
        middle = begins + (ends - begins) / 2
        begins, ends = np.concatenate([begins, middle]), np.concatenate([middle, ends])
    begin, end, coefficients = (np.concatenate(part) for part in zip(*done, strict=True))
    order = np.argsort(begin)
    return _joined(function, begin[order], end[order], coefficients[order])


def _nodes(begins: Floats, ends: Floats) -> Floats:
    """(k, points) numbers in each stretch, both ends among them: a step shows in one of these.

    The end belongs to a stretch, its beginning does not.
    """
    spread = (1 - np.cos(np.pi * np.arange(POINTS) / (POINTS - 1))) / 2
    nodes = begins[:, None] + spread * (ends - begins)[:, None]
    nodes[:, -1] = ends
    return np.minimum(np.maximum(nodes, np.nextafter(begins, np.inf)[:, None]), ends[:, None])


def _fitted(function: Function, begins: Floats, ends: Floats) -> tuple[Floats, Flags]:
    """(k, 4) the lowest polynomials that stretches are, and (k,) whether they are."""
    # In units of its width every stretch runs from 0 to 1, so powers are of one size however wide
    # it is; afterwards the coefficients are put back into units of the distance itself.
    nodes = _nodes(begins, ends)
    values, errors = (part.reshape(nodes.shape) for part in function(nodes.ravel()))
    width = (ends - begins)[:, None]
    distance = (nodes - begins[:, None]) / width
    allowed = _allowed(values, errors)
    wide = (ends - begins) > NARROW_DOUBLES * np.spacing(np.maximum(np.abs(begins), np.abs(ends)))
    found = np.zeros((len(begins), len(DEGREES)))
    fits = np.zeros(len(begins), dtype=np.bool_)
    for degree in DEGREES:
        powers = distance[:, :, None] ** np.arange(degree + 1)
        with np.errstate(all="ignore"):
            solved = np.linalg.pinv(powers, rcond=1e-14) @ values[:, :, None]
        off = np.abs((powers @ solved)[:, :, 0] - values)
        good = (off <= allowed).all(axis=1) & ~fits & (wide | (degree == 0))
        scaled = solved[:, :, 0] / width ** np.arange(degree + 1)
        found[good, : degree + 1] = scaled[good]
        if degree == 0:  # exactly what the function says, not a mean of it
            found[good, 0] = values[good, -1]
            at_end = values[:, -1]
        fits |= good
    found[~fits, 0] = at_end[~fits]
    return found, fits


def _allowed(values: Floats, errors: Floats) -> Floats:
    largest = max(1.0, float(np.abs(values).max(initial=0)))
    return SAME * largest + 4 * errors


def _joined(function: Function, begin: Floats, end: Floats, coefficients: Floats) -> Shape:
    """Pieces that are one polynomial as one: short ones go on from a longer neighbour."""
    nodes = _nodes(begin, end)
    values, errors = (part.reshape(nodes.shape) for part in function(nodes.ravel()))
    allowed = _allowed(values, errors)
    # Each piece owns itself until a longer neighbour goes on through it. From the longest piece on,
    # one that still owns itself takes others to either side, as far as its polynomial holds.
    owner = np.arange(len(coefficients))
    width = end - begin
    for at in np.argsort(-width, kind="stable"):
        for step in (-1, 1):
            other = at + step
            while 0 <= other < len(owner) and owner[at] == at and owner[other] == other:
                if width[other] > width[at] or not _goes_on(
                    coefficients[at], nodes[other] - begin[at], values[other], allowed[other]
                ):
                    break
                owner[other] = at
                other += step
    starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
    if len(starts) > MOST_PIECES:
        raise LeftAsItIs("the effect of one of its inputs has too many turns to be read off")
    shifted = np.array(
        [_shifted(coefficients[owner[at]], begin[at] - begin[owner[at]]) for at in starts]
    )
    edges = np.array([*begin[starts], end[-1]])
    # Read again over each whole piece: what a short stretch tells is less exact far from it.
    again, fits = _fitted(function, edges[:-1], edges[1:])
    shifted[fits] = again[fits]
    degree = int(np.flatnonzero((shifted != 0).any(axis=0)).max(initial=0))
    return Shape(edges, shifted[:, : degree + 1])


def _goes_on(coefficients: Floats, distance: Floats, values: Floats, allowed: Floats) -> bool:
    there = np.polynomial.polynomial.polyval(distance, coefficients)
    return bool((np.abs(there - values) <= allowed).all())


def _shifted(coefficients: Floats, by: float) -> Floats:
    """The polynomial of the distance from a point that lies `by` further on."""
    shifted = np.zeros(len(coefficients))
    for power, coefficient in enumerate(coefficients):
        expanded = np.polynomial.polynomial.polypow([by, 1.0], power)
        shifted[: power + 1] += coefficient * expanded
    return shifted


def read_whole(function: Function, low: float, high: float) -> Shape:
    """The shape of a function that takes whole numbers alone: a line, or a step at each.

    Raises
    ------
    LeftAsItIs
        If it is no line, and they are more than 4,096.
    """
    numbers = np.arange(np.ceil(low), np.floor(high) + 1)
    asked = (
        numbers if len(numbers) <= MOST_PIECES else np.round(np.linspace(low, high, MOST_PIECES))
    )
    values, errors = function(asked)
    slope = (values[-1] - values[0]) / (asked[-1] - asked[0])
    off = np.abs(values[0] + slope * (asked - asked[0]) - values)
    if (off <= _allowed(values, errors)).all():
        return Shape(np.array([asked[0], asked[-1]]), np.array([[values[0], slope]]))
    if len(asked) < len(numbers):
        raise LeftAsItIs("the effect of one of its inputs has too many turns to be read off")
    # Edges lie halfway between whole numbers, so that none ever meets one.
    new = np.concatenate([[True], values[1:] != values[:-1]])
    edges = np.concatenate([[asked[0] - 0.5], asked[1:][new[1:]] - 0.5, [asked[-1]]])
    return Shape(edges, values[new][:, None])
