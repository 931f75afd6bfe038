"""A table from text: CSV in any common encoding, with any common separator."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

import pandas as pd

from model.errors import FileRefused, TableRefused
from model.studies import written_numbers
from model.studies.table_bounds import require_apart, require_size
from model.tables import encoding
from model.tables.wording import rows_above
from model.tables.workbook import LOOKED_AT_ROWS

_DELIMITERS = ",;\t|"


def decoded(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and what was understood of its encoding.

    Raises
    ------
    TableRefused
        If it is no text, or in no encoding that is known.
    """
    try:
        found = encoding.recognise(BytesIO(data))
        text = found.read(BytesIO(data))
    except FileRefused as error:
        raise TableRefused(f"{name}: {error}") from None
    return text, tuple(sentence for _, sentence in found.said)


def frame_of_text(
    text: str, name: str, columns: Sequence[str] = (), outcome: str = ""
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table, and what was understood of it.

    Parameters
    ----------
    columns : names of the columns, where the first line holds something else.
    outcome : a column's name by which the header is told from lines above it.
    """
    above, delimiter = _beginning(text, "" if columns else outcome)
    text = text.split("\n", above)[above]
    header = _header(text, delimiter, name, columns, above)
    try:
        frame: pd.DataFrame = pd.read_csv(
            StringIO(text),
            sep=delimiter,
            decimal="," if delimiter == ";" else ".",
            header=None,
            skiprows=1,
            names=header,
            index_col=False,
            skipinitialspace=True,
            keep_default_na=False,
            na_values=[""],
            low_memory=False,
        )
    except (ValueError, pd.errors.ParserError):
        raise TableRefused(f"{name} is not a CSV table that can be read.") from None
    for column in frame.columns:
        frame[column] = written_numbers.read(frame[column])
    return frame, (rows_above(above),) if above else ()


def _beginning(text: str, outcome: str) -> tuple[int, str]:
    """How many lines stand above the header, and what separates its cells."""
    lines = text.split("\n", LOOKED_AT_ROWS)[:LOOKED_AT_ROWS]
    for above, line in enumerate(lines if outcome else []):
        delimiter = max(_DELIMITERS, key=line.count)
        if outcome in (cell.strip().strip('"') for cell in line.strip("\r").split(delimiter)):
            return above, delimiter
    return 0, max(_DELIMITERS, key=lines[0].count)


def _header(text: str, delimiter: str, name: str, columns: Sequence[str], above: int) -> list[str]:
    """The column names, once every row was seen to have as many cells."""
    rows = csv.reader(StringIO(text), delimiter=delimiter, skipinitialspace=True)
    try:
        first = [cell.strip() for cell in next(rows, [])]
        if not first:
            raise TableRefused(f"{name} has no header in its first line.")
        require_size(0, len(first), name)
        header = list(columns) or require_apart(first, name)
        for row in rows:
            if row and len(row) != len(header):
                if columns:
                    raise TableRefused(
                        f"{name} has {len(row)} columns; the study names {len(columns)}."
                    )
                raise TableRefused(
                    f"{name}, line {rows.line_num + above}: has {len(row)} cells, and the header "
                    f"has {len(header)}. Put a text that holds {delimiter!r} in double quotes."
                )
    except csv.Error:
        raise TableRefused(f"{name}, line {rows.line_num + above}, is not CSV.") from None
    return header
