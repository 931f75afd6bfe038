"""What is wrong with each row, or worth a look, in one cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.intake.check import COLUMN_MISSING, Checked
from model.intake.issue import Severity
from model.schema import Schema

TOLD = (Severity.REJECTED, Severity.FLAGGED)

Sentence = tuple[NDArray[np.bool_], str]


def problems(checked: Checked, schema: Schema, more: Sequence[Sentence] = ()) -> pa.DictionaryArray:
    """(n,) texts, each told apart once: of each row the reasons it was rejected or flagged for, ""
    if there are none.

    more : further sentences, each with the rows it is true of.
    """
    count = len(checked.rejected)
    sentences = [each for each in (*_found(checked, schema), *more) if each[0].any()]
    # Few combinations occur: each is put into words once.
    which = np.zeros(count, dtype=np.int64)
    texts = np.array([""], dtype=object)
    for mask, sentence in sentences:
        both = np.concatenate([texts, [f"{text} {sentence}".strip() for text in texts]])
        which += len(texts) * mask
        used = np.flatnonzero(np.bincount(which))
        place = np.zeros(len(both), dtype=np.int64)
        place[used] = np.arange(len(used))
        texts, which = both[used], place[which]
    return pa.DictionaryArray.from_arrays(pa.array(which, pa.int32()), pa.array(texts, pa.string()))


def _found(checked: Checked, schema: Schema) -> list[Sentence]:
    count = len(checked.rejected)
    found = []
    for finding in checked.findings:
        if finding.severity not in TOLD:
            continue
        mask = np.zeros(count, dtype=bool)
        if finding.rows is not None:
            mask[finding.rows] = True
            found.append((mask, finding.reason))
        elif finding.code == COLUMN_MISSING and finding.column:
            mask[:] = True
            label = schema[finding.column].label
            found.append((mask, f"{label} ({finding.column}): not measured."))
    return found
