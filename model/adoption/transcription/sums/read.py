"""Reads an original off as a sum of terms, where what it adds up is one."""

from __future__ import annotations

import numpy as np

from model.adoption.original import Original
from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.sums import curves, pairs
from model.adoption.transcription.sums.additivity import interacting_pairs
from model.adoption.transcription.sums.centring import by_name, centred
from model.adoption.transcription.sums.curves import Shape
from model.adoption.transcription.sums.score import Score
from model.numerics.arrays import Floats
from model.scoring import Additive
from model.scoring.engine import LOG_ODDS, risk_of
from model.scoring.piecewise import Pieces
from model.scoring.sums import Sum
from model.scoring.terms import Levels, Slope, Term

CANDIDATE_ROWS = 200
WELL_TOLD = float(risk_of(np.array([-0.8]))[0])
"""A risk near 0.3, which tells what it comes from to the last digits, on every scale."""


def read(
    original: Original,
    known: KnownRows,
    background: Floats,
    hints: dict[int, list[float]] | None = None,
    scale: str = LOG_ODDS,
) -> tuple[Additive, KnownRows]:
    """The terms of an original that is a sum, and the known rows with what lies beside its edges.

    Parameters
    ----------
    background : (m, inputs) patients over whom contributions are centred.
    hints : of an input, where its effect may change. scale : on which it adds up; what is called
        log-odds is on it.

    Raises
    ------
    LeftAsItIs
        If it is no sum of one term an input or two.
    """
    hints = hints or {}
    score = Score(original, known.columns, scale)
    acting = interacting_pairs(score, known)
    base = _base(score, known)
    together: list[Term] = []
    for one, other in acting:
        joint = pairs.Together(score, base, one, other)
        together.append(pairs.ratio(joint, known) or pairs.surface(joint, known, hints))
    alone = _Alone(score, known, base, together)
    intercept = float(score(base[None])[0]) - float(alone.of_pairs(base[None])[0])
    terms: list[Term] = []
    edges: list[Floats] = [np.empty(0) for _ in range(len(known.columns))]
    for at in range(len(known.columns)):
        term, constant, edges[at] = alone.term(at, hints.get(at, []))
        intercept += constant
        if term is not None:
            terms.append(term)
    columns = by_name(known, background)
    over = tuple(centred(term, columns) for term in [*terms, *together])
    form = Additive(known.columns.names, (Sum((), intercept, over),), scale)
    form.require_whole()
    beside = [
        np.concatenate([part, np.nextafter(part, np.inf)])[: 2 * len(part) - 1] for part in edges
    ]
    return form, known.with_values(beside)


def _base(score: Score, known: KnownRows) -> Floats:
    """A row without blanks whose risk tells its log-odds well."""
    rows = known.hybrids(CANDIDATE_ROWS, seed=5, blanks=False)
    aim = float(score.scale.number(np.array([WELL_TOLD]))[0])
    base: Floats = rows[np.abs(score(rows) - aim).argmin()]
    return base


class _Alone:
    """What each input does by itself: the rest of the log-odds once the pairs are taken off."""

    def __init__(self, score: Score, known: KnownRows, base: Floats, together: list[Term]) -> None:
        self._score, self._known, self._base, self._together = score, known, base, together
        self._own = self._rest(base[None])[0][0]

    def of_pairs(self, rows: Floats) -> Floats:
        total = np.zeros(len(rows))
        columns = by_name(self._known, rows)
        for term in self._together:
            total += term.effect(columns)
        return total

    def _rest(self, rows: Floats) -> tuple[Floats, Floats]:
        log_odds = self._score(rows)
        return log_odds - self.of_pairs(rows), self._score.error(log_odds)

    def _effect(self, at: int, values: Floats) -> tuple[Floats, Floats]:
        """(n,) what the input adds at n values to what it does at its own, and how exactly."""
        rows = np.repeat(self._base[None], len(values), axis=0)
        rows[:, at] = values
        rest, errors = self._rest(rows)
        return rest - self._own, errors

    def term(self, at: int, hints: list[float]) -> tuple[Term | None, float, Floats]:
        """The term of an input, what it adds to the intercept, and its edges; no term of an input
        that does nothing.
        """
        known = self._known
        name, nothing = known.columns.names[at], np.empty(0)
        blank = bool(known.blanks[at])
        missing = float(self._effect(at, np.array([np.nan]))[0][0]) if blank else 0.0
        if known.columns.is_coded(at):
            codes = known.columns.codes(at)
            effects = tuple(self._effect(at, codes)[0].tolist())
            if not any(effects) and not missing:
                return None, 0.0, nothing
            return Levels(name, tuple(codes.tolist()), effects, missing, 0.0), 0.0, nothing
        low, high = known.ends(at)

        def along(numbers: Floats) -> tuple[Floats, Floats]:
            return self._effect(at, numbers)

        whole = known.columns.inputs[at].whole
        shape = (
            curves.read_whole(along, low, high) if whole else curves.read(along, low, high, hints)
        )
        return _term_of(shape, name, missing)


def _term_of(shape: Shape, name: str, missing: float) -> tuple[Term | None, float, Floats]:
    edges = shape.edges
    if len(edges) == 2 and shape.degree <= 1:
        slope = float(shape.coefficients[0, 1]) if shape.degree else 0.0
        constant = float(shape.coefficients[0, 0] - slope * edges[0])
        if not slope and missing == constant:
            return None, constant, edges
        return Slope(name, slope, missing - constant, 0.0), constant, edges
    coefficients = tuple(shape.coefficients.ravel().tolist())
    return Pieces(name, tuple(edges.tolist()), shape.degree, coefficients, missing, 0.0), 0.0, edges
