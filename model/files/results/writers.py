"""Where the result for a file of patients goes: a file of CSV, Parquet or Excel, whole or not at
all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from model.files import csv_text
from model.files.atomic_write import appearing
from model.files.results import result_rows
from model.files.results.result_rows import Rows
from model.files.results.workbook_table import SheetWriter, rendered

AT_ONCE = 16_384  # rows whose text is made together, in the processor's cache


class Table(Protocol):
    """A result being made."""

    def render(self, rows: Rows) -> Any:
        """The rows in the table's own form; may be called for several at a time."""
        ...

    def write(self, part: Any) -> None:
        """Add what was rendered; in order."""
        ...

    def close(self) -> None: ...


class Sink(Protocol):
    """Takes a result, if it comes to its end."""

    @property
    def cells(self) -> bool:
        """Whether every cell of the caller's is needed, and not only rows as they stand."""
        ...

    def begun(self, names: Sequence[str], added: Sequence[str]) -> AbstractContextManager[Table]:
        """A table of the caller's columns and those added; the result stands when it is left
        without an error, and nothing of it does otherwise.
        """
        ...


@dataclass(frozen=True)
class InFile:
    """A file of the kind its ending asks for; see `appearing`."""

    path: Path

    @property
    def cells(self) -> bool:
        return self._kind.table is not CsvTable

    @property
    def _kind(self) -> Kind:
        return KINDS[self.path.suffix.lower()]

    @contextmanager
    def begun(self, names: Sequence[str], added: Sequence[str]) -> Iterator[Table]:
        with (
            appearing(self.path) as file,
            closing(self._kind.table(file, names, added)) as table,
        ):
            yield table


class CsvTable:
    """See `csv_text`."""

    def __init__(self, file: BinaryIO, names: Sequence[str], added: Sequence[str]) -> None:
        self._file = file
        self._added = len(added)
        file.write(result_rows.header(names, added).encode() + b"\n")

    def render(self, rows: Rows) -> list[pa.Buffer]:
        texts = rows.as_text(self._added)
        return [
            csv_text.lines([column[first : first + AT_ONCE] for column in texts])
            for first in range(0, len(rows.values), AT_ONCE)
        ]

    def write(self, part: list[pa.Buffer]) -> None:
        self._file.writelines(part)

    def close(self) -> None:
        pass


class ParquetTable:
    """The caller's columns as they came: text from CSV, their own types from Parquet."""

    def __init__(self, file: BinaryIO, names: Sequence[str], added: Sequence[str]) -> None:
        self._file = file
        self._names = [*names, *added]
        self._writer: pq.ParquetWriter | None = None

    def render(self, rows: Rows) -> pa.Table:
        return pa.table(rows.as_columns(len(self._names)), names=self._names)

    def write(self, part: pa.Table) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, part.schema)
        self._writer.write_table(part)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class WorkbookTable:
    """An Excel workbook of one sheet; see `workbook_table`."""

    def __init__(self, file: BinaryIO, names: Sequence[str], added: Sequence[str]) -> None:
        self._count = len(names) + len(added)
        self._writer = SheetWriter(
            file, csv_text.harmless(pa.array([*names, *added], pa.string())).to_pylist()
        )

    def render(self, rows: Rows) -> pa.Array:
        own = [*map(csv_text.harmless, rows.written)]
        return rendered([*own, *rows.added][: self._count])

    def write(self, part: pa.Array) -> None:
        self._writer.write(part)

    def close(self) -> None:
        self._writer.close()


@dataclass(frozen=True)
class Kind:
    """A kind of file a result is written as. label, mime : as a browser is offered it. table :
    writes to an open file the caller's columns and those added.
    """

    label: str
    mime: str
    table: Callable[[BinaryIO, Sequence[str], Sequence[str]], Table]


KINDS = {
    ".xlsx": Kind(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        WorkbookTable,
    ),
    ".csv": Kind("CSV", "text/csv", CsvTable),
    ".parquet": Kind("Parquet", "application/vnd.apache.parquet", ParquetTable),
}
"""By the ending of the file's name, the one most asked for first."""
