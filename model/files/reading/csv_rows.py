"""Rows of a file as its columns: at once where they are plain, with care where they are not.

The fast way is Arrow's reader, for rows without quotation marks and with the right number of
cells; faster still where the study's columns hold nothing but numbers. Whatever it declines is
read by Python's csv module. All give the same cells.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from model import limits
from model.errors import FileRefused
from model.files.csv_text import is_formula
from model.files.reading.dialect import Layout
from model.intake.cells import Column
from model.tables.encoding import BROKEN_OFF
from model.tables.parquet import ENDLESS_CELL

ROWS = limits.PIECE_ROWS
FORMULA_BYTES = (b"=", b"+", b"-", b"@", b"\t", b"\r", b"\xef")
"""One of these is in every text that has such a cell."""
NO_DELIMITER = b"\x01"
NOBODY = np.zeros(0, dtype=np.intp)


@dataclass(frozen=True)
class Chunk:
    """Rows that follow each other.

    columns : of each input that is there, n cells. written : the caller's columns as they came,
    in their order. lines : the rows as they stand in the file, if they may be copied so into a
    table separated by commas. wrong_width : rows with too few or too many cells.
    blank : rows without any cell, left out and not counted.
    """

    count: int
    columns: Mapping[str, Column]
    written: tuple[pa.Array, ...]
    lines: pa.Array | None
    wrong_width: NDArray[np.intp]
    blank: int = 0


def plain(block: bytes, layout: Layout, *, cells: bool = False) -> Chunk | None:
    """Rows of UTF-8 text without quotation marks, or None if they need care.

    cells : read the caller's columns also where the rows may be copied as they stand.
    """
    if NO_DELIMITER in block or layout.width != len(layout.header.names):
        return None
    try:
        return _numbers(block, layout, cells) or _texts(block, layout, cells)
    except pa.ArrowInvalid:  # a row has another number of cells
        return None


def _numbers(block: bytes, layout: Layout, cells: bool) -> Chunk | None:
    """Rows that hold nothing but numbers and blanks in the study's columns."""
    features = {str(at): name for name, at in layout.header.places.items()}
    harmless = not any(mark in block for mark in FORMULA_BYTES)
    others = [] if harmless else [str(at) for at in layout.header.others]
    try:
        table = _arrow(block, layout, numbers=features, texts=others)
    except pa.ArrowInvalid:
        return None
    columns: dict[str, Column] = {name: table[key].to_numpy() for key, name in features.items()}
    values = [*columns.values()]
    if any(np.isinf(column).any() for column in values) or _has_blank(map(np.isnan, values)):
        return None
    copied = not cells and layout.is_plain and not any(map(_runs, map(table.column, others)))
    count = len(table)
    lines = _lines(block, count) if copied else None
    written = () if copied else tuple(_cells(block, layout))
    return Chunk(count, columns, written, lines, NOBODY, _empty(block, count))


def _texts(block: bytes, layout: Layout, cells: bool) -> Chunk | None:
    """Rows with the right number of cells, whatever these hold."""
    written = tuple(_cells(block, layout))
    # Few distinct texts stand in a clinical column; everything after this looks at each once.
    columns = {name: written[at].dictionary_encode() for name, at in layout.header.places.items()}
    others = [written[at] for at in layout.header.others]
    texts = [*(cells.dictionary for cells in columns.values()), *others]
    if _has_blank(map(_blank, [*columns.values(), *others])):
        return None
    copied = not cells and layout.is_plain and not any(map(_runs, texts))
    count = len(written[0])
    lines = _lines(block, count) if copied else None
    return Chunk(count, columns, () if copied else written, lines, NOBODY, _empty(block, count))


def _cells(block: bytes, layout: Layout) -> Iterator[pa.Array]:
    every = [str(at) for at in range(len(layout.header.names))]
    for column in _arrow(block, layout, texts=every).columns:
        yield _sensible(column.combine_chunks())


def _lines(block: bytes, rows: int) -> pa.Array:
    """So many rows as they stand, without their ends."""
    ends = np.flatnonzero(_line_feeds(block))
    plain = block.isascii() and b"\r" not in block and block.endswith(b"\n")
    if not plain or len(ends) != rows:
        return _sensible(_arrow(block, None, texts=["0"])["0"].combine_chunks())
    begins = np.zeros(rows + 1, dtype=np.int32)
    begins[1:] = ends - np.arange(rows)
    texts = pa.py_buffer(block.replace(b"\n", b""))
    return _sensible(pa.StringArray.from_buffers(rows, pa.py_buffer(begins), texts))


