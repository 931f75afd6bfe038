"""What is mistaken for a study's data: other codes for the same inputs, and known bad copies."""

from __future__ import annotations

from dataclasses import dataclass

Pairs = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Recoding:
    """Other codes that are in circulation for the same inputs, as in a well-known copy.

    Each of `codes` is an input with pairs of their value and ours; None where they mean "missing".
    """

    name: str
    label: str
    codes: tuple[tuple[str, tuple[tuple[float, float | None], ...]], ...]


@dataclass(frozen=True)
class BadCopy:
    """A copy of the study's data that must not be scored as it is, and how to know it.

    `sums` are totals of its columns over all `rows`, whatever their order.
    """

    rows: int
    sums: Pairs
    reason: str
    blanks: tuple[tuple[str, int], ...] = ()
    """How many blanks these columns have in it, where that tells it from the original."""
    recoded: str = ""
    """The recoding it is in; converted from it, it may be scored."""
