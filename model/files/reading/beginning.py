"""The beginning of a file of any kind, as cells of text: what a proposal is made from."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from model.errors import FileRefused
from model.files import csv_text
from model.files.reading.dialect import DELIMITERS, LINES_LOOKED_AT, SEPARATOR_LINE, cells_of
from model.files.reading.sheet import require_no_sheet
from model.files.reading.workbook_patients import sample as workbook_sample
from model.files.understanding import names
from model.files.understanding.proposal import Proposal, make
from model.files.understanding.sample import LOOKED_AT_BYTES, LOOKED_AT_ROWS, Sample
from model.schema import Schema
from model.tables import encoding, parquet
from model.tables.workbook import is_workbook


def propose(file: BinaryIO, schema: Schema, *, sheet: str = "") -> Proposal:
    """How a file seems to be meant; nothing of it is changed, and nothing is agreed to.

    Parameters
    ----------
    file : CSV, Parquet or an Excel workbook, that can be read twice.
    sheet : of a workbook, the one with the patients; found by itself if only one can be it.

    Raises
    ------
    FileRefused
        If it is no table, or damaged.
    """
    return make(beginning(file, schema, sheet), schema)


def beginning(file: BinaryIO, schema: Schema, sheet: str = "") -> Sample:
    """The first line of a file's table, and rows below it."""
    file.seek(0)
    head = file.read(8)
    if is_workbook(head):
        return workbook_sample(file, schema, sheet)
    require_no_sheet(sheet)
    if head.startswith(parquet.MAGIC):
        return Sample.of(_parquet(file))
    return Sample.of(_text(file, schema))


def _text(file: BinaryIO, schema: Schema) -> Iterator[list[str]]:
    text = encoding.recognise(file).read(file, LOOKED_AT_BYTES)
    lines = text.splitlines(keepends=True)
    while lines and not lines[0].strip():
        lines.pop(0)
    declared = SEPARATOR_LINE.fullmatch(lines[0].strip().strip('"')) if lines else None
    if declared:
        lines.pop(0)
    delimiter = declared[1] if declared else _delimiter(lines[: LINES_LOOKED_AT + 1], schema)
    try:
        for _, row in zip(
            range(LOOKED_AT_ROWS), csv.reader(lines, delimiter=delimiter), strict=False
        ):
            yield row
    except csv.Error:
        return  # the check says what is wrong with the row


def _delimiter(lines: list[str], schema: Schema) -> str:
    """What separates the cells: the names it brings out, then how even and wide the rows are."""

    def worth(delimiter: str) -> tuple[int, bool, int]:
        rows = [cells_of(line.rstrip("\r\n"), delimiter) for line in lines if line.strip()]
        widths = [len(row) for row in rows] or [0]
        named = names.known(rows[0], schema) if rows else 0
        # One name may be a word of a patient: of "fixed defect", cut at the space, the second.
        return named if named > 1 else 0, min(widths) == max(widths) > 1, min(widths)

    return max(DELIMITERS, key=worth)


def _parquet(file: BinaryIO) -> Iterator[list[str]]:
    try:
        source = pq.ParquetFile(file)
        yield list(source.schema_arrow.names)
        batch = next(source.iter_batches(batch_size=LOOKED_AT_ROWS), None)
    except (pa.ArrowException, OSError):
        raise FileRefused(
            "damaged-parquet", "The Parquet file is damaged or unfinished. Write it again."
        ) from None
    if batch is None:
        return
    columns = []
    for column in batch.columns:
        try:
            columns.append(csv_text.texts(csv_text.decoded(column)).to_pylist())
        except pa.ArrowException:
            columns.append([None] * batch.num_rows)
    for cells in zip(*columns, strict=True):
        yield [str(cell) if cell is not None else "" for cell in cells]