def _line_feeds(block: bytes) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.frombuffer(block, dtype=np.uint8) == ord("\n")
    return found


def _sensible(texts: pa.Array) -> pa.Array:
    if len(texts) and pc.max(pc.binary_length(texts)).as_py() > limits.CELL_CHARACTERS:
        raise ENDLESS_CELL
    return texts


def _runs(texts: pa.Array) -> bool:
    return bool(pc.any(is_formula(texts)).as_py())


def _blank(texts: pa.Array) -> NDArray[np.bool_]:
    bare = pc.equal(pc.utf8_trim_whitespace(texts.cast(pa.string())), "")
    blank: NDArray[np.bool_] = bare.to_numpy(zero_copy_only=False)
    return blank


def _has_blank(columns: Iterator[NDArray[np.bool_]]) -> bool:
    """Whether a row is blank in every column."""
    blank = next(columns)
    while blank.any():
        column = next(columns, None)
        if column is None:
            return True
        blank = blank & column
    return False


def _empty(block: bytes, rows: int) -> int:
    """Lines that hold nothing."""
    lines = int(np.count_nonzero(_line_feeds(block))) + (not block.endswith(b"\n"))
    return max(0, lines - rows)


def _arrow(
    block: bytes, layout: Layout | None, *, numbers: Iterable[str] = (), texts: Iterable[str] = ()
) -> pa.Table:
    """Columns by position. Without a layout each row is one cell."""
    types = {key: pa.float64() for key in numbers} | {key: pa.string() for key in texts}
    width = len(layout.header.names) if layout else 1
    return arrow_csv.read_csv(
        pa.py_buffer(block),
        read_options=arrow_csv.ReadOptions(
            column_names=[str(at) for at in range(width)],
            use_threads=False,
            block_size=len(block) + 1,
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=layout.delimiter if layout else NO_DELIMITER.decode(), quote_char=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            null_values=[""],
            strings_can_be_null=False,
        ),
    )


def careful_block(block: bytes, layout: Layout) -> Iterator[Chunk]:
    """The rows of whole lines of UTF-8 text."""
    return careful(io.StringIO(block.decode("utf-8"), newline=""), layout)


def careful(lines: Iterable[str], layout: Layout) -> Iterator[Chunk]:
    """The rows of a text below its header, so many at a time; none are a chunk without rows.

    Raises
    ------
    FileRefused
        If quotation marks do not pair, a cell is longer than a page, or a byte is no text.
    """
    reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
    rows = _next(reader)
    while True:
        yield from_rows(rows, layout)
        if not (rows := _next(reader)):
            return


def _next(reader: Iterator[list[str]]) -> list[list[str]]:
    try:
        return list(islice(reader, ROWS))
    except csv.Error as error:
        if "field limit" in str(error):
            raise ENDLESS_CELL from None
        raise FileRefused(
            "quotation-marks",
            "Quotation marks do not pair: one is not closed, or text follows a closing one. Write "
            'a mark inside a cell twice ("").',
        ) from None
    except UnicodeError:
        raise BROKEN_OFF from None


def from_rows(rows: list[list[str]], layout: Layout) -> Chunk:
    """Rows whose cells are told apart, whatever their number."""
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    named = len(layout.header.names)
    widths = np.fromiter(map(len, kept), dtype=np.intp, count=len(kept))
    wrong = widths != layout.width
    if layout.width > named:
        filled = [any(cell.strip() for cell in row[named:]) for row in kept]
        wrong |= np.array(filled, dtype=bool)
    for at in np.flatnonzero(widths < named):
        kept[at] = kept[at] + [""] * (named - len(kept[at]))
    by_column = list(zip(*kept, strict=False))[:named] or [()] * named
    written = tuple(pa.array(cells, pa.string()) for cells in by_column)
    columns = {name: written[at] for name, at in layout.header.places.items()}
    return Chunk(len(kept), columns, written, None, np.flatnonzero(wrong), len(rows) - len(kept))
