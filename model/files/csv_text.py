"""Columns as lines of CSV: UTF-8, commas, line feeds, quotation marks only where needed.

A column is texts, or texts told apart once and named by their places (Arrow's dictionary arrays):
where a study has few distinct values, each is written once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

FORMULA = "^[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]"
"""How a cell begins that a spreadsheet would run: also in full-width letters."""
SIGNED_NUMBER = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
QUOTED = '[",\r\n]'
LOOKED_AT = 1_000  # cells that show whether a column has few distinct ones


def lines(columns: Sequence[pa.Array]) -> pa.Buffer:
    """Texts side by side, a line each; null is blank."""
    return _gathered(columns, "\n")[1] if len(columns[0]) else pa.py_buffer(b"")


def rows(columns: Sequence[pa.Array]) -> pa.Array:
    """Texts side by side, each row a text; null is blank."""
    if not len(columns[0]):
        return pa.array([], pa.string())
    return pa.StringArray.from_buffers(len(columns[0]), *_gathered(columns, ""))


def block(rows: pa.Array) -> bytes:
    """Rows below each other."""
    if not len(rows):
        return b""
    whole = pa.ListArray.from_arrays(pa.array([0, len(rows)], pa.int32()), rows)
    return bytes(pc.binary_join(whole, "\n")[0].as_buffer().to_pybytes()) + b"\n"


def ours(column: pa.Array) -> pa.Array:
    """A column this program made: numbers to the last digit, sentences as they are."""
    if pa.types.is_dictionary(column.type):
        return _dictionary(column, ours)
    if pa.types.is_string(column.type):
        return _quoted(column)
    return _each(column, _number)


def theirs(column: pa.Array) -> pa.Array:
    """A column somebody else wrote: a text that a spreadsheet would run begins with an
    apostrophe; numbers stay as they were.
    """
    written = texts(column)
    return written if pa.types.is_primitive(column.type) else _each(written, _harmless)


def harmless(column: pa.Array) -> pa.Array:
    """A column somebody else wrote, for a sheet: numbers as they are, anything else as text that
    no spreadsheet runs.
    """
    column = decoded(column)
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        return column
    return _begun(texts(column))


def texts(column: pa.Array) -> pa.Array:
    """A column of any type as texts; null stays null.

    Raises
    ------
    pyarrow.ArrowException
        If it holds what is no text: bytes, or times of a zone nobody knows.
    """
    if pa.types.is_string(column.type):
        return column
    if isinstance(column.type, pa.UuidType):
        return pa.array([value and str(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    if pa.types.is_floating(column.type):
        return _each(column, _number)
    return pc.cast(column, pa.string())


def decoded(column: pa.Array) -> pa.Array:
    """Every cell for itself, also where the column told few distinct ones apart."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _gathered(columns: Sequence[pa.Array], end: str) -> tuple[pa.Buffer, pa.Buffer]:
    """Where each row begins and where the last one ends, and the bytes of all of them.

    The texts of all columns are put behind each other once, with what stands between them; taken
    from there in the order of the cells they are the whole.
    """
    # Every cell of the result is one text with what stands behind it, known by its place among the
    # gathered ones. The first two are the separator and the end alone, which a blank cell takes.
    between = [*[","] * (len(columns) - 1), end]
    texts, known = [pa.array([",", end])], 2
    order: list[NDArray[np.int32] | int] = []
    for column, after in zip(columns, between, strict=True):
        closing = int(after != ",")
        if pa.types.is_dictionary(column.type):
            joined = pc.binary_join_element_wise(column.dictionary, after, "")
            places = pc.fill_null(column.indices.cast(pa.int32()), closing - known)
            order.append(places.to_numpy() + np.int32(known))
        else:
            joined = column
            order += [np.arange(known, known + len(column), dtype=np.int32), closing]
        texts.append(joined)
        known += len(joined)
    cells = np.empty((len(columns[0]), len(order)), dtype=np.int32)
    for at, places in enumerate(order):
        cells[:, at] = places
    whole = pc.take(pa.concat_arrays(texts), pa.array(cells.ravel()), boundscheck=False)
    _, begins, data = whole.buffers()
    every = np.frombuffer(begins, dtype=np.int32, count=cells.size + 1)[:: len(order)]
    return pa.py_buffer(every.copy()), (data or pa.py_buffer(b"")).slice(0, int(every[-1]))


def _each(column: pa.Array, write: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Every cell written; where few are distinct, each of these once."""
    shown = column[:LOOKED_AT]
    if 2 * pc.count_distinct(shown).as_py() > len(shown):
        return write(column)
    return _dictionary(column.dictionary_encode(), write)


def _dictionary(column: pa.DictionaryArray, write: Callable[[pa.Array], pa.Array]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(column.indices, decoded(write(column.dictionary)))


def _number(column: pa.Array) -> pa.Array:
    return pc.cast(column, pa.string())


def _harmless(column: pa.Array) -> pa.Array:
    return _quoted(_begun(column))


def _begun(column: pa.Array) -> pa.Array:
    """Texts that a spreadsheet would run, with an apostrophe before them."""
    formula = is_formula(column)
    if not pc.any(formula).as_py():
        return column
    return pc.if_else(formula, pc.binary_join_element_wise("'", column, ""), column)


def _quoted(column: pa.Array) -> pa.Array:
    needed = pc.match_substring_regex(column, QUOTED)
    if not pc.any(needed).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), column)


def is_formula(cells: pa.Array) -> pa.Array:
    """Of each text, whether a spreadsheet would run it. Numbers with a sign are none."""
    begins = pc.match_substring_regex(cells, FORMULA)
    return pc.and_not(begins, pc.match_substring_regex(cells, SIGNED_NUMBER))
