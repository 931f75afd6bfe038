"""Which of the codings that circulate a file is written in, told by all its columns together.

A row speaks for a coding if every code in it is one of that coding's. Where that leaves several,
each is asked how common the answers would be that it reads: a file in which nobody has a normal
scan is read wrongly. The likelihood is Dirichlet-multinomial: shares differ from hospital to
hospital, so a long file does not make a small difference certain (Minka, Estimating a Dirichlet
distribution, 2000, equation 2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import lgamma

from model.files.understanding.code_table import CodeTable, Pairs
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Recoding, Schema

CONCENTRATION = 10.0
"""How alike hospitals are: each counts as ten patients with the declared shares."""
MISSING_SHARE = 0.3
"""Of those ten, the patients whose answer a code for "not measured" stands for."""
MARGIN = 3.0
"""Log-odds by which a coding must be more likely than the next: 20 to 1."""
SELDOM = 4.0
"""Log-odds against a coding that is seldom met."""
ABSURD = -5.0
"""Log-odds of one column against "any answer is as common as any other": no such file is met."""
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
class Fit:
    """What the codes of a file say about its coding.

    ours : rows that are right as they stand and in no better candidate only. candidates : codings
    that more rows speak for than for the study's own, likeliest first. offered : the one of them
    that fits alone.
    """

    ours: int
    candidates: tuple[Candidate, ...] = ()
    offered: Recoding | None = None

    @property
    def is_ours(self) -> bool:
        return not self.candidates

    @property
    def near(self) -> tuple[Candidate, ...]:
        """Those that are not much less likely than the likeliest; more than one cannot be told
        apart by this file, unless they read it alike.
        """
        sound = [each for each in self.candidates if not each.absurd]
        return tuple(each for each in sound if sound[0].likelihood - each.likelihood < MARGIN)


def difference(fit: Fit) -> str:
    """In what the two likeliest codings differ, by an example in codes."""
    one, other = (each.coding for each in fit.near[:2]) if len(fit.near) > 1 else (None, None)
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
    own = {name: {level: level for level in schema[name].levels} for name in table.columns}
    ours = table.speaking_for(own)
    candidates = []
    for coding in vocabulary.codings:
        codes = codes_of(coding, table.columns, own)
        theirs = table.speaking_for(codes)
        only_theirs = sum(rows for each, rows in theirs.items() if each not in ours)
        only_ours = sum(rows for each, rows in ours.items() if each not in theirs)
        if only_theirs > only_ours:
            likelihood, absurd = _likelihood(table, codes, vocabulary)
            rarity = SELDOM if coding.name in vocabulary.seldom else 0.0
            rows = sum(theirs.values())
            candidates.append(Candidate(coding, rows, likelihood - rarity, absurd))
    most = max((each.rows for each in candidates), default=0)
    near = [each for each in candidates if each.rows >= ALIKE_ROWS * most]
    near.sort(key=lambda each: (-each.likelihood, -each.rows))
    return Fit(sum(ours.values()), tuple(near), _alone(near, table, own))


def codes_of(
    coding: Recoding, columns: Iterable[str], own: Mapping[str, Pairs]
) -> dict[str, Pairs]:
    """Of each column what a coding's codes mean; those it does not write are as the study's."""
    theirs = {name: dict(pairs) for name, pairs in coding.codes}
    return {name: theirs.get(name, own[name]) for name in columns}


def _alone(near: list[Candidate], table: CodeTable, own: Mapping[str, Pairs]) -> Recoding | None:
    """The likeliest, if every other one is much less likely or reads this file in the same way."""
    sound = [each for each in near if not each.absurd]
    if not sound:
        return None
    best = sound[0]
    codes = codes_of(best.coding, table.columns, own)
    for other in sound[1:]:
        theirs = codes_of(other.coding, table.columns, own)
        close = best.likelihood - other.likelihood < MARGIN
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


def _read_alike(one: Mapping[str, Pairs], other: Mapping[str, Pairs], table: CodeTable) -> bool:
    """Whether two codings give every code of the file the same meaning."""
    unknown = object()
    return all(
        one[name].get(code, unknown) == other[name].get(code, unknown)
        for name in table.columns
        for code in table.seen(name)
    )


def _likelihood(
    table: CodeTable, codes: Mapping[str, Pairs], vocabulary: Vocabulary
) -> tuple[float, tuple[str, ...]]:
    """Log-odds of the answers a coding reads against "all answers alike", over all columns."""
    total, absurd = 0.0, []
    for name in table.columns:
        shares = vocabulary.of(name).shares
        if not shares:
            continue
        read = Counter[float | None](table.spoken.get(name, {}))
        for code, rows in table.seen(name).items():
            if code in codes[name]:
                read[codes[name][code]] += rows
        counts = [*(read[answer] for answer in shares), read[None]]
        weight = CONCENTRATION / sum(shares.values())
        prior = [*(weight * share for share in shares.values()), MISSING_SHARE]
        column = _dirichlet(counts, prior) - _dirichlet(counts, [1.0] * len(prior))
        total += column
        if column < ABSURD:
            absurd.append(name)
    return total, tuple(absurd)


def _dirichlet(counts: list[int], prior: list[float]) -> float:
    whole = lgamma(sum(prior)) - lgamma(sum(prior) + sum(counts))
    return whole + sum(
        lgamma(count + before) - lgamma(before) for count, before in zip(counts, prior, strict=True)
    )
