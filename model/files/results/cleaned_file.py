"""The accepted rows of a file, in canonical units and codes, as a new file."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from model.errors import FileRefused
from model.files import csv_text
from model.files.atomic_write import appearing
from model.files.check_file import Examination, Examined
from model.files.check_report import Report
from model.files.understanding.mapping import FileMapping
from model.schema import Schema

ROW = "row"


def clean(
    file: BinaryIO,
    output: Path,
    schema: Schema,
    *,
    convert: Collection[str] = (),
    mapping: FileMapping | None = None,
    sheet: str = "",
) -> Report:
    """Write the row number and the features of every accepted row; blank means not measured.

    Nothing is written of a file that is refused.

    Raises
    ------
    OutputError
        If the result cannot be written.
    InputError
        If the study knows no such conversion.
    """
    examination = Examination(file, schema, convert=convert, mapping=mapping, sheet=sheet)
    first = 1
    try:
        with appearing(output) as result:
            result.write(",".join((ROW, *schema.names)).encode() + b"\n")
            for examined in examination.run(lambda each: each):
                result.write(_lines(examined, first))
                first += examined.chunk.count
    except FileRefused:
        pass  # the report says so
    return examination.report


def _lines(examined: Examined, first: int) -> pa.Buffer:
    kept = ~examined.checked.rejected
    values = examined.checked.values[kept]
    columns = [pa.array(column, from_pandas=True) for column in values.T]
    numbers = pa.array(np.flatnonzero(kept) + first)
    return csv_text.lines([csv_text.ours(each) for each in (numbers, *columns)])
