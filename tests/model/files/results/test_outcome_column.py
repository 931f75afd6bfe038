"""What a column of the caller's says became of the patients."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.errors import InputError
from model.files.results.outcome_column import outcome, unknown, usual, values
from model.files.results.row_groups import found
from model.files.results.scored_file import ScoredFile
from tests.model.files.samples import HEADER, ROWS, SCHEMA, table

Held = Callable[[bytes], ScoredFile]


def with_outcome(*cells: str) -> bytes:
    rows = (f"{cell},{ROWS[at % 4]}" for at, cell in enumerate(cells))
    return table(*rows, header=f"outcome,{HEADER}")


@pytest.mark.parametrize(
    ("cells", "found", "meant", "expected"),
    [
        (("0", "1", "1"), ("0", "1"), ("1",), [0, 1, 1]),
        (("0", "2", "?", ""), ("0", "2"), ("2",), [0, 1, None, None]),
        (("no", " Yes", "NA"), ("Yes", "no"), ("Yes",), [0, 1, None]),
        (("healthy", "MI", "stroke"), ("MI", "healthy", "stroke"), (), [0, 0, 0]),
    ],
)
def test_values_and_what_they_seem_to_mean(
    held: Held,
    cells: tuple[str, ...],
    found: tuple[str, ...],
    meant: tuple[str, ...],
    expected: list[float | None],
) -> None:
    file = held(with_outcome(*cells))
    assert values(file, "outcome") == found
    assert usual(found, SCHEMA) == meant
    happened = outcome(file, "outcome", meant)
    assert [None if np.isnan(each) else each for each in happened] == expected


@pytest.mark.parametrize(
    ("found", "meant", "nobody_knows"),
    [
        (("0", "1", "2", "3", "4"), ("1", "2", "3", "4"), ()),  # as in the study's own files
        (("1", "2"), (), ()),  # Statlog's absence and presence, and elsewhere yes and no
        (("1", "2", "9"), (), ("9",)),
        (("0", "1", "9"), ("1",), ("9",)),
        (("-9", "0", "1", "99"), ("1",), ("-9", "99")),
        (("Absence", "Presence"), ("Presence",), ()),
        (("<50", ">50_1"), (">50_1",), ()),
        (("No disease", "Disease", "not known"), ("Disease",), ("not known",)),
        (("A", "B"), (), ()),
        (("no", "yes", "pending"), (), ()),
        (("no", "pending"), (), ()),
        (("no", "lost to follow-up"), (), ()),
        (("healthy", "mild", "severe"), (), ()),
        (("no", "yes", "positive"), ("yes", "positive"), ()),
        (("No disease", "CAD"), ("CAD",), ()),
        (("1",), (), ()),
        (("yes",), (), ()),
    ],
)
def test_only_what_means_it_is_taken_for_it_and_never_both_sides(
    found: tuple[str, ...], meant: tuple[str, ...], nobody_knows: tuple[str, ...]
) -> None:
    assert usual(found, SCHEMA) == meant
    assert unknown(found) == nobody_knows


def test_what_nobody_knows_is_no_outcome(held: Held) -> None:
    file = held(with_outcome("0", "1", "9"))
    happened = outcome(file, "outcome", ("1",), unknown(values(file, "outcome")))
    assert happened.tolist()[:2] == [0.0, 1.0]
    assert np.isnan(happened[2])


def test_the_reader_decides_what_means_it(held: Held) -> None:
    assert outcome(held(with_outcome("a", "b")), "outcome", ("a",)).tolist() == [1.0, 0.0]


def test_numbers_of_a_parquet_file_are_an_outcome_too(held: Held) -> None:
    stored = io.BytesIO()
    pd.read_csv(io.BytesIO(with_outcome("0", "1", "1"))).to_parquet(stored)
    file = held(stored.getvalue())
    assert outcome(file, "outcome", usual(values(file, "outcome"), SCHEMA)).tolist() == [
        0.0,
        1.0,
        1.0,
    ]


@pytest.mark.parametrize("kind", [pa.binary(), pa.binary(1), pa.string()])
def test_texts_of_any_type_are_an_outcome_and_are_found(held: Held, kind: pa.DataType) -> None:
    patients = pa.Table.from_pandas(pd.read_csv(io.BytesIO(with_outcome("a", "b"))))
    stored = io.BytesIO()
    pq.write_table(patients.set_column(0, "outcome", pa.array(["a", "b"]).cast(kind)), stored)
    file = held(stored.getvalue())
    assert values(file, "outcome") == ("a", "b")
    assert file.texts("outcome", np.array([1])) == ["b"]
    assert found(file, "B").tolist() == [False, True]


def test_the_parts_of_a_large_file_mean_the_same(held: Held) -> None:
    file = held(with_outcome(*["1", "0"] * 60_000, *["0", "1"] * 5_000))
    assert len(file.parts) > 1
    assert outcome(file, "outcome", ("1",))[[0, 1, -2, -1]].tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [(("", "?"), "is blank in every row"), ([f"p{at}" for at in range(11)], "more than 10 values")],
)
def test_a_column_that_is_no_outcome_is_refused(
    held: Held, cells: list[str], complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        values(held(with_outcome(*cells)), "outcome")
