"""Which of the codings that circulate a file is written in, told by all its columns together.

A row speaks for a coding if every code in it is one of that coding's. Where that leaves several,
each is asked how common the answers would be that it reads: a file in which nobody has a normal
scan is read wrongly. So are the study's own codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.files.understanding.code_table import CodeTable, Combination, Pairs
from model.files.understanding.likelihood import likelihood
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Recoding, Schema

MARGIN = 3.0
"""Log-odds by which a coding must be more likely than the next: 20 to 1."""
DOUBT = 6.0
"""Log-odds by which another coding is likelier than the study's own before that is doubted."""
FEW_ROWS, FEW_SHARE = 2, 0.02
"""Rows that fit another coding only, of which nothing is made; so many, or so many of all."""
SHOWN_ROWS = 5
MOSTLY_MISSING = 0.65
"""Share of a column beyond which a coding is not told by what one of two reads as not measured."""
SELDOM = 4.0
"""Log-odds against a coding that is seldom met."""
ALIKE_ROWS = 0.9
"""Codings that nearly as many rows speak for are compared as well."""


@dataclass(frozen=True)
class Candidate:
    """A coding that rows speak for, and the log-odds of what it reads; higher is likelier."""

    coding: Recoding
    rows: int
    likelihood: float
    absurd: tuple[str, ...]
    """Columns in which it reads answers that are met nowhere."""


@dataclass(frozen=True)
class Mixed:
    """Two codings in one file: each with the rows that only it explains, and some of them."""

    labels: tuple[str, str]
    counts: tuple[int, int]
    rows: tuple[tuple[int, ...], tuple[int, ...]]

    def __str__(self) -> str:
        told = [
            f"{count:,} rows fit {label} only"
            + (f" (the first: {', '.join(map(str, rows))})" if rows else "")
            for label, count, rows in zip(self.labels, self.counts, self.rows, strict=True)
        ]
        return f"Two codings are mixed: {told[0]}, {told[1]}. Write all rows in one coding."


@dataclass(frozen=True)
class Fit:
    """What the codes of a file say about its coding.

    ours : rows that are right as they stand and in no better candidate only. candidates : codings
    that more rows speak for than for the study's own, likeliest first. offered : the one of them
    that fits alone.
    """

    ours: int
    candidates: tuple[Candidate, ...] = ()
    offered: Recoding | None = None
    mixed: Mixed | None = None
    doubted: Recoding | None = None
    """The study's own codes fit, and mean what is met nowhere; this coding fits, and does not."""

    @property
    def is_ours(self) -> bool:
        return not self.candidates

    @property
    def near(self) -> tuple[Candidate, ...]:
        """Those that are not much less likely than the likeliest; more than one cannot be told
        apart by this file, unless they read it alike.
        """
        sound = [candidate for candidate in self.candidates if not candidate.absurd]
        return tuple(one for one in sound if sound[0].likelihood - one.likelihood < MARGIN)


def difference(fit: Fit) -> str:
    """In what the two likeliest codings differ, by an example in codes."""
    one, other = (near.coding for near in fit.near[:2]) if len(fit.near) > 1 else (None, None)
    if one is None or other is None:
        return ""
    theirs = {name: dict(pairs) for name, pairs in other.codes}
    for name, pairs in one.codes:
        for code, ours in pairs:
            read = theirs.get(name, {}).get(code, ours)
            if read != ours:
                said = ["not measured" if x is None else f"{x:g}" for x in (ours, read)]
                return (
                    f"They differ: {name} {code:g} is {said[0]} in the one, {said[1]} in the other."
                )
    return ""


