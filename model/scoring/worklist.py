"""The result for a file of patients: the caller's columns, then risk, interval and problems.

In CSV a text that a spreadsheet would run begins with an apostrophe; numbers stay as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from model.errors import FileRefused
from model.intake import Examined, csv_text
from model.intake.problems import problems
from model.schema import Schema
from model.scoring.assessment import BASE, CONTRIBUTION, INTERVAL, SUBMODEL, Assessment, Certainty

PROBLEMS = "problems"
UNUSUAL = "An unusual combination of values: few patients like this one were learned from."


def columns(schema: Schema, *, explain: bool) -> tuple[str, ...]:
    """What is added to the caller's columns."""
    reasons = (BASE, *(CONTRIBUTION + name for name in schema.names)) if explain else ()
    return ("risk", *INTERVAL, SUBMODEL, PROBLEMS, *reasons)


def require_room(names: Sequence[str], added: Sequence[str]) -> None:
    """Refuse a file that has a column of the result's already.

    Raises
    ------
    FileRefused
    """
    for name in names:
        if name in added:
            raise FileRefused(
                "result-there-already",
                f"Column {name} is in the file already, and is what this would write. Rename or "
                "remove it.",
                column=name,
            )


@dataclass(frozen=True)
class Rows:
    """Rows that follow each other, with what is added to them: one array a column."""

    examined: Examined
    added: tuple[pa.Array, ...]

    @classmethod
    def of(
        cls,
        examined: Examined,
        answer: Assessment,
        sure: Certainty,
        unusual: np.ndarray,
        schema: Schema,
    ) -> Rows:
        """`answer`, `sure` and `unusual` are of the accepted rows; the others get blanks."""
        checked = examined.checked
        kept = np.flatnonzero(~checked.rejected)
        strange = np.zeros(len(checked.rejected), dtype=bool)
        strange[kept] = unusual
        place = None if len(kept) == len(strange) else np.full(len(strange), -1)
        if place is not None:
            place[kept] = np.arange(len(kept))

        def spread(column: pa.Array) -> pa.Array:
            if place is None:
                return column
            return column.take(pa.array(place, mask=place < 0))

        told = problems(checked, schema, ((strange, UNUSUAL),))
        submodel = pa.array(sure.submodel, pa.string())
        before = [spread(pa.array(each)) for each in (answer.risk, sure.low, sure.high)]
        why = answer.explanation
        told_why = () if why is None else (why.base, *why.contributions.to_numpy().T)
        reasons = [spread(pa.array(each)) for each in told_why]
        return cls(examined, (*before, spread(submodel), told, *reasons))

    def as_text(self, added: int) -> list[pa.Array]:
        """Columns of text for CSV, with the first so many of what is added."""
        chunk = self.examined.chunk
        written = [*map(csv_text.theirs, chunk.written)] if chunk.lines is None else [chunk.lines]
        return [*written, *map(csv_text.ours, self.added[:added])]

    def as_columns(self, count: int) -> list[pa.Array]:
        """The caller's columns as they came, and what is added, so many in all."""
        return [*self.examined.chunk.written, *self.added][:count]


def header(names: Sequence[str], added: Sequence[str]) -> str:
    """The first line of a result in CSV."""
    cells = [csv_text.theirs(pa.array([name])) for name in (*names, *added)]
    return str(csv_text.rows(cells)[0].as_py())


class Table(Protocol):
    """A result being written."""

    def render(self, rows: Rows) -> bytes | pa.Table:
        """The rows in the table's own form; may be called for several at a time."""
        ...

    def write(self, part: bytes | pa.Table) -> None:
        """Add what was rendered; in order."""
        ...

    def close(self) -> None: ...


def table(file: BinaryIO, path: Path, names: Sequence[str], added: Sequence[str]) -> Table:
    """A result of the kind the path's ending asks for, CSV or Parquet."""
    return KINDS[path.suffix.lower()](file, names, added)


class CsvTable:
    """See `csv_text`."""

    def __init__(self, file: BinaryIO, names: Sequence[str], added: Sequence[str]) -> None:
        self._file = file
        self._added = len(added)
        file.write(header(names, added).encode() + b"\n")

    def render(self, rows: Rows) -> bytes:
        return csv_text.lines(rows.as_text(self._added))

    def write(self, part: bytes | pa.Table) -> None:
        assert isinstance(part, bytes)  # what this renders
        self._file.write(part)

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

    def write(self, part: bytes | pa.Table) -> None:
        assert isinstance(part, pa.Table)  # what this renders
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
