"""Which of the codings that circulate a file is written in, told by all its columns together.

A row speaks for a coding if every code in it is one of that coding's. Where that leaves several,
each is asked how common the answers would be that it reads: a file in which nobody has a normal
scan is read wrongly. So are the study's own codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.files.understanding.candidates import (
    FEW_ROWS,
    FEW_SHARE,
    MARGIN,
    Candidate,
    alone,
    closest,
    codes_of,
    read_alike,
    with_a_mark,
)
from model.files.understanding.code_table import CodeTable, Combination, Pairs
from model.files.understanding.likelihood import likelihood
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Recoding, Schema

DOUBT = 6.0
"""Log-odds by which another coding is likelier than the study's own before that is doubted."""
SHOWN_ROWS = 5
SELDOM = 4.0
"""Log-odds against a coding that is seldom met."""
ALIKE_ROWS = 0.9
"""Codings that nearly as many rows speak for are compared as well."""


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
    that more rows speak for than for the study's own, likeliest first. near : of these, the
    likeliest and those that the file does not tell apart from it. offered : the one that alone
    fits.
    """

    ours: int
    candidates: tuple[Candidate, ...] = ()
    near: tuple[Candidate, ...] = ()
    offered: Recoding | None = None
    mixed: Mixed | None = None
    doubted: Recoding | None = None
    """The study's own codes fit, and mean what is met nowhere; this coding fits, and does not."""

    @property
    def is_ours(self) -> bool:
        return not self.candidates


def difference(fit: Fit, schema: Schema) -> str:
    """In what the two likeliest codings differ, by an example in words."""
    one, other = (each.coding for each in fit.near[:2]) if len(fit.near) > 1 else (None, None)
    if one is None or other is None:
        return ""
    theirs = {name: dict(pairs) for name, pairs in other.codes}
    for name, pairs in one.codes:
        feature = schema[name]
        for code, ours in pairs:
            read = theirs.get(name, {}).get(code, ours)
            if read != ours:
                said = [feature.in_words(float("nan") if x is None else x) for x in (ours, read)]
                return (
                    f"They differ: {feature.label} {code:g} is {said[0]} in the first, {said[1]} "
                    "in the second."
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
        only_theirs = sum(rows for each, rows in theirs.items() if each not in ours)
        only_ours = sum(rows for each, rows in ours.items() if each not in theirs)
        odds, answers, absurd = likelihood(table, codes, vocabulary)
        rarity = SELDOM if coding.name in vocabulary.seldom else 0.0
        candidate = Candidate(coding, sum(theirs.values()), odds - rarity, answers, absurd)
        if only_theirs > only_ours:
            candidates.append(candidate)
        elif not only_ours and not read_alike(codes, own, table):
            rivals.append(candidate)
    most = max((each.rows for each in candidates), default=0)
    near = [each for each in candidates if each.rows >= ALIKE_ROWS * most]
    near.sort(key=lambda each: (-each.likelihood, -each.rows))
    optional = [name for name in table.columns if not schema[name].required]
    marked = with_a_mark(table, own, optional, vocabulary) if near else None
    offered = alone(near, table, own, marked) if marked and not mixed else None
    doubted = None
    if not candidates and not mixed:
        odds, _, absurd = likelihood(table, own, vocabulary)
        doubted = _doubted(rivals, odds, absurd)
    found = closest(near, table, own)
    return Fit(sum(ours.values()), tuple(near), found, offered, mixed, doubted)


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
    only = {each: rows for each, rows in most.items() if each not in theirs}
    counts = (sum(only.values()), sum(rest.values()))
    return Mixed((label, other), counts, (_some(only, table), _some(rest, table)))


def _some(rows: Mapping[Combination, int], table: CodeTable) -> tuple[int, ...]:
    return tuple(sorted(table.first[one] for one in rows if one in table.first)[:SHOWN_ROWS])


def _doubted(rivals: list[Candidate], odds: float, absurd: tuple[str, ...]) -> Recoding | None:
    """A coding that explains as much as the study's own, where that reads what is met nowhere."""
    better = [
        rival
        for rival in rivals
        if not rival.absurd and rival.likelihood - odds > (MARGIN if absurd else DOUBT)
    ]
    return max(better, key=lambda each: each.likelihood).coding if better else None
