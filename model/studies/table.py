"""A table of patients from the bytes of its file: CSV, Parquet or Excel, by the file's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

import pandas as pd

from model.errors import FileRefused, TableRefused
from model.studies import sheet as sheets
from model.studies.table_bounds import require_apart, require_size
from model.studies.text_table import decoded, frame_of_text

EXCEL = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class TableRead:
    """A table, as it was written: numbers where a whole column is numbers, else words.

    sheet : it was on, where the workbook has several. said : what was understood of the file.
    """

    frame: pd.DataFrame
    sheet: str = ""
    said: tuple[str, ...] = ()


def read_table(
    data: bytes, name: str, columns: Sequence[str] = (), *, sheet: str = "", outcome: str = ""
) -> TableRead:
    """The table in these bytes, within the limits that hold for every file of patients.

    Parameters
    ----------
    columns : names of the columns, where a CSV file's first line holds something else.
    sheet : of a workbook, where several could hold the patients.
    outcome : a column's name, by which the sheet and the header are found.

    Raises
    ------
    TableRefused, ExtraMissing
        If it cannot be read as a table of that kind, or is larger than a study may be.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in (".parquet", ".pq"):
        read = TableRead(_parquet(data, name))
    elif suffix in EXCEL:
        found = sheets.read(data, name, sheet, outcome)
        frame, _ = frame_of_text(found.text, name)
        read = TableRead(frame, found.title, found.said)
    else:
        require_size(data.count(b"\n") - 1, 1, name)
        text, said = decoded(data, name)
        frame, more = frame_of_text(text, name, columns, outcome)
        read = TableRead(frame, "", (*said, *more))
    require_size(len(read.frame), read.frame.shape[1], name)
    if read.frame.empty:
        raise TableRefused(f"{name} holds no patients. It needs a header and a row a patient.")
    return read


def _parquet(data: bytes, name: str) -> pd.DataFrame:
    # Arrow is loaded for a table that is Parquet alone.
    from model.tables import parquet

    try:
        opened = parquet.opened(BytesIO(data))
        require_size(opened.metadata.num_rows, opened.metadata.num_columns, name)
        names = require_apart(opened.schema_arrow.names, name)
        pieces = [
            piece.to_pandas(ignore_metadata=True).set_axis(names, axis=1)
            for piece, _ in parquet.pieces(opened, len(data))
        ]
    except FileRefused as error:
        raise TableRefused(f"{name}: {error}") from None
    except parquet.UNREADABLE:
        raise TableRefused(f"{name} is not a Parquet file that can be read.") from None
    for piece in pieces:
        for column in piece.columns[piece.dtypes == "category"]:
            piece[column] = piece[column].astype("object")  # texts are shared, not copied
    return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=names)
