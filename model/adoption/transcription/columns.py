"""The inputs of an original as columns of numbers, and back in its own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from model.adoption.original import Input, Kind
from model.numerics.arrays import Floats

BOOLEAN_CODES = (0.0, 1.0)


class Columns:
    """Every input as a column of numbers: a number stands for itself, a word for its code.

    Parameters
    ----------
    inputs : of the original, in its order.
    codes : of an input of words, the code of each of its words, in their order; where none are
        given, words that are numbers stand for themselves and others for their position.
    """

    def __init__(
        self, inputs: Sequence[Input], codes: Mapping[str, Sequence[float]] | None = None
    ) -> None:
        self.inputs = tuple(inputs)
        self.names = tuple(of.name for of in inputs)
        self._words = [_words(of) for of in inputs]
        given = codes or {}
        self._codes = [
            np.asarray(given.get(of.name, _default_codes(words)), dtype=np.float64)
            for of, words in zip(inputs, self._words, strict=True)
        ]

    def __len__(self) -> int:
        return len(self.inputs)

    def is_coded(self, at: int) -> bool:
        """Whether a column holds codes."""
        return len(self._words[at]) > 0

    def codes(self, at: int) -> Floats:
        """The codes of a column, rising; none of a number."""
        return np.sort(self._codes[at])

    @property
    def coded(self) -> dict[int, Floats]:
        """The codes of every column that has some."""
        return {at: self.codes(at) for at in range(len(self)) if self.is_coded(at)}

    def frame(self, values: Floats) -> pd.DataFrame:
        """The rows as the original takes them.

        Parameters
        ----------
        values : (n, inputs) numbers and codes, NaN for a blank.
        """
        columns = {}
        for at, of in enumerate(self.inputs):
            columns[of.name] = self._column(at, of, values[:, at])
        return pd.DataFrame(columns)

    def values(self, frame: pd.DataFrame) -> Floats:
        """(n, inputs) the numbers and codes of rows in the original's words.

        Raises
        ------
        ValueError
            If a column is missing or a word is none of the input's.
        """
        values = np.full((len(frame), len(self)), np.nan)
        for at, of in enumerate(self.inputs):
            if of.name not in frame.columns:
                raise ValueError(f"no column {of.name}")
            column = frame[of.name]
            given = ~column.isna().to_numpy()
            if not self.is_coded(at):
                values[given, at] = pd.to_numeric(column[given]).to_numpy(dtype=np.float64)
                continue
            place = dict(zip(self._words[at], self._codes[at], strict=True))
            try:
                values[given, at] = [place[word] for word in column[given].tolist()]
            except KeyError:
                raise ValueError(f"{of.name} holds a word the model does not know") from None
        return values

    def _column(self, at: int, of: Input, column: Floats) -> pd.Series:
        blank = np.isnan(column)
        if not self.is_coded(at):
            if of.whole and not blank.any():
                return pd.Series(column.astype(np.int64), dtype=of.dtype or None)
            return pd.Series(column, dtype=of.dtype or None)
        order = np.argsort(self._codes[at])
        words = np.array([*self._words[at], np.nan], dtype=object)[[*order, len(order)]]
        place = np.searchsorted(self.codes(at), column)
        filled = words[np.where(blank, len(order), place)]
        texts = any(isinstance(word, str) for word in self._words[at])
        if of.dtype == "category":  # all its words, or the library would number those that are here
            return pd.Series(pd.Categorical(filled, categories=list(self._words[at])))
        if of.dtype:
            return pd.Series(filled, dtype=of.dtype)
        if blank.any() and not texts:
            return pd.Series(filled.astype(np.float64))
        return pd.Series(filled if texts else filled.tolist(), dtype=object if texts else None)


def _words(of: Input) -> tuple[str | int | float | bool, ...]:
    return (False, True) if of.kind is Kind.BOOLEAN else of.words


def _default_codes(words: Sequence[str | int | float | bool]) -> list[float]:
    if all(isinstance(word, bool | int | float) for word in words):
        return [float(word) for word in words]
    return [float(at) for at in range(len(words))]
