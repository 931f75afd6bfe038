"""One pass over a file of patients: read, guarded, converted, checked and reported, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

import numpy as np

from model.errors import FileRefused
from model.files.check_report import Report
from model.files.reading.coding_guard import Guard
from model.files.reading.conversion import Conversions
from model.files.reading.csv_rows import Chunk
from model.files.reading.readers import Patients, Piece, open_patients
from model.files.understanding.mapping import FileMapping
from model.intake.cells import Cells
from model.intake.check import Checked, check_cells
from model.intake.issue import Finding, Severity
from model.schema import Schema

WORKERS = 2
AHEAD = 3  # pieces in work while the first of them is awaited: memory stays bounded

T = TypeVar("T")
Progress = Callable[[int, float], None]
"""Called with the rows done and the part of the file that is, 0 to 1."""


@dataclass(frozen=True)
class Examined:
    """Rows that follow each other in a file, and what became of them."""

    chunk: Chunk
    checked: Checked
    read: dict[str, Cells]


class Examination:
    """A file being examined. Iterate once; `report` is complete when the iteration is.

    With `then`, each chunk is also given to that function, on several threads, and its results
    come out in the file's order. Nothing comes out of a file that is refused at its beginning; one
    that is refused later raises `FileRefused` in the midst, so keep results apart until the end.
    """

    def __init__(
        self,
        file: BinaryIO,
        schema: Schema,
        *,
        convert: Collection[str] = (),
        mapping: FileMapping | None = None,
        sheet: str = "",
        cells: bool = False,
        progress: Progress = lambda rows, done: None,
    ) -> None:
        """Open the file.

        Parameters
        ----------
        file : CSV, Parquet or an Excel workbook, that can be read twice.
        convert : names of conversions its owner asks for; see `conversion.offered`.
        mapping : how its owner says that its columns are to be read.
        sheet : of a workbook, the one with the patients.
        cells : keep every cell of the caller's, not only rows as they stand.

        Raises
        ------
        InputError
            If the study knows no such conversion.
        """
        self.report = Report()
        self.schema = schema
        self._conversions = Conversions.of(schema, convert, mapping)
        self._guard = Guard(schema, self._conversions)
        self._cells = cells
        self._progress = progress
        self._patients: Patients | None = None
        try:
            self._patients = open_patients(file, schema, mapping, sheet)
            self.report.say((*self._conversions.findings, *self._patients.findings))
        except FileRefused as refused:
            self.report.refusal = refused

    @property
    def names(self) -> tuple[str, ...]:
        """The caller's columns; none of a file that was refused unread."""
        return self._patients.names if self._patients else ()

    def run(self, then: Callable[[Examined], T]) -> Iterator[T]:
        """Examine the file, and give each chunk to `then`.

        Raises
        ------
        FileRefused
        """
        if self._patients is None:
            assert self.report.refusal is not None  # the one thing that keeps it unopened
            raise self.report.refusal
        try:
            yield from self._run(self._patients, then)
            self._guard.require_meant()
            self.report.say(self._guard.findings)
            self.report.require_rows()
        except FileRefused as refused:
            self.report.refusal = refused
            raise
        finally:
            self.report.end()

    def _run(self, patients: Patients, then: Callable[[Examined], T]) -> Iterator[T]:
        def work(piece: Piece) -> list[tuple[Examined, Guard, T]]:
            parts = patients.read(piece, cells=self._cells)
            found = (examined(part, self.schema, self._conversions) for part in parts)
            return [(each, self._evidence(each), then(each)) for each in found]

        pieces = patients.pieces()
        begun = False
        with ThreadPoolExecutor(WORKERS) as pool:
            for done, results in _in_order(pool, work, pieces):
                for each, evidence, result in results:
                    self._guard.merge(evidence, follows=True)
                    self.report.add(each.chunk, each.checked.rejected, each.checked.findings)
                    yield result
                if done < 1 and not begun:  # a file that means something else shows it early
                    self._guard.require_meant()
                begun = True
                self._progress(self.report.rows, done)

    def _evidence(self, each: Examined) -> Guard:
        """What a chunk says of the meaning of its file."""
        guard = Guard(self.schema, self._conversions)
        guard.add(each.read, each.chunk.count, each.chunk.columns)
        return guard


def examined(chunk: Chunk, schema: Schema, conversions: Conversions) -> Examined:
    """The rows of a chunk, read, converted and checked."""
    read = {name: conversions.read(column, schema[name]) for name, column in chunk.columns.items()}
    if len(chunk.wrong_width):
        wrong = np.isin(np.arange(chunk.count), chunk.wrong_width)
        read = {name: cells.unread(wrong) for name, cells in read.items()}
    converted = {name: conversions.apply(name, cells) for name, cells in read.items()}
    checked = check_cells(converted, chunk.count, schema)
    return Examined(chunk, _without(checked, chunk) if len(chunk.wrong_width) else checked, read)


def examine(
    file: BinaryIO,
    schema: Schema,
    *,
    convert: Collection[str] = (),
    mapping: FileMapping | None = None,
    sheet: str = "",
    progress: Progress = lambda rows, done: None,
) -> Report:
    """The report of a whole file, refused or not.

    Raises
    ------
    InputError
        If the study knows no such conversion.
    """
    examination = Examination(
        file, schema, convert=convert, mapping=mapping, sheet=sheet, progress=progress
    )
    with suppress(FileRefused):  # the report says so
        deque(examination.run(lambda examined: None), maxlen=0)
    return examination.report


def _without(checked: Checked, chunk: Chunk) -> Checked:
    """Nothing is read from a row with too few or too many cells: any may stand elsewhere."""
    wrong = chunk.wrong_width
    what = "has another number of cells than the header. Nothing of it was read; correct the row."
    finding = Finding(Severity.REJECTED, "wrong-number-of-cells", what, rows=wrong)
    rejected = checked.rejected.copy()
    rejected[wrong] = True
    others = []
    for told in checked.findings:
        rows = None if told.rows is None else np.setdiff1d(told.rows, wrong, assume_unique=True)
        if rows is None or len(rows):
            others.append(
                Finding(told.severity, told.code, told.what, told.place, told.column, rows)
            )
    return Checked(checked.values, rejected, (finding, *others))


def _in_order(
    pool: ThreadPoolExecutor,
    work: Callable[[Piece], T],
    pieces: Iterator[tuple[Piece, float]],
) -> Iterator[tuple[float, T]]:
    """The results of `work` in the order of the pieces, of which a few are in work at a time."""
    waiting: deque[tuple[float, Future[T]]] = deque()
    try:
        for piece, done in pieces:
            waiting.append((done, pool.submit(work, piece)))
            if len(waiting) >= AHEAD:
                ready, future = waiting.popleft()
                yield ready, future.result()
        while waiting:
            ready, future = waiting.popleft()
            yield ready, future.result()
    finally:
        for _, future in waiting:
            future.cancel()
