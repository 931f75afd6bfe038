"""The number behind a model's risk: its log-odds, and how exactly the risk tells it."""

from __future__ import annotations

import numpy as np

from model.adoption.original import Original
from model.adoption.transcription.columns import Columns
from model.adoption.transcription.left import LeftAsItIs
from model.numerics.arrays import Floats

ROUNDING = 2.0**-51
"""Of a risk near 1, which a double tells to 1e-16, times what a library's own steps lose."""
LARGEST_ERROR = 1e-11
"""Of log-odds that anything is read off from."""


class Score:
    """The log-odds of an original, asked for rows of numbers and codes."""

    def __init__(self, original: Original, columns: Columns) -> None:
        self._original, self._columns = original, columns
        self.asked = 0

    def __call__(self, values: Floats) -> Floats:
        """(n,) log-odds.

        Raises
        ------
        LeftAsItIs
            If a risk is 0 or 1, where log-odds have no end.
        """
        risk = self._original.ask(self._columns.frame(values))
        self.asked += len(values)
        if ((risk <= 0) | (risk >= 1)).any():
            raise LeftAsItIs("its risk reaches 0 or 1, so it is no sum in log-odds")
        return np.log(risk) - np.log1p(-risk)


def error_of(log_odds: Floats) -> Floats:
    """(n,) how far the log-odds of a risk may be off: a risk near 1 hardly tells them."""
    with np.errstate(over="ignore"):
        error: Floats = ROUNDING * (4.0 + np.abs(log_odds) + 2.0 * np.exp(log_odds))
    return error
