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
from dataclasses import dataclass, field
from math import lgamma

import numpy as np
from numpy.typing import NDArray

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

Floats = NDArray[np.float64]
Pairs = Mapping[float, float | None]
Combination = tuple[int, ...]


@dataclass
class CodeTable:
    """How often each combination of codes stands in a file; grows with each chunk, holds no row.

    columns : the inputs that some coding writes in another way. levels : every code any of them
    knows. A combination has a place among the levels for each column, `len(levels)` for any other
    number, and one more for a blank or a word.
    """

    columns: tuple[str, ...]
    levels: tuple[float, ...]
    counts: Counter[Combination] = field(default_factory=Counter)
    spoken: dict[str, Counter[float]] = field(default_factory=dict)
    """Of each column the answers given in words, which mean the same in any coding."""

    @classmethod
    def of(cls, schema: Schema, codings: Iterable[Recoding]) -> CodeTable:
        """An empty one for the codings that circulate for a schema's inputs."""
        codings = tuple(codings)
        columns = tuple(
            name for name in schema.names if any(name in dict(each.codes) for each in codings)
        )
        ours = {level for name in columns for level in schema[name].levels}
        theirs = {code for each in codings for _, pairs in each.codes for code, _ in pairs}
        return cls(columns, tuple(sorted(ours | theirs)))

    def add(
        self, numbers: Mapping[str, Floats], count: int, spoken: Mapping[str, Floats] | None = None
    ) -> None:
        """Take in rows: of each column its numbers, NaN where it has none; and what was said in
        words, as the study's codes.
        """
        if not self.columns or not count:
            return
        for name, answers in (spoken or {}).items():
            if name in self.columns:
                codes, rows = np.unique(answers, return_counts=True)
                here = self.spoken.setdefault(name, Counter())
                here.update(dict(zip(codes.tolist(), rows.tolist(), strict=True)))
        levels, radix = np.array(self.levels), len(self.levels) + 2
        # A combination is one number in base `radix`, so that equal rows are counted at once.
        keys = np.zeros(count, dtype=np.int64)
        for name in self.columns:
            place = np.full(count, radix - 1)
            if name in numbers:
                values = numbers[name]
                nearest = np.minimum(np.searchsorted(levels, values), len(levels) - 1)
                place = np.where(levels[nearest] == values, nearest, radix - 2)
                place[np.isnan(values)] = radix - 1
            keys = keys * radix + place
        for key, rows in zip(*np.unique(keys, return_counts=True), strict=True):
            self.counts[self._combination(int(key), radix)] += int(rows)

    def merge(self, other: CodeTable) -> None:
        """Take in what was counted in other rows of the same file."""
        self.counts += other.counts
        for name, answers in other.spoken.items():
            self.spoken.setdefault(name, Counter()).update(answers)

    def _combination(self, key: int, radix: int) -> Combination:
        places = []
        for _ in self.columns:
            key, place = divmod(key, radix)
            places.append(place)
        return tuple(reversed(places))

    def speaking_for(self, codes: Mapping[str, Pairs]) -> dict[Combination, int]:
        """The combinations of which every code is known, with their rows; blanks say nothing."""
        blank = len(self.levels) + 1
        known = [
            {at for at, level in enumerate(self.levels) if level in codes[name]} | {blank}
            for name in self.columns
        ]
        return {
            combination: rows
            for combination, rows in self.counts.items()
            if any(place != blank for place in combination)
            and all(place in those for place, those in zip(combination, known, strict=True))
        }

    def seen(self, name: str) -> dict[float, int]:
        """The codes of a column, and how many rows have each."""
        at, found = self.columns.index(name), Counter[float]()
        for combination, rows in self.counts.items():
            if combination[at] < len(self.levels):
                found[self.levels[combination[at]]] += rows
        return dict(found)


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