def fit(table: CodeTable, schema: Schema, vocabulary: Vocabulary) -> Fit:
    """Compare every declared coding with the codes of a file."""
    own: dict[str, Pairs] = {
        name: {level: level for level in schema[name].levels} for name in table.columns
    }
    ours = table.speaking_for(own)
    candidates, rivals = [], []
    mixed = _mixed(
        table,
        [
            ("this study's codes", own),
            *((of.label, codes_of(of, table.columns, own)) for of in vocabulary.codings),
        ],
    )
    for coding in vocabulary.codings:
        codes = codes_of(coding, table.columns, own)
        theirs = table.speaking_for(codes)
        only_theirs = sum(rows for pattern, rows in theirs.items() if pattern not in ours)
        only_ours = sum(rows for pattern, rows in ours.items() if pattern not in theirs)
        odds, absurd = likelihood(table, codes, vocabulary)
        rarity = SELDOM if coding.name in vocabulary.seldom else 0.0
        candidate = Candidate(coding, sum(theirs.values()), odds - rarity, absurd)
        if only_theirs > only_ours:
            candidates.append(candidate)
        elif not only_ours and not _read_alike(codes, own, table):
            rivals.append(candidate)
    most = max((candidate.rows for candidate in candidates), default=0)
    near = [candidate for candidate in candidates if candidate.rows >= ALIKE_ROWS * most]
    near.sort(key=lambda candidate: (-candidate.likelihood, -candidate.rows))
    offered = None if mixed else _alone(near, table, own)
    doubted = None
    if not candidates and not mixed:
        doubted = _doubted(rivals, *likelihood(table, own, vocabulary))
    return Fit(sum(ours.values()), tuple(near), offered, mixed, doubted)


def _mixed(table: CodeTable, readings: list[tuple[str, dict[str, Pairs]]]) -> Mixed | None:
    """The two readings that explain the file between them, where one alone leaves more than a few
    rows. One foreign number is no other coding: it may be a mark for missing.
    """
    told = [(label, codes, table.speaking_for(codes)) for label, codes in readings]
    label, codes, most = max(told, key=lambda each: sum(each[2].values()))
    others = [(name, {x: n for x, n in rows.items() if x not in most}) for name, _, rows in told]
    other, rest = max(others, key=lambda each: sum(each[1].values()))
    foreign = {
        (name, table.levels[place])
        for pattern in rest
        for name, place in zip(table.columns, pattern, strict=True)
        if place < len(table.levels) and table.levels[place] not in codes[name]
    }
    enough = sum(rest.values()) > max(FEW_ROWS, FEW_SHARE * table.rows)
    if not enough or min(len({*column}) for column in zip(*foreign, strict=True)) < 2:
        return None
    theirs = next(rows for name, _, rows in told if name == other)
    alone = {pattern: rows for pattern, rows in most.items() if pattern not in theirs}
    counts = (sum(alone.values()), sum(rest.values()))
    return Mixed((label, other), counts, (_some(alone, table), _some(rest, table)))


def _some(rows: Mapping[Combination, int], table: CodeTable) -> tuple[int, ...]:
    return tuple(sorted(table.first[one] for one in rows if one in table.first)[:SHOWN_ROWS])


def _doubted(rivals: list[Candidate], odds: float, absurd: tuple[str, ...]) -> Recoding | None:
    """A coding that explains as much as the study's own, where that reads what is met nowhere."""
    better = [
        rival
        for rival in rivals
        if not rival.absurd and rival.likelihood - odds > (MARGIN if absurd else DOUBT)
    ]
    return max(better, key=lambda candidate: candidate.likelihood).coding if better else None


def codes_of(
    coding: Recoding, columns: Iterable[str], own: Mapping[str, Pairs]
) -> dict[str, Pairs]:
    """Of each column what a coding's codes mean; those it does not write are as the study's."""
    theirs = {name: dict(pairs) for name, pairs in coding.codes}
    return {name: theirs.get(name, own[name]) for name in columns}


def _alone(near: list[Candidate], table: CodeTable, own: Mapping[str, Pairs]) -> Recoding | None:
    """The likeliest, if every other one is much less likely or reads this file in the same way."""
    sound = [candidate for candidate in near if not candidate.absurd]
    if not sound:
        return None
    best = sound[0]
    codes = codes_of(best.coding, table.columns, own)
    for other in sound[1:]:
        theirs = codes_of(other.coding, table.columns, own)
        close = best.likelihood - other.likelihood < MARGIN
        close = close or _turns_on_missing(codes, theirs, table)
        if close and not _read_alike(codes, theirs, table):
            return None
    return _widest(best, near, table, own)


def _widest(
    best: Candidate, near: list[Candidate], table: CodeTable, own: Mapping[str, Pairs]
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


def _turns_on_missing(
    one: Mapping[str, Pairs], other: Mapping[str, Pairs], table: CodeTable
) -> bool:
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


def _read_alike(one: Mapping[str, Pairs], other: Mapping[str, Pairs], table: CodeTable) -> bool:
    """Whether two codings give every code of the file the same meaning."""
    unknown = object()
    return all(
        one[name].get(code, unknown) == other[name].get(code, unknown)
        for name in table.columns
        for code in table.seen(name)
    )
