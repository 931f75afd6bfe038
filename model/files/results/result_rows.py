"""The result for a file of patients: the caller's columns, then risk, interval and problems.

In CSV a text that a spreadsheet would run begins with an apostrophe; numbers stay as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.errors import FileRefused
from model.files import csv_text
from model.files.check_file import Examined
from model.files.results.row_problems import problems
from model.schema import Schema
from model.scoring.assessment import BASE, CONTRIBUTION, INTERVAL, SUBMODEL, Assessment, Certainty

PROBLEMS = "problems"
HOLDS_FOR = "holds_for"
UNUSUAL = "An unusual combination of values: few patients like this one were learned from."


def columns(schema: Schema, *, explain: bool) -> tuple[str, ...]:
    """What is added to the caller's columns."""
    reasons = (BASE, *(CONTRIBUTION + name for name in schema.names)) if explain else ()
    for_whom = (HOLDS_FOR,) if schema.outcome.population else ()
    return ("risk", *INTERVAL, SUBMODEL, *for_whom, PROBLEMS, *reasons)


def worded(schema: Schema) -> frozenset[str]:
    """Those of them that hold words, not numbers."""
    return frozenset(columns(schema, explain=False)) - {"risk", *INTERVAL}


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
    """Rows that follow each other, with what is added to them: one array a column.

    written, lines : the caller's cells, or their rows as they stand; see `Chunk`.
    values : (n, features) what was understood of them.
    added : sentences are told apart once, in dictionaries.
    """

    written: tuple[pa.Array, ...]
    lines: pa.Array | None
    values: NDArray[np.float64]
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
        which, names = sure.submodel.codes, pa.array(list(sure.submodel.categories), pa.string())
        submodel = pa.DictionaryArray.from_arrays(which.astype(np.int32), names)
        before = [spread(_filled(each)) for each in (answer.risk, sure.low, sure.high)]
        why = answer.explanation
        told_why = () if why is None else (why.base, *why.contributions.to_numpy().T)
        reasons = [spread(_filled(each)) for each in told_why]
        added = (*before, spread(submodel), *_for_whom(checked.rejected, schema), told, *reasons)
        return cls(examined.chunk.written, examined.chunk.lines, checked.values, added)

    def as_text(self, added: int) -> list[pa.Array]:
        """Columns of text for CSV, with the first so many of what is added."""
        written = [*map(csv_text.theirs, self.written)] if self.lines is None else [self.lines]
        return [*written, *map(csv_text.ours, self.added[:added])]

    def as_columns(self, count: int) -> list[pa.Array]:
        """The caller's columns as they came, and what is added, so many in all."""
        return [*self.written, *map(csv_text.decoded, self.added)][:count]


def _for_whom(rejected: NDArray[np.bool_], schema: Schema) -> tuple[pa.Array, ...]:
    """The population each risk holds for, of an outcome that names one."""
    population = schema.outcome.population
    if not population:
        return ()
    said = pa.array(np.zeros(len(rejected), dtype=np.int32), mask=rejected)
    return (pa.DictionaryArray.from_arrays(said, pa.array([population])),)


def _filled(numbers: NDArray[np.float64]) -> pa.Array:
    """A column; where a model does not know the first, it knows none, and the cells are blank."""
    return pa.array(numbers, from_pandas=bool(len(numbers)) and bool(np.isnan(numbers[0])))


def header(names: Sequence[str], added: Sequence[str]) -> str:
    """The first line of a result in CSV."""
    cells = [csv_text.theirs(pa.array([name])) for name in (*names, *added)]
    return str(csv_text.rows(cells)[0].as_py())
