"""Columns as lines of CSV: UTF-8, commas, line feeds, quotation marks only where needed."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from model.intake.chunk import is_formula

QUOTED = '[",\r\n]'


def lines(columns: Sequence[pa.Array]) -> bytes:
    """Texts side by side, a line each; null is blank."""
    return block(rows(columns))


def rows(columns: Sequence[pa.Array]) -> pa.Array:
    """Texts side by side, each row a text; null is blank."""
    return pc.binary_join_element_wise(*columns, ",", null_handling="replace", null_replacement="")


def block(rows: pa.Array) -> bytes:
    """Rows below each other."""
    if not len(rows):
        return b""
    whole = pa.ListArray.from_arrays(pa.array([0, len(rows)], pa.int32()), rows)
    return bytes(pc.binary_join(whole, "\n")[0].as_buffer().to_pybytes()) + b"\n"


def ours(column: pa.Array) -> pa.Array:
    """A column this program made: numbers to the last digit, sentences as they are."""
    if pa.types.is_string(column.type):
        return _quoted(column)
    return pc.cast(column, pa.string())


def theirs(column: pa.Array) -> pa.Array:
    """A column somebody else wrote: a text that a spreadsheet would run begins with an
    apostrophe; numbers stay as they were.
    """
    if not pa.types.is_string(column.type):
        return pc.cast(column, pa.string())
    formula = is_formula(column)
    if pc.any(formula).as_py():
        begun = pc.binary_join_element_wise("'", column, "")
        column = pc.if_else(formula, begun, column)
    return _quoted(column)


def _quoted(column: pa.Array) -> pa.Array:
    needed = pc.match_substring_regex(column, QUOTED)
    if not pc.any(needed).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), column)
