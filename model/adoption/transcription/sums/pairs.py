"""Reads what two inputs do together off: a ratio, or a surface of polynomials in cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.sums import curves
from model.adoption.transcription.sums.curves import Shape
from model.adoption.transcription.sums.score import Score
from model.numerics.arrays import Floats
from model.scoring.piecewise import Surface
from model.scoring.terms import RatioOf

CROSSED_ROWS = 40
LINES = 6
"""Values of one input at which the other's shape is looked at."""
MOST_CELLS = 40_000
SAME = 1e-11
"""Relative to the largest joint effect."""


@dataclass(frozen=True, eq=False)
class Together:
    """What two inputs do beside what each does alone, in one patient: the joint effect is zero
    where either has that patient's own value.
    """

    score: Score
    base: Floats
    one: int
    other: int

    def __call__(self, ones: Floats, others: Floats) -> tuple[Floats, Floats]:
        """(n,) joint effects, and (n,) how far they may be off."""
        # f(a, b) - f(a, b0) - f(a0, b) + f(a0, b0): what each does alone, and what the rest does,
        # cancels. The four are asked at once, the patient's own row last.
        rows = np.repeat(self.base[None], 3 * len(ones) + 1, axis=0)
        count = len(ones)
        rows[:count, self.one] = rows[count : 2 * count, self.one] = ones
        rows[:count, self.other] = rows[2 * count : 3 * count, self.other] = others
        log_odds = self.score(rows)
        both, first, second = log_odds[:-1].reshape(3, count)
        errors = self.score.error(log_odds)
        own = errors[:-1].reshape(3, count).sum(axis=0) + errors[-1]
        return both - first - second + log_odds[-1], own


def ratio(together: Together, known: KnownRows) -> RatioOf | None:
    """The joint effect as a multiple of the ratio of the two, if it is one."""
    columns = known.columns
    one, other = together.one, together.other
    if columns.is_coded(one) or columns.is_coded(other):
        return None
    # Of s·a/b the joint effect in a patient with a0 and b0 is s·(a - a0)·(1/b - 1/b0): where that
    # is largest it tells s best, and s has to explain the effect of every other mixture as well.
    random = np.random.default_rng(0)
    for above, below in ((one, other), (other, one)):
        given = [random.choice(known.values[at], CROSSED_ROWS) for at in (above, below)]
        if (given[1] <= 0).any() or together.base[below] <= 0:
            continue
        asked = given if above == one else given[::-1]
        effect, errors = together(*asked)
        expected = (given[0] - together.base[above]) * (1 / given[1] - 1 / together.base[below])
        at = int(np.abs(expected).argmax())
        if not expected[at] or not effect[at]:
            continue
        slope = float(effect[at] / expected[at])
        allowed = SAME * max(1.0, float(np.abs(effect).max())) + 4 * errors
        if (np.abs(slope * expected - effect) <= allowed).all():
            return _with_blanks(together, known, above, below, slope)
    return None


def _with_blanks(
    together: Together, known: KnownRows, above: int, below: int, slope: float
) -> RatioOf:
    """The ratio, with what a blank counts as: it shows in the joint effect of blank and number."""
    # A blank counts as some number; the same formula, solved for that number where the other input
    # has a value far from the patient's own.
    missing = {above: 0.0, below: 1.0}
    base = together.base
    far = {at: known.spans[at][int(known.spans[at][0] == base[at])] for at in (above, below)}
    for blank, given in ((above, below), (below, above)):
        if not known.blanks[blank]:
            continue
        values = {blank: np.array([np.nan]), given: np.array([far[given]])}
        effect = float(together(values[together.one], values[together.other])[0][0]) / slope
        if blank == above:
            missing[above] = base[above] + effect / (1 / far[below] - 1 / base[below])
        else:
            missing[below] = 1 / (1 / base[below] + effect / (far[above] - base[above]))
    names = known.columns.names
    return RatioOf(
        names[above],
        names[below],
        slope,
        float(missing[above]),
        float(missing[below]),
        0.0,
        0.0,
        0.0,
    )


