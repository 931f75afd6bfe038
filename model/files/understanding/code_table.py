"""How often each combination of codes stands in a file: what is known of it, without any row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.schema import Recoding, Schema

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
    first: dict[Combination, int] = field(default_factory=dict)
    """Of each combination the first row that has it, from 1; none of rows that were merged."""
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
        distinct = np.unique(keys, return_index=True, return_counts=True)
        for key, at, rows in zip(*distinct, strict=True):
            combination = self._combination(int(key), radix)
            self.counts[combination] += int(rows)
            self.first.setdefault(combination, begin + int(at))

    def merge(self, other: CodeTable) -> None:
        """Take in what was counted in other rows of the same file."""
        self.counts += other.counts
        self.rows += other.rows
        for name, answers in other.spoken.items():
            self.spoken.setdefault(name, Counter()).update(answers)

    def _combination(self, key: int, radix: int) -> Combination:
        places = []
        for _ in self.columns:
            key, place = divmod(key, radix)
            places.append(place)
        return tuple(reversed(places))

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
