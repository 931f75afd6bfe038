"""Rows to ask an original about: hybrids of what is known of its inputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from model.adoption.original import Kind
from model.adoption.transcription.columns import Columns
from model.numerics.arrays import Flags, Floats

UNKNOWN_RANGE = (0.0, 100.0)
SPREAD_VALUES = 64
"""Of a number, besides those that are known to occur."""
BLANK_SHARES = (0.0, 0.15, 0.5, 1.0)
BEYOND = 0.25
"""Of the known range, how far beyond its ends rows reach: a model answers there as well."""


class KnownRows:
    """Values that each input is known to take, to be mixed into rows.

    Parameters
    ----------
    columns : the inputs.
    rows : rows that are known, in the original's words; None if there are none.
    """

    def __init__(self, columns: Columns, rows: pd.DataFrame | None = None) -> None:
        self.columns = columns
        known = columns.values(rows) if rows is not None and len(rows) else None
        self.rows = known
        self.spans = [self._span(at) for at in range(len(columns))]
        self.values = [self._known(at) for at in range(len(columns))]
        self.blanks: Flags = np.array([of.missing for of in columns.inputs])

    def hybrids(self, count: int, seed: int, *, blanks: bool = True) -> Floats:
        """(count, inputs) rows of which every cell is drawn by itself."""
        random = np.random.default_rng(seed)
        rows = np.column_stack([random.choice(values, count) for values in self.values])
        if blanks and self.blanks.any():
            # Every single blank, all at once, and mixtures of a share that differs by row.
            share = random.choice(BLANK_SHARES, (count, 1), p=[0.4, 0.4, 0.15, 0.05])
            missing = (random.random(rows.shape) < share) & self.blanks
            alone = np.flatnonzero(self.blanks)[: count // 2]
            missing[: len(alone)] = False
            missing[np.arange(len(alone)), alone] = True
            rows[missing] = np.nan
        return rows

    def with_values(self, values: Sequence[Floats]) -> KnownRows:
        """The same, with values of each input that are worth asking about besides."""
        other = KnownRows.__new__(KnownRows)
        other.columns, other.rows, other.spans = self.columns, self.rows, self.spans
        other.blanks = self.blanks
        other.values = [
            np.concatenate([known, self._allowed(at, more)])
            for at, (known, more) in enumerate(zip(self.values, values, strict=True))
        ]
        return other

    def ends(self, at: int) -> tuple[float, float]:
        """As far as rows reach in one input."""
        return float(self.values[at].min()), float(self.values[at].max())

    def _allowed(self, at: int, more: Floats) -> Floats:
        whole = self.columns.inputs[at].whole
        return np.unique(np.round(more)) if whole else more

    def _span(self, at: int) -> tuple[float, float]:
        of = self.columns.inputs[at]
        if self.columns.is_coded(at):
            codes = self.columns.codes(at)
            return float(codes[0]), float(codes[-1])
        ends = [end for end in (of.low, of.high) if end is not None]
        if self.rows is not None and (given := self.rows[:, at][~np.isnan(self.rows[:, at])]).size:
            ends += [float(given.min()), float(given.max())]
        if not ends:
            return UNKNOWN_RANGE
        low, high = min(ends), max(ends)
        return (low, high) if high > low else (low - 1.0, high + 1.0)

    def _known(self, at: int) -> Floats:
        """Codes, or numbers: those of the rows, and others between and a little beyond."""
        if self.columns.is_coded(at):
            return self.columns.codes(at)
        low, high = self.spans[at]
        reach = BEYOND * (high - low)
        random = np.random.default_rng(at)
        spread = random.uniform(
            low - (reach if low < 0 else min(reach, low)), high + reach, SPREAD_VALUES
        )
        numbers = np.concatenate([[low, high], spread])
        if self.rows is not None:
            given = self.rows[:, at]
            numbers = np.concatenate([numbers, np.unique(given[~np.isnan(given)])])
        if self.columns.inputs[at].kind is Kind.NUMBER and self.columns.inputs[at].whole:
            numbers = np.unique(np.round(numbers))
        return numbers
