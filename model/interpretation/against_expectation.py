"""Effects that run against what clinicians expect, as a version's card tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.schema import Schema
from model.scoring.documents import Card


@dataclass(frozen=True)
class Contrary:
    """Two values of an input of which the one expected to be riskier scores lower.

    line : the same in one sentence, for a reader at the bar of this input.
    """

    feature: str
    riskier: float
    safer: float
    line: str

    def concerns(self, schema: Schema, value: float) -> bool:
        """Whether it is about a patient with this value: a code must be one of the two, a number
        runs the wrong way wherever it lies.
        """
        return not schema[self.feature].is_coded or value in (self.riskier, self.safer)


def contraries(card: Card | None) -> tuple[Contrary, ...]:
    """Those of a card, the largest first; none of a card written before they were kept apart."""
    if card is None:
        return ()
    return tuple(
        Contrary(each.feature, each.riskier, each.safer, each.line) for each in card.contraries
    )


def line(found: Sequence[Contrary], schema: Schema, feature: str, value: float) -> str | None:
    """What a reader is told at the bar of an input; None if nothing runs against expectation."""
    for contrary in found:
        if contrary.feature == feature and contrary.concerns(schema, value):
            return contrary.line
    return None
