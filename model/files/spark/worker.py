"""A part of many files, as a worker of a cluster gets it: Arrow batches in, Arrow batches out.

Each worker loads the bundle from the bytes it was sent, and the bundle proves itself there.
"""

from __future__ import annotations

import csv
import pickle
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from model.errors import FileRefused
from model.files import csv_text, score_file
from model.files.check_file import Examined, examined
from model.files.reading import csv_rows as chunks
from model.files.reading.coding_guard import Guard
from model.files.reading.conversion import Conversions
from model.files.reading.csv_rows import Chunk
from model.files.reading.dialect import Layout
from model.files.reading.header import Header
from model.files.reading.readers import typed
from model.files.results import result_rows
from model.files.understanding.mapping import FileMapping
from model.intake import Severity
from model.scoring.bundle import Bundle
from model.scoring.loaded_model import LoadedModel

NOT_UTF8 = "\ufffd"  # what stands where bytes were no UTF-8
BOM = "\ufeff"

_LOADED: dict[str, LoadedModel] = {}

Batches = Iterable[pa.RecordBatch]
Reason = tuple[Severity, str, str | None, str]


@dataclass
class Found:
    """What was found in some rows: counts, no row and no value.

    reasons : rows by severity, code, column and sentence. refusal : why none of them is scored.
    """

    guard: Guard
    rows: int = 0
    rejected: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)
    refusal: FileRefused | None = None

    def add(self, each: Examined) -> None:
        """Take in some rows."""
        self.guard.add(each.read, each.chunk.count, each.chunk.columns)
        self.rows += each.chunk.count
        self.rejected += int(each.checked.rejected.sum())
        for finding in each.checked.findings:
            if finding.rows is not None:
                reason = (finding.severity, finding.code, finding.column, finding.reason)
                self.reasons[reason] += len(finding.rows)

    def merge(self, other: Found) -> None:
        """Take in what was found in other rows."""
        self.guard.merge(other.guard)
        self.rows += other.rows
        self.rejected += other.rejected
        self.reasons += other.reasons
        self.refusal = self.refusal or other.refusal


@dataclass(frozen=True)
class Work:
    """What a worker needs to know: numbers and names, no patient.

    layout : of lines of text; None for typed columns. heading : the header as it stands in every
    file. as_text : whether the result is lines of CSV, or columns.
    """

    source: Bundle
    header: Header
    layout: Layout | None = None
    heading: str = ""
    convert: tuple[str, ...] = ()
    mapping: FileMapping | None = None
    explain: bool = False
    as_text: bool = True

    @property
    def model(self) -> LoadedModel:
        """Loaded and proven once in a worker, whatever number of parts it gets."""
        if self.source.digest not in _LOADED:
            _LOADED[self.source.digest] = LoadedModel.from_bundle(self.source)
        return _LOADED[self.source.digest]

    @property
    def added(self) -> tuple[str, ...]:
        """What is added to the caller's columns."""
        return result_rows.columns(self.model.schema, explain=self.explain)

    def find(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Only check: one row, which holds what was `Found`, pickled."""
        schema = self.model.schema
        found = Found(Guard(schema, Conversions.of(schema, self.convert, self.mapping)))
        try:
            for examined in self._examined(batches):
                found.add(examined)
        except FileRefused as refused:
            found.refusal = refused
        yield pa.RecordBatch.from_arrays([pa.array([pickle.dumps(found)])], names=["found"])

    def score(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """The rows of the result, below the header if they are lines."""
        names, model, added = self.header.names, self.model, self.added
        if self.as_text:
            heading = result_rows.header(names, added)
            yield pa.RecordBatch.from_arrays([pa.array([heading])], names=["value"])
        with threadpool_limits(1):  # there are as many workers as there are cores
            for examined in self._examined(batches):
                rows = score_file.answer(examined, model, model, explain=self.explain)
                if self.as_text:
                    lines = csv_text.rows(rows.as_text(len(added)))
                    yield pa.RecordBatch.from_arrays([lines], names=["value"])
                else:
                    every = [*names, *added]
                    yield pa.RecordBatch.from_arrays(rows.as_columns(len(every)), names=every)

    def _examined(self, batches: Batches) -> Iterator[Examined]:
        schema = self.model.schema
        conversions = Conversions.of(schema, self.convert, self.mapping)
        for part in self._parts(batches):
            if part.count:
                yield examined(part, schema, conversions)

    def _parts(self, batches: Batches) -> Iterator[Chunk]:
        if self.layout is None:
            return (typed(batch, self.header.places) for batch in batches)
        return self._from_lines(batches, self.layout)

    def _from_lines(self, batches: Batches, layout: Layout) -> Iterator[Chunk]:
        for lines in self._below_header(batches, layout.above):
            block = csv_text.block(lines)
            quoted = b'"' in block
            fast = None if quoted else chunks.plain(block, layout, cells=not self.as_text)
            yield fast or chunks.from_rows(
                [_cells(line, layout.delimiter) for line in lines.cast(pa.binary()).to_pylist()],
                layout,
            )

    def _below_header(self, batches: Batches, above: int) -> Iterator[pa.Array]:
        """The lines of (line, file, where its part begins), without each file's first ones."""
        here, left = None, 0
        for batch in batches:
            lines, files, begins = batch.columns
            starts = _changes(files, begins)
            for first, last in zip(starts, [*starts[1:], len(lines)], strict=True):
                part = lines[first:last]
                if (files[first].as_py(), begins[first].as_py()) != here:
                    here = (files[first].as_py(), begins[first].as_py())
                    left = above if here[1] == 0 else 0
                if left and len(part) >= left:
                    self._require_heading(part[left - 1].as_py())
                taken = min(left, len(part))
                left -= taken
                yield part[taken:]

    def _require_heading(self, line: str) -> None:
        if line.lstrip(BOM) != self.heading:
            raise FileRefused(
                "other-header",
                "The files of the folder have different headers. Put those alike into one folder.",
            )


def _changes(files: pa.Array, begins: pa.Array) -> list[int]:
    """Positions at which another part of a file begins."""
    codes = files.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    places = begins.to_numpy(zero_copy_only=False)
    changed = (np.diff(codes) != 0) | (np.diff(places) != 0)
    return [0, *(np.flatnonzero(changed) + 1).tolist()] if len(codes) else []


def _cells(raw: bytes, delimiter: str) -> list[str]:
    """The cells of a line; of one that is damaged the first alone, so that it is rejected."""
    line = raw.decode("utf-8", "replace")
    try:
        if NOT_UTF8 not in line:
            return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        pass
    return [line.partition(delimiter)[0] or "?"]
