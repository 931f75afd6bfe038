"""How often each combination of codes stands in a file: what is known of it, without any row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.schema import Recoding, Schema

Floats = NDArray[np.float64]
Pairs = Mapping[float, float | None]
Combination = tuple[int, ...]

MOST_KEYS = 2**62  # whole numbers that are told apart


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
    first: dict[Combination, int] = field(default_factory=dict)
    """Of each combination the first row that has it, from 1; none of rows merged in any order."""
    rows: int = 0

    @classmethod
    def of(cls, schema: Schema, codings: Iterable[Recoding]) -> CodeTable:
        """An empty one for the codings that circulate for a schema's inputs."""
        codings = tuple(codings)
        columns = tuple(
            name for name in schema.names if any(name in dict(coding.codes) for coding in codings)
        )
        ours = {level for name in columns for level in schema[name].levels}
        theirs = {code for coding in codings for _, pairs in coding.codes for code, _ in pairs}
        return cls(columns, tuple(sorted(ours | theirs)))

    def add(
        self, numbers: Mapping[str, Floats], count: int, spoken: Mapping[str, Floats] | None = None
    ) -> None:
        """Take in rows: of each column its numbers, NaN where it has none; and what was said in
        words, as the study's codes.
        """
        begin, self.rows = self.rows + 1, self.rows + count
        if not self.columns or not count:
            return
        for name, answers in (spoken or {}).items():
            if name in self.columns:
                codes, rows = np.unique(answers, return_counts=True)
                here = self.spoken.setdefault(name, Counter())
                here.update(dict(zip(codes.tolist(), rows.tolist(), strict=True)))
        places = np.full((len(self.columns), count), len(self.levels) + 1)
        for column, name in zip(places, self.columns, strict=True):
            if name in numbers:
                column[:] = self._places(numbers[name])
        first, rows = _told_apart(places, len(self.levels) + 2)
        combinations = map(tuple, places[:, first].T.tolist())
        for each, at, many in zip(combinations, first.tolist(), rows.tolist(), strict=True):
            self.counts[each] += many
            self.first.setdefault(each, begin + at)

    def _places(self, values: Floats) -> NDArray[np.int64]:
        """Of each number the place of its code among the levels."""
        # Codes are small whole numbers, which a table of all bytes tells apart; any other by one.
        other, blank = len(self.levels), len(self.levels) + 1
        table = np.full(256, other)
        with np.errstate(invalid="ignore"):
            byte = values.astype(np.int8)
            levels = np.array(self.levels)
            small = levels.astype(np.int8) == levels
        table[levels[small].astype(np.int8).view(np.uint8)] = np.flatnonzero(small)
        places = table[byte.view(np.uint8)]
        places[byte != values] = other
        for at in np.flatnonzero(~small):
            places[values == levels[at]] = at
        places[np.isnan(values)] = blank
        return places

    def merge(self, other: CodeTable, *, follows: bool = False) -> None:
        """Take in what was counted in other rows of the same file.

        follows : those rows stand directly below the ones counted so far.
        """
        if follows:
            for combination, at in other.first.items():
                self.first.setdefault(combination, self.rows + at)
        self.counts.update(other.counts)
        self.rows += other.rows
        for name, answers in other.spoken.items():
            self.spoken.setdefault(name, Counter()).update(answers)

    def speaking_for(
        self, codes: Mapping[str, Pairs], mark: int = -1, optional: Collection[str] = ()
    ) -> dict[Combination, int]:
        """The combinations of which every code is known, with their rows; blanks say nothing.

        mark : a place among the levels, or behind the last one for any other number, that says
        nothing in these optional columns either, where it is no code.
        """
        blank = len(self.levels) + 1
        known = [
            {at for at, level in enumerate(self.levels) if level in codes[name]}
            | {blank}
            | ({mark} if name in optional else set())
            for name in self.columns
        ]
        return {
            combination: rows
            for combination, rows in self.counts.items()
            if any(place != blank for place in combination)
            and all(place in those for place, those in zip(combination, known, strict=True))
        }

    @property
    def spoken_rows(self) -> int:
        """How many rows have anything but blanks."""
        blank = len(self.levels) + 1
        return sum(rows for each, rows in self.counts.items() if {*each} != {blank})

    def seen(self, name: str) -> dict[float, int]:
        """The codes of a column, and how many rows have each."""
        at, found = self.columns.index(name), Counter[float]()
        for combination, rows in self.counts.items():
            if combination[at] < len(self.levels):
                found[self.levels[combination[at]]] += rows
        return dict(found)


def _told_apart(
    places: NDArray[np.int64], radix: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first of each kind of equal columns of (m, n) places below `radix`, and how many there
    are of it.
    """
    # A combination is one number in base `radix`; before it grows too long, those that are there
    # are numbered.
    keys, kinds = places[0], radix
    for more in places[1:]:
        if kinds > MOST_KEYS // radix:
            keys, kinds = _numbered(keys).astype(np.int64), len(keys)
        keys, kinds = keys * radix + more, kinds * radix
    which = _numbered(keys)
    rows = np.bincount(which)
    first = np.empty(len(rows), dtype=np.int64)
    first[which[::-1]] = np.arange(len(which) - 1, -1, -1)  # what is set last is the first row
    return first, rows


def _numbered(keys: NDArray[np.int64]) -> NDArray[np.int32]:
    """Of each key which of the distinct ones it is, in the order in which they appear."""
    found: NDArray[np.int32] = pa.array(keys).dictionary_encode().indices.to_numpy()
    return found
