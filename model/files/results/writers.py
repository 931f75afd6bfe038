"""Where the result for a file of patients goes: a file of CSV or Parquet, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        return self._kind is ParquetTable

    @property
    def _kind(self) -> type[CsvTable] | type[ParquetTable]:
        return KINDS[self.path.suffix.lower()]

    @contextmanager
    def begun(self, names: Sequence[str], added: Sequence[str]) -> Iterator[Table]:
        with appearing(self.path) as file, closing(self._kind(file, names, added)) as table:
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


KINDS: dict[str, type[CsvTable] | type[ParquetTable]] = {
    ".csv": CsvTable,
    ".parquet": ParquetTable,
}
