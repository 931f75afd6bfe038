"""Which inputs have an effect of their own, whatever the rest is, and which act in pairs."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from model.adoption.original import Original
from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.sums.scales import SCALES, Scale
from model.adoption.transcription.sums.score import Score
from model.numerics.arrays import Floats
from model.scoring.engine import LOG_ODDS

PAIRED_ROWS = 400
SAME = 1e-10
"""Relative to the spread of the log-odds: a tenth of a thousandth of an interaction of 1e-6."""
Changed = list[tuple[Floats, dict[int, Floats]]]
"""Rows, and for some of their inputs other values."""
MOST_TOGETHER = 10
"""Inputs that do not add up by themselves; more make too many pairs for a sum."""


def interacting_pairs(score: Score, known: KnownRows) -> list[tuple[int, int]]:
    """The pairs of inputs whose effects are not the sum of one's and the other's.

    Raises
    ------
    LeftAsItIs
        If more than 10 inputs have an effect that depends on the rest.
    """
    alone = [at for at in range(len(known.columns)) if _differs(score, known, at)]
    if len(alone) > MOST_TOGETHER:
        raise LeftAsItIs(
            f"the effect of {len(alone)} of its inputs depends on the others, so it is no sum"
        )
    pairs = []
    for pair in combinations(alone, 2):
        if not _act_together(score, known, *pair):
            continue
        if _act_together(score, known, *pair, whatever_the_rest=True):
            names = " and ".join(known.columns.names[at] for at in pair)
            raise LeftAsItIs(f"what {names} do together depends on its other inputs")
        pairs.append(pair)
    return pairs


def _differs(score: Score, known: KnownRows, at: int) -> bool:
    """Whether changing an input has another effect in one patient than in another."""
    return _any_difference(score, *_exchanged(known, at))


def likeliest_scale(original: Original, known: KnownRows) -> str:
    """On which scale the fewest inputs have an effect that depends on the rest: the model is asked
    once for all of them. Log-odds of one that reaches 0 or 1, which is none on any scale.
    """
    columns = known.columns
    tables = [_tables(*_exchanged(known, at)) for at in range(len(columns))]
    risk = original.ask(columns.frame(np.vstack(tables))).reshape(len(columns), 4, -1)
    if ((risk <= 0) | (risk >= 1)).any():
        return LOG_ODDS
    depending = []
    for scale in SCALES.values():
        with np.errstate(all="ignore"):
            depending.append(sum(_differ(scale, scale.number(of_input), 2) for of_input in risk))
    return list(SCALES)[int(np.argmin(depending))]


def _exchanged(known: KnownRows, at: int) -> tuple[Changed, Changed]:
    """An input changed in some patients as it is changed back in others."""
    # Of a sum, f(x, a) + f(y, b) = f(x, b) + f(y, a) for any two patients x and y and any two
    # values a and b of the input: what it adds is then the same in both, and cancels.
    ones, others = (known.hybrids(PAIRED_ROWS, seed=10 + which) for which in (0, 1))
    before, after = (_drawn(known, at, seed=20 + which) for which in (0, 1))
    return (
        [(ones, {at: after}), (others, {at: before})],
        [(ones, {at: before}), (others, {at: after})],
    )


def _act_together(
    score: Score, known: KnownRows, one: int, other: int, *, whatever_the_rest: bool = False
) -> bool:
    """Whether two inputs do more together than each alone; or, in the second form, whether what
    they do together differs from patient to patient.
    """
    # f(a, b) + f(a0, b0) = f(a0, b) + f(a, b0) where two inputs add up. In the second form the
    # same is taken off for another patient: what is left is what differs between the two.
    rows = known.hybrids(PAIRED_ROWS, seed=12)
    before, after = (_drawn(known, one, seed=20 + which) for which in (0, 1))
    first, second = (_drawn(known, other, seed=22 + which) for which in (0, 1))
    both = [{one: after, other: second}, {one: before, other: first}]
    either = [{one: before, other: second}, {one: after, other: first}]
    plus, minus = [(rows, values) for values in both], [(rows, values) for values in either]
    if whatever_the_rest:
        rest = known.hybrids(PAIRED_ROWS, seed=13)
        plus += [(rest, values) for values in either]
        minus += [(rest, values) for values in both]
    return _any_difference(score, plus, minus)


def _drawn(known: KnownRows, at: int, seed: int) -> Floats:
    values = known.hybrids(PAIRED_ROWS, seed=seed)[:, at]
    return values


def _any_difference(score: Score, plus: Changed, minus: Changed) -> bool:
    """Whether log-odds of the rows so changed differ: the sum of some less that of others."""
    log_odds = score(_tables(plus, minus)).reshape(len(plus) + len(minus), -1)
    return _differ(score.scale, log_odds, len(plus))


def _tables(plus: Changed, minus: Changed) -> Floats:
    tables = []
    for rows, changes in [*plus, *minus]:
        table = rows.copy()
        for at, values in changes.items():
            table[:, at] = values
        tables.append(table)
    return np.vstack(tables)


def _differ(scale: Scale, log_odds: Floats, plus: int) -> bool:
    """Whether the sums of the first `plus` rows differ from those of the others; (tables, n)."""
    difference = log_odds[:plus].sum(axis=0) - log_odds[plus:].sum(axis=0)
    errors = scale.error(log_odds.ravel()).reshape(log_odds.shape).sum(axis=0)
    allowed = SAME * max(1.0, float(np.ptp(log_odds))) + 4 * errors
    return not bool((np.abs(difference) <= allowed).all())
