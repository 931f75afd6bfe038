"""A Parquet file within limits: opened, and its rows a piece at a time.

Three things make a small file large. Pages are compressed; a text that stands once in a page's
dictionary may be the cell of every row; and a cell of a fixed width may be as wide as its writer
likes. So the pages are measured before any is unpacked, texts stay places in their dictionary until
it is known what they come to, and rows come in pieces of bounded size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from model import limits
from model.errors import FileRefused
from model.tables import parquet_size

MAGIC = b"PAR1"
LENGTH_BYTES = 4
CELL_BYTES = 16  # a number, or where a text begins and ends
WIDEST_NUMBER = 32  # bytes of a decimal of 76 digits
TEXT, FIXED = "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"
UNREADABLE = (pa.ArrowException, OSError, ValueError, IndexError, KeyError, OverflowError)
ENDLESS_CELL = FileRefused(
    "endless-cell", f"A cell is longer than {limits.CELL_CHARACTERS:,} characters. Remove it."
)
DAMAGED = FileRefused(
    "damaged-parquet", "The Parquet file is damaged or unfinished. Write it again."
)


def opened(file: BinaryIO) -> pq.ParquetFile:
    """The file, of which only the footer and the headers of its pages were read.

    Raises
    ------
    FileRefused
        If it is damaged, or comes to more than is read of a file of its size.
    """
    size = file.seek(0, 2)
    try:
        _require_footer(file, size)
        parquet = pq.ParquetFile(file, thrift_string_size_limit=limits.PARQUET_FOOTER_BYTES)
        texts = _measured(file, parquet, size)
        return pq.ParquetFile(file, metadata=parquet.metadata, read_dictionary=texts)
    except UNREADABLE:
        raise DAMAGED from None


def pieces(parquet: pq.ParquetFile, packed: int) -> Iterator[tuple[pa.RecordBatch, float]]:
    """Rows that are in work together, each time with the part of all rows given by then, 0 to 1.

    Texts of few kinds are still told apart by dictionaries.

    Raises
    ------
    FileRefused
        As `opened`; a text in a dictionary shows only here how often it stands in the table.
    """
    total, done, unpacked = max(1, parquet.metadata.num_rows), 0, 0
    columns = max(1, parquet.metadata.num_columns)
    rows = max(1, min(limits.PIECE_ROWS, limits.PIECE_BYTES // (CELL_BYTES * columns)))
    try:
        for batch in parquet.iter_batches(batch_size=rows):
            size = sum(map(_unpacked, batch.columns))
            unpacked += size
            if unpacked > limits.unpacked_file(packed):
                raise _too_large(packed)
            parts = -(-size // limits.PIECE_BYTES) or 1
            step = -(-batch.num_rows // parts) or 1
            for start in range(0, max(1, batch.num_rows), step):
                part = batch.slice(start, step)
                done += part.num_rows
                yield part, done / total
    except UNREADABLE:
        raise DAMAGED from None


def _require_footer(file: BinaryIO, size: int) -> None:
    """The last bytes are the footer's length and the format's name."""
    end = LENGTH_BYTES + len(MAGIC)
    if size < end + len(MAGIC):
        raise DAMAGED
    file.seek(-end, 2)
    length, name = file.read(LENGTH_BYTES), file.read(len(MAGIC))
    if name != MAGIC:
        raise DAMAGED
    if int.from_bytes(length, "little") > limits.PARQUET_FOOTER_BYTES:
        raise _too_large(size)


def _measured(file: BinaryIO, parquet: pq.ParquetFile, size: int) -> list[str]:
    """Names of the columns of text; refuses a file whose pages come to too much."""
    metadata = parquet.metadata
    if metadata.num_columns > limits.COLUMNS:
        raise FileRefused(
            "too-many-columns",
            f"The file has {metadata.num_columns:,} columns; at most {limits.COLUMNS:,} are read. "
            "Keep those of the study.",
        )
    columns = [parquet.schema.column(at) for at in range(metadata.num_columns)]
    wide = [c for c in columns if c.physical_type == FIXED and c.length > WIDEST_NUMBER]
    if wide:
        raise FileRefused(
            "no-text",
            f"Column {wide[0].name[:40]!r} holds what cannot be written as text. Write it as text, "
            "or leave it out.",
        )
    unpacked = count = 0
    for group in range(metadata.num_row_groups):
        for at in range(len(columns)):
            sizes = parquet_size.pages(file, metadata.row_group(group).column(at))
            unpacked, count = unpacked + sum(sizes), count + len(sizes)
            if unpacked > limits.unpacked_file(size) or count > limits.PARQUET_PAGES:
                raise _too_large(size)
    return [column.path for column in columns if column.physical_type == TEXT]


def _unpacked(column: pa.Array) -> int:
    """Bytes a column's cells come to once each stands for itself."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.fill_null(pc.binary_length(column.dictionary), 0)
    if len(lengths) and pc.max(lengths).as_py() > limits.CELL_CHARACTERS:
        raise ENDLESS_CELL
    return int(pc.sum(lengths.take(column.indices)).as_py() or 0) + CELL_BYTES * len(column)


def _too_large(packed: int) -> FileRefused:
    most = limits.unpacked_file(packed) // limits.MEGABYTE
    return FileRefused(
        "too-large-unpacked",
        f"The file is small only because it is compressed: unpacked it comes to more than {most} "
        "MB. Leave out long texts, or split it.",
    )
