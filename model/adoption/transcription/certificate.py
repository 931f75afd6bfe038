"""Proof that numbers are the model: both are asked about the same rows, and compared."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from model.adoption.original import Original
from model.adoption.transcription.columns import Columns
from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.left import LeftAsItIs
from model.numerics.arrays import Floats
from model.scoring.certificate import PROOF_ROWS, TOLERANCE, Certificate


def prove(
    original: Original,
    known: KnownRows,
    risk: Callable[[Floats], Floats],
    *,
    kind: str,
    tolerance: float = TOLERANCE,
) -> Certificate:
    """Compare 10,000 hybrids, every word, and the rows logged with the model.

    Raises
    ------
    LeftAsItIs
        If a risk differs by more than the tolerance.
    """
    columns = known.columns
    values = np.vstack([known.hybrids(PROOF_ROWS, seed=3), *_every_code(known)])
    differences = [np.abs(risk(values) - original.ask(columns.frame(values)))]
    example = original.example
    if example is not None and len(example):
        differences.append(_of_example(original, columns, risk, example))
    worst = max(float(difference.max()) for difference in differences)
    if not worst <= tolerance:
        raise LeftAsItIs(f"what was read off as {kind} gives risks that differ by {worst:.2g}")
    return Certificate(
        original.reference,
        dict(original.files),
        dict(original.environment),
        kind,
        sum(len(difference) for difference in differences),
        0 if example is None else len(example),
        tuple(of.name for of in columns.inputs if of.missing),
        tolerance,
        worst,
    )


def _of_example(
    original: Original,
    columns: Columns,
    risk: Callable[[Floats], Floats],
    example: pd.DataFrame,
) -> Floats:
    try:
        values = columns.values(example)
    except ValueError as error:
        raise LeftAsItIs(f"the rows logged with it cannot be read: {error}") from error
    difference: Floats = np.abs(risk(values) - original.ask(example[list(columns.names)]))
    return difference


def _every_code(known: KnownRows) -> list[Floats]:
    """Rows that hold every code of every input."""
    rows = []
    for at, codes in known.columns.coded.items():
        of_input = known.hybrids(len(codes), seed=4 + at, blanks=False)
        of_input[:, at] = codes
        rows.append(of_input)
    return rows
