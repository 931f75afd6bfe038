"""A table of patients from the bytes of its file: CSV, Parquet or Excel, by the file's name."""

from __future__ import annotations

import csv
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from io import BytesIO, StringIO
from pathlib import PurePath

import pandas as pd

from model.errors import ExtraMissing, TableRefused

MOST_ROWS = 100_000
MOST_COLUMNS = 500
LARGEST_UNPACKED_BYTES = 200_000_000
_DELIMITERS = ",;\t|"
_EXCEL = (".xlsx", ".xlsm")


def frame_of(data: bytes, name: str, columns: Sequence[str] = ()) -> pd.DataFrame:
    """The table as it was written: numbers where a whole column is numbers, else words.

    Parameters
    ----------
    columns : names of the columns, where a CSV file's first line holds something else.

    Raises
    ------
    TableRefused
        If it cannot be read as a table of that kind, or is larger than a study may be.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in (".parquet", ".pq"):
        frame = _parquet(data, name)
    elif suffix in _EXCEL:
        frame = _excel(data, name)
    else:
        frame = _csv(data, name, columns)
    _require_size(len(frame), frame.shape[1], name)
    if frame.empty:
        raise TableRefused(f"{name} holds no patients. It needs a header and a row a patient.")
    return frame


def _parquet(data: bytes, name: str) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(BytesIO(data))
        _require_size(file.metadata.num_rows, file.metadata.num_columns, name)
        _require_apart(file.schema_arrow.names, name)
        frame: pd.DataFrame = file.read().to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, TableRefused):
            raise
        raise TableRefused(f"{name} is not a Parquet file that can be read.") from None
    return frame


def _excel(data: bytes, name: str) -> pd.DataFrame:
    """The first sheet; its first row is the header. Formulas give the values they were saved with.

    Bounded before it is opened: an archive of some kilobytes may unpack to gigabytes.
    """
    damaged = TableRefused(f"{name} is not an Excel file that can be read. Save it again as .xlsx.")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise damaged from None
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise TableRefused(f"{name} is larger than this program reads. Save the sheet as CSV.")
    try:
        import openpyxl  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise ExtraMissing("Reading an Excel table", "openpyxl>=3.1,<4") from None
    text = StringIO()
    writer = csv.writer(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts it passes over: charts, validation rules
            workbook = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()  # what a sheet says of its own size may be anything
            for number, row in enumerate(sheet.iter_rows(values_only=True)):
                _require_size(number, len(row), name)
                writer.writerow("" if cell is None else _cell(cell) for cell in row)
            workbook.close()
    except TableRefused:
        raise
    except Exception:  # of many kinds, whatever is wrong in a part; its text may quote a cell
        raise damaged from None
    return _csv(text.getvalue().encode(), name, ())


def _cell(cell: object) -> str:
    """A cell as it would be in CSV: a date as its day where it has no time."""
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


def _csv(data: bytes, name: str, columns: Sequence[str]) -> pd.DataFrame:
    _require_size(data.count(b"\n") - 1, 1, name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TableRefused(f"{name}, line {line}, is not UTF-8. Save it as CSV UTF-8.") from None
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    header = _header(text, delimiter, name, columns)
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
    return frame


def _header(text: str, delimiter: str, name: str, columns: Sequence[str]) -> list[str]:
    """The column names, once every row was seen to have as many cells."""
    rows = csv.reader(StringIO(text), delimiter=delimiter, skipinitialspace=True)
    try:
        first = [cell.strip() for cell in next(rows, [])]
        if not first:
            raise TableRefused(f"{name} is empty.")
        _require_size(0, len(first), name)
        header = list(columns) or _require_apart(first, name)
        for row in rows:
            if row and len(row) != len(header):
                if columns:
                    raise TableRefused(
                        f"{name} has {len(row)} columns; the study names {len(columns)}."
                    )
                raise TableRefused(
                    f"{name}, line {rows.line_num}: has {len(row)} cells, and the header has "
                    f"{len(header)}. Put a text that holds {delimiter!r} in double quotes."
                )
    except csv.Error:
        raise TableRefused(f"{name}, line {rows.line_num}, is not CSV.") from None
    return header


def _require_apart(header: Iterable[str], name: str) -> list[str]:
    """The header, where no two names are the same; a column without one is called by its place."""
    told = [cell or f"column {place}" for place, cell in enumerate(header, 1)]
    for column, count in Counter(told).items():
        if count > 1:
            raise TableRefused(
                f"{name} has {count} columns called {column!r}. Give each column a name of its own."
            )
    return told


def _require_size(rows: int, columns: int, name: str) -> None:
    if rows > MOST_ROWS:
        raise TableRefused(
            f"{name} has {rows:,} rows; a study is trained on at most {MOST_ROWS:,}, as it is "
            "fitted again some hundred times. Draw a sample of them at random, and keep the rest "
            "to validate on."
        )
    if columns > MOST_COLUMNS:
        raise TableRefused(
            f"{name} has {columns:,} columns; a study reads at most {MOST_COLUMNS:,}. Keep the "
            "outcome and the columns a clinician would fill in."
        )