def surface(together: Together, known: KnownRows, hints: dict[int, list[float]]) -> Surface:
    """The joint effect as polynomials in the cells of a grid.

    Raises
    ------
    LeftAsItIs
        If the grid has more than 40,000 cells.
    """
    axes = [_axis(together, known, at, hints.get(at, [])) for at in (together.one, together.other)]
    (first_edges, first_degree), (second_edges, second_degree) = axes
    coded = [known.columns.is_coded(at) for at in (together.one, together.other)]
    places = [
        len(edges) - (0 if is_coded else 1)
        for (edges, _), is_coded in zip(axes, coded, strict=True)
    ]
    if (places[0] + 1) * (places[1] + 1) > MOST_CELLS:
        raise LeftAsItIs("two of its inputs act together in too many cells to be read off")
    nodes = [
        _axis_nodes(edges, degree, is_coded, bool(known.blanks[at]))
        for (edges, degree), is_coded, at in zip(
            axes, coded, (together.one, together.other), strict=True
        )
    ]
    (ones, first_solve), (others, second_solve) = nodes
    grid = np.meshgrid(ones.ravel(), others.ravel(), indexing="ij")
    effect = together(grid[0].ravel(), grid[1].ravel())[0]
    effect = effect.reshape(*ones.shape, *others.shape)
    # Of each cell, the values at its nodes become coefficients, axis by axis.
    cells = np.einsum("ipa,iajb,jqb->ijpq", first_solve, effect, second_solve)
    names = known.columns.names
    return Surface(
        names[together.one],
        names[together.other],
        coded[0],
        coded[1],
        tuple(first_edges.tolist()),
        tuple(second_edges.tolist()),
        first_degree,
        second_degree,
        tuple(cells.ravel().tolist()),
    )


def _axis(together: Together, known: KnownRows, at: int, hints: list[float]) -> tuple[Floats, int]:
    """Edges and degree that serve for every value of the other input."""
    columns = known.columns
    if columns.is_coded(at):
        return columns.codes(at), 0
    other = together.other if at == together.one else together.one
    lines = _lines(known, other)
    shapes: list[Shape] = []
    for value in lines:

        def along(numbers: Floats, value: float = value) -> tuple[Floats, Floats]:
            fixed = np.full(len(numbers), value)
            asked = (numbers, fixed) if at == together.one else (fixed, numbers)
            return together(*asked)

        low, high = known.ends(at)
        whole = columns.inputs[at].whole
        shapes.append(
            curves.read_whole(along, low, high) if whole else curves.read(along, low, high, hints)
        )
    edges = np.unique(np.concatenate([shape.edges for shape in shapes]))
    return edges, max(shape.degree for shape in shapes)


def _lines(known: KnownRows, at: int) -> list[float]:
    if known.columns.is_coded(at):
        lines = known.columns.codes(at).tolist()
    else:
        lines = np.quantile(known.values[at], np.linspace(0, 1, LINES)).tolist()
    return [*lines, np.nan] if known.blanks[at] else lines


def _axis_nodes(edges: Floats, degree: int, coded: bool, blank: bool) -> tuple[Floats, Floats]:
    """(places, degree + 1) values to ask at in every place, the last of a blank, and (places,
    power, node) what makes coefficients of the answers there.
    """
    if coded:
        values = np.append(edges, np.nan if blank else edges[0])[:, None]
        solve = np.ones((len(values), 1, 1))
        solve[-1] = float(blank)
        return values, solve
    # Values are the powers of the distance times the coefficients; so the inverse of the powers,
    # taken in units of the width, makes coefficients of values. A blank has a constant alone.
    begins, widths = edges[:-1], np.diff(edges)
    spread = np.arange(1, degree + 2) / (degree + 1)
    values = begins[:, None] + spread * widths[:, None]
    values[:, -1] = edges[1:]
    distance = (values - begins[:, None])[:, :, None]
    scaled = distance / widths[:, None, None]
    inverse = np.linalg.inv(scaled ** np.arange(degree + 1))
    solve = inverse / widths[:, None, None] ** np.arange(degree + 1)[:, None]
    last = np.full((1, degree + 1), np.nan if blank else edges[-1])
    of_blank = np.zeros((1, degree + 1, degree + 1))
    of_blank[0, 0, 0] = float(blank)
    return np.vstack([values, last]), np.concatenate([solve, of_blank])
