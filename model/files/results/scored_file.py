"""A file of patients after scoring, held in memory: for a page to show, and to write out."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from model.files import csv_text
from model.files.results.result_rows import PROBLEMS, Rows, columns, worded
from model.files.results.writers import KINDS, Table
from model.files.understanding.names import plain_name
from model.interpretation.against_expectation import contraries
from model.interpretation.reasons import Reason, reasons
from model.numerics.arrays import Floats
from model.schema import Schema
from model.scoring.assessment import BASE, CONTRIBUTION, INTERVAL, SUBMODEL, Assessment, Explanation
from model.scoring.scorer import Model

Places = NDArray[np.intp]
RISK = "risk"


@dataclass(frozen=True)
class ScoredFile:
    """Every row of a file, scored or rejected, in the file's order. Rows count from 0 here.

    names : the caller's columns. parts : the rows, explained, as they were scored.
    """

    schema: Schema
    names: tuple[str, ...]
    parts: tuple[Rows, ...]

    def __len__(self) -> int:
        return sum(len(part.values) for part in self.parts)

    @cached_property
    def own_columns(self) -> tuple[str, ...]:
        """The caller's columns that are none of the study's: names, numbers, outcomes."""
        return tuple(name for name in self.names if plain_name(name) not in self.schema.names)

    @cached_property
    def risk(self) -> Floats:
        """(n,) NaN where a row was rejected."""
        return self._numbers(RISK)

    @cached_property
    def low(self) -> Floats:
        return self._numbers(INTERVAL[0])

    @cached_property
    def high(self) -> Floats:
        return self._numbers(INTERVAL[1])

    @cached_property
    def explained(self) -> bool:
        """Whether the reasons of its rows are known."""
        return bool(np.isfinite(self._numbers(BASE)).any())

    @cached_property
    def scored(self) -> NDArray[np.bool_]:
        """(n,) whether a row has a risk."""
        return ~np.isnan(self.risk)

    @cached_property
    def told(self) -> NDArray[np.bool_]:
        """(n,) whether there is something to say about a row."""
        told: NDArray[np.bool_] = pc.not_equal(self.column(PROBLEMS), "").to_numpy()
        return told

    def patients(self, rows: Places | NDArray[np.bool_]) -> pd.DataFrame:
        """What was understood of some rows, one column a feature, as a model takes it."""
        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        values = np.empty((len(places), len(self.schema.names)))
        first = 0
        for part in self.parts:
            here = (places >= first) & (places < first + len(part.values))
            values[here] = part.values[places[here] - first]
            first += len(part.values)
        return pd.DataFrame(values, columns=list(self.schema.names))

    def column(self, name: str) -> pa.ChunkedArray:
        """A column of the caller's, or one that was added."""
        every = (*self.names, *columns(self.schema, explain=True))
        at = every.index(name)
        chunks = [part.as_columns(len(every))[at] for part in self.parts]
        text = name in {*self.names, *worded(self.schema)}
        return pa.chunked_array(chunks or [pa.array([], pa.string() if text else pa.float64())])

    def texts(self, name: str, rows: Places) -> list[str]:
        """The cells of a column in some rows, as text; blank where there is nothing."""
        cells = _texts(self._taken(name, rows))
        return [cell or "" for cell in cells.to_pylist()]

    def words(self, name: str) -> pa.ChunkedArray:
        """(n,) the cells of a column as text; null where there is nothing."""
        return _texts(self.column(name))

    def assessment(self, row: int) -> Assessment:
        """The answer for one scored row."""

        def one(name: str) -> Floats:
            return np.array(self._cells(name, np.array([row])), dtype=np.float64)

        shares = {name: one(CONTRIBUTION + name) for name in self.schema.names}
        low, high = map(one, INTERVAL)
        submodel = pd.Categorical(self.texts(SUBMODEL, np.array([row])))
        why = Explanation(low, high, submodel, one(BASE), pd.DataFrame(shares))
        return Assessment(one(RISK), why)

    def reasons(self, rows: Places, model: Model | None = None) -> list[tuple[Reason, ...]]:
        """What moved the risk of each of some scored rows, largest effect first; how sure each is,
        and what runs against expectation, if the `model` that answered is given.
        """
        shares = pd.DataFrame(
            {name: self._cells(CONTRIBUTION + name, rows) for name in self.schema.names}
        )
        patients = self.patients(rows)
        ends = model.contribution_bounds(patients) if model is not None else None
        against = contraries(model.card) if model is not None else ()
        return [
            reasons(
                self.schema,
                patients.iloc[at],
                shares.iloc[at],
                (ends[0].iloc[at], ends[1].iloc[at]) if ends else None,
                against,
            )
            for at in range(len(rows))
        ]

    def written(self, ending: str) -> bytes:
        """The result with an ending of `KINDS`: the bytes that `score` writes, explained.

        Without reasons it would differ in a last digit: a sum of contributions is rounded in
        another way than the sum of terms.
        """
        file = io.BytesIO()
        table = KINDS[ending].table(file, self.names, columns(self.schema, explain=True))
        for part in self.parts:
            table.write(table.render(part))
        table.close()
        return file.getvalue()

    def _numbers(self, name: str) -> Floats:
        numbers: Floats = self.column(name).to_numpy()
        return numbers

    def _cells(self, name: str, rows: Places) -> list[object]:
        cells: list[object] = self._taken(name, rows).to_pylist()
        return cells

    def _taken(self, name: str, rows: Places) -> pa.ChunkedArray:
        return self.column(name).take(pa.array(rows, pa.int64()))


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    chunks = [csv_text.decoded(csv_text.texts(each)) for each in column.chunks]
    return pa.chunked_array(chunks, pa.string())


class InMemory:
    """Keeps the result of one scoring; `scored` is there once the whole file was."""

    cells = True

    def __init__(self, schema: Schema) -> None:
        self.scored: ScoredFile | None = None
        self._schema = schema

    @contextmanager
    def begun(self, names: Sequence[str], added: Sequence[str]) -> Iterator[Table]:
        table = _Kept()
        yield table
        self.scored = ScoredFile(self._schema, tuple(names), tuple(table.parts))


class _Kept:
    def __init__(self) -> None:
        self.parts: list[Rows] = []

    def render(self, rows: Rows) -> Rows:
        return rows

    def write(self, part: Rows) -> None:
        self.parts.append(part)

    def close(self) -> None:
        pass
