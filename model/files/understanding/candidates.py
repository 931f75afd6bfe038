"""Codings that a file may be written in, held against each other: which of them fits alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from model.files.understanding.code_table import CodeTable, Pairs
from model.files.understanding.likelihood import likelihood
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Recoding

MARGIN = 3.0
"""Log-odds by which a coding must be more likely than the next: 20 to 1."""
FEW_ROWS, FEW_SHARE = 2, 0.02
"""Rows that fit another coding only, of which nothing is made; so many, or so many of all."""
FEWEST_ROWS = 20
"""In a shorter file how many were not measured tells no coding, nor which coding is seldom met."""
ENOUGH_ROWS = 30
"""Nor do they in a shorter one whose answers, as a coding reads them, are seldom met either."""
MOSTLY_MISSING = 0.65
"""Share of a column beyond which a coding is not told by what one of two reads as not measured."""

Readings = Mapping[str, Pairs]
"""Of each column what its codes mean."""


@dataclass(frozen=True)
class Candidate:
    """A coding that rows speak for, and the log-odds of what it reads; higher is likelier."""

    coding: Recoding
    rows: int
    likelihood: float
    answers: float
    """The same of the answers alone: neither how many it reads as not measured nor how seldom it is
    met."""
    absurd: tuple[str, ...]
    """Columns in which it reads answers that are met nowhere."""


def codes_of(coding: Recoding, columns: Iterable[str], own: Readings) -> dict[str, Pairs]:
    """Of each column what a coding's codes mean; those it does not write are as the study's."""
    theirs = {name: dict(pairs) for name, pairs in coding.codes}
    return {name: theirs.get(name, own[name]) for name in columns}


def closest(near: Sequence[Candidate], table: CodeTable, own: Readings) -> tuple[Candidate, ...]:
    """The likeliest, and every other one that this file does not tell apart from it.

    One that explains more rows is never passed over for what is likely.
    """
    sound = [each for each in near if not each.absurd]
    if not sound:
        return ()
    best = sound[0]
    codes = codes_of(best.coding, table.columns, own)
    return (best, *(each for each in sound[1:] if _is_close(best, codes, each, table, own)))


def _is_close(
    best: Candidate, codes: Readings, other: Candidate, table: CodeTable, own: Readings
) -> bool:
    lead = best.likelihood - other.likelihood
    is_odd = table.rows < ENOUGH_ROWS and best.likelihood < MARGIN
    if is_odd or table.rows < FEWEST_ROWS:
        lead = min(lead, best.answers - other.answers)
    theirs = codes_of(other.coding, table.columns, own)
    return lead < MARGIN or other.rows > best.rows or _turns_on_missing(codes, theirs, table)


def alone(
    near: Sequence[Candidate], table: CodeTable, own: Readings, marked: Candidate
) -> Recoding | None:
    """The one coding that explains the file, if no other does that reads it in another way.

    marked : the study's own with a mark for "not measured", see `with_a_mark`.
    """
    found = closest(near, table, own)
    if not found:
        return None
    best = found[0]
    codes = codes_of(best.coding, table.columns, own)
    optional = {name for name, _ in marked.coding.codes}
    explained = max(best.rows, _mark(codes, table, optional)[1])
    if table.spoken_rows - explained > max(FEW_ROWS, FEW_SHARE * table.rows):
        return None
    as_well = marked.rows >= best.rows and not marked.absurd
    if as_well and _is_close(best, codes, marked, table, own):
        return None
    others = (codes_of(other.coding, table.columns, own) for other in found[1:])
    if any(_contradict(codes, theirs, table) for theirs in others):
        return None
    return _widest(best, near, table, own)


def with_a_mark(
    table: CodeTable, own: Readings, optional: Collection[str], vocabulary: Vocabulary
) -> Candidate:
    """The study's own codes, with the one number for "not measured" in optional inputs that
    explains most rows: what looks like another coding may be that.
    """
    mark, rows = _mark(own, table, optional)
    level = table.levels[mark] if mark < len(table.levels) else float("nan")
    codes = {
        name: {level: None, **own[name]} if name in optional else own[name]
        for name in table.columns
    }
    pairs = tuple((name, (*codes[name].items(),)) for name in table.columns if name in optional)
    coding = Recoding("", "this study's codes with a mark for not measured", pairs)
    return Candidate(coding, rows, *likelihood(table, codes, vocabulary))


def _mark(codes: Readings, table: CodeTable, optional: Collection[str]) -> tuple[int, int]:
    """The place of the number, and how many rows the codes explain with it."""
    rows = [
        sum(table.speaking_for(codes, place, optional).values())
        for place in range(len(table.levels) + 1)
    ]
    return rows.index(max(rows)), max(rows)


def _contradict(one: Readings, other: Readings, table: CodeTable) -> bool:
    """Whether a code of the file that both know means one thing here and another there."""
    return any(
        code in one[name] and code in other[name] and one[name][code] != other[name][code]
        for name in table.columns
        for code in table.seen(name)
    )


def _widest(
    best: Candidate, near: Sequence[Candidate], table: CodeTable, own: Readings
) -> Recoding:
    """The coding itself, or one that reads the same and knows codes of further rows, for blanks."""
    codes = codes_of(best.coding, table.columns, own)
    widest = best
    for other in near:
        theirs = codes_of(other.coding, table.columns, own)
        contains = all(
            code not in codes[name] or theirs[name].get(code) == codes[name][code]
            for name in table.columns
            for code in table.seen(name)
        )
        if contains and other.rows > widest.rows and not other.absurd:
            widest = other
    return widest.coding


def _turns_on_missing(one: Readings, other: Readings, table: CodeTable) -> bool:
    """Whether most of a column is an answer in the one and "not measured" in the other."""
    for name in table.columns:
        seen = table.seen(name)
        turning = [
            rows
            for code, rows in seen.items()
            if code in one[name]
            and code in other[name]
            and (one[name][code] is None) != (other[name][code] is None)
        ]
        if sum(turning) > MOSTLY_MISSING * sum(seen.values()):
            return True
    return False


def read_alike(one: Readings, other: Readings, table: CodeTable) -> bool:
    """Whether two codings give every code of the file the same meaning."""
    unknown = object()
    return all(
        one[name].get(code, unknown) == other[name].get(code, unknown)
        for name in table.columns
        for code in table.seen(name)
    )
