"""Whether an original's answer to a patient depends on that patient alone."""

from __future__ import annotations

import numpy as np

from model.adoption.original import Original
from model.adoption.transcription.columns import Columns
from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.left import LeftAsItIs

REPEATABLE = 1e-12
"""In risk: what adding up in another order may change."""
ASKED_AGAIN_ROWS = 400
ALONE_ROWS = 20


def require_repeatable(
    original: Original, columns: Columns, known: KnownRows, tolerance: float = REPEATABLE
) -> None:
    """Ask about the same rows again, backwards, one by one and in blocks.

    Raises
    ------
    LeftAsItIs
        If an answer depends on anything but the patient.
    """
    rows = columns.frame(known.hybrids(ASKED_AGAIN_ROWS, seed=2))
    first = original.ask(rows)
    if not np.abs(original.ask(rows) - first).max() <= tolerance:
        raise LeftAsItIs("it gives the same patient another risk when asked again")
    if not np.abs(original.ask(rows[::-1])[::-1] - first).max() <= tolerance:
        raise LeftAsItIs("its risks depend on the order of the patients")
    alone = np.concatenate([original.ask(rows[at : at + 1]) for at in range(ALONE_ROWS)])
    block = original.ask(rows[7:107])
    apart = max(np.abs(alone - first[:ALONE_ROWS]).max(), np.abs(block - first[7:107]).max())
    if not apart <= tolerance:
        raise LeftAsItIs("its risks depend on how many patients are asked about at once")
