"""Effects that run against what clinicians expect, as a version's card tells them."""

from __future__ import annotations

from collections.abc import Sequence

from model.schema import Schema
from model.scoring.documents import Card, Contrary


def contraries(card: Card | None) -> tuple[Contrary, ...]:
    """Those of a card, the largest first; none of a card written before they were kept apart."""
    return card.contraries if card is not None else ()


def line(found: Sequence[Contrary], schema: Schema, feature: str, value: float) -> str | None:
    """What a reader is told at the bar of an input; None if nothing runs against expectation."""
    for contrary in found:
        if contrary.feature == feature and _concerns(contrary, schema, value):
            return contrary.line
    return None


def _concerns(contrary: Contrary, schema: Schema, value: float) -> bool:
    """Whether it is about a patient with this value: a code must be one of the two, a number runs
    the wrong way wherever it lies.
    """
    is_either = value in (contrary.riskier, contrary.safer)
    return not schema[contrary.feature].is_coded or is_either
