"""The number behind a model's risk: its log-odds, or what else it adds up on."""

from __future__ import annotations

from model.adoption.original import Original
from model.adoption.transcription.columns import Columns
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.sums.scales import SCALES
from model.numerics.arrays import Floats
from model.scoring.engine import LOG_ODDS


class Score:
    """What an original adds up, asked for rows of numbers and codes.

    scale : on which; see `SCALES`. What is called log-odds is on it.
    """

    def __init__(self, original: Original, columns: Columns, scale: str = LOG_ODDS) -> None:
        self._original, self._columns, self.scale = original, columns, SCALES[scale]

    def __call__(self, values: Floats) -> Floats:
        """(n,) log-odds.

        Raises
        ------
        LeftAsItIs
            If a risk is 0 or 1, where log-odds have no end.
        """
        risk = self._original.ask(self._columns.frame(values))
        if ((risk <= 0) | (risk >= 1)).any():
            raise LeftAsItIs(f"its risk reaches 0 or 1, so it is no sum in {self.scale.name}")
        return self.scale.number(risk)

    def error(self, log_odds: Floats) -> Floats:
        """(n,) how far the log-odds of a risk may be off: a risk near 1 hardly tells them."""
        return self.scale.error(log_odds)
