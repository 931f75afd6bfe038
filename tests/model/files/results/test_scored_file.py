"""A scored file held in memory: what it shows is what was written, byte for byte."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.files import score_file
from model.files.results.scored_file import InMemory, ScoredFile
from model.files.results.writers import KINDS
from model.scoring import LoadedModel
from tests.model.files.samples import HEADER, ROWS, table

FAULTY = (ROWS[0], ROWS[1].replace("67", "12"), ROWS[2].replace("130", "?"), ROWS[3])
WITH_NAMES = table(*(f"p{at},{row}" for at, row in enumerate(FAULTY)), header=f"id,{HEADER}")


@pytest.fixture
def model(bundle_folder: tuple[Path, str]) -> LoadedModel:
    return LoadedModel.open(*bundle_folder)


Held = Callable[[bytes], ScoredFile]


def parquet(content: bytes) -> bytes:
    stored = io.BytesIO()
    pd.read_csv(io.BytesIO(content)).to_parquet(stored)
    return stored.getvalue()


FILES = {
    "plain": table(),
    "faults and names": WITH_NAMES,
    "semicolons and decimal commas": table(
        *(row.replace(",", ";").replace(".", ",") for row in ROWS), header=HEADER.replace(",", ";")
    ),
    "quotation marks": table(f'"a ""b"", c",{ROWS[0]}', f"x,{ROWS[1]}", header=f"note,{HEADER}"),
    "formulas": table(f"=1+1,{ROWS[0]}", f"-0.5,{ROWS[1]}", header=f"note,{HEADER}"),
    "carriage returns": table(*FAULTY, end="\r\n"),
    "too few cells": table(*ROWS, "63,1"),
    "blank lines": table(ROWS[0], "", ROWS[1]),
    "words": table(ROWS[0].replace("63,1", "63,male")),
    "no rows": table()[: len(HEADER) + 1],
    "parquet": parquet(table()),
    "several pieces": table(*ROWS * 30_000),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_out_is_what_the_command_line_writes(
    model: LoadedModel, held: Held, tmp_path: Path, name: str, kind: str
) -> None:
    kept = held(FILES[name])
    output = tmp_path / f"out{kind}"
    score_file.score(io.BytesIO(FILES[name]), output, model, model, explain=True)
    assert kept.written(kind) == output.read_bytes()


def test_a_file_without_rows_is_a_result_without_rows(held: Held) -> None:
    nothing = held(FILES["no rows"])
    assert len(nothing) == len(nothing.risk) == len(nothing.scored) == len(nothing.told) == 0


def test_rejected_rows_stay_without_a_risk(held: Held) -> None:
    kept = held(WITH_NAMES)
    assert len(kept) == 4
    assert kept.scored.tolist() == [True, False, True, True]
    assert kept.told.tolist() == [False, True, True, False]
    assert kept.own_columns == ("id",)
    assert kept.texts("id", np.array([3, 1])) == ["p3", "p1"]


def test_each_row_is_answered_as_the_model_answers_it(held: Held, model: LoadedModel) -> None:
    kept = held(FILES["several pieces"])
    for row in (0, 3, 99_998):
        patient = kept.patients(np.array([row]))
        expected, found = model.assess(patient, explain=True), kept.assessment(row)
        pd.testing.assert_frame_equal(found.to_frame(), expected.to_frame(), rtol=0, atol=0)
        assert kept.risk[row] == expected.risk[0]
        (reasons,) = kept.reasons(np.array([row]))
        contributed = sum(each.contribution for each in reasons)
        assert expected.explanation is not None
        assert contributed == pytest.approx(expected.explanation.contributions.sum(axis=1)[0])


def test_rows_are_found_in_the_order_asked_across_the_parts(held: Held) -> None:
    kept = held(FILES["several pieces"])
    assert len(kept.parts) > 1
    ages = kept.patients(np.array([99_999, 0, 50_001]))["age"]
    assert ages.tolist() == [57.0, 63.0, 67.0]


def test_of_a_refused_file_nothing_is_kept(model: LoadedModel) -> None:
    sink = InMemory(model.schema)
    content = table(*ROWS * 9_000, '"never closed')
    report = score_file.score_into(sink, io.BytesIO(content), model, model)
    assert report.refusal is not None
    assert sink.scored is None
