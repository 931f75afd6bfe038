"""Which rows of a scored file are looked at, and in which order."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from model.files.results.scored_file import ScoredFile

Mask = NDArray[np.bool_]


class Group(StrEnum):
    """Rows that belong together for whoever works through them."""

    ALL = "All"
    ABOVE = "At or above"
    BELOW = "Below"
    UNSURE = "Interval on both sides"
    FLAGGED = "Flagged"
    REJECTED = "Rejected"


def groups(file: ScoredFile, threshold: float) -> dict[Group, Mask]:
    """(n,) for each group, which rows belong to it."""
    above = file.scored & (file.risk >= threshold)
    return {
        Group.ALL: np.ones(len(file), dtype=bool),
        Group.ABOVE: above,
        Group.BELOW: file.scored & ~above,
        Group.UNSURE: file.scored & (file.low < threshold) & (file.high >= threshold),
        Group.FLAGGED: file.scored & file.told,
        Group.REJECTED: ~file.scored,
    }


def found(file: ScoredFile, text: str) -> Mask:
    """(n,) rows with a text, whatever its capitals, in a column that is the caller's own."""
    hits = np.zeros(len(file), dtype=bool)
    for name in file.own_columns:
        here = pc.match_substring(file.words(name), text.strip(), ignore_case=True)
        hits |= pc.fill_null(here, False).to_numpy()
    return hits


def by_risk(file: ScoredFile, rows: Mask) -> NDArray[np.intp]:
    """Those rows from the highest risk down; rejected ones last, ties as in the file."""
    places = np.flatnonzero(rows)
    return places[np.argsort(-file.risk[places], kind="stable")]
