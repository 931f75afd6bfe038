"""Centres terms over the patients that contributions are held against."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.adoption.transcription.known_rows import KnownRows
from model.numerics.arrays import Columns, Floats
from model.scoring.piecewise import Surface
from model.scoring.terms import RatioOf, Term
from model.training.export.parts import centred_ratio


def by_name(known: KnownRows, rows: Floats) -> Columns:
    """(n, inputs) rows as a column an input, by its name."""
    return dict(zip(known.columns.names, np.ascontiguousarray(rows.T), strict=True))


def centred(term: Term, background: Columns) -> Term:
    """The term with its means over the background."""
    if isinstance(term, Surface):
        first, second, mean = term.means(background)
        return replace(
            term, first_mean=tuple(first.tolist()), second_mean=tuple(second.tolist()), mean=mean
        )
    if isinstance(term, RatioOf):
        return centred_ratio(term, background)
    return replace(term, mean=float(term.effect(background).mean()))
