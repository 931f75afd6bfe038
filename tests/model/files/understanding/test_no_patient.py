"""A mapping holds no patient: neither as a header, nor as a word that nobody could read."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from model.files.reading.beginning import propose
from model.files.understanding import mapping_file
from model.studies import cohort, find
from tests.model.files.samples import SCHEMA

PATIENTS = cohort.read(find("heart-disease")).training.rows.head(40).reset_index(drop=True)


def draft(rows: pd.DataFrame, *, header: bool = True) -> str:
    content = rows.to_csv(index=False, header=header).encode()
    return mapping_file.draft(propose(io.BytesIO(content), SCHEMA)).split("study:")[1]


@pytest.mark.parametrize(
    "first",
    [
        {"name": "Anna Schmidt"},
        {"name": "Anna Schmidt", "ward": "4B"},
        {"name": "Anna Schmidt", "born": "1951-02-03"},
    ],
)
@pytest.mark.parametrize("words", [False, True])
def test_the_first_patient_of_a_file_without_header_is_no_header(
    first: dict[str, str], words: bool
) -> None:
    rows = PATIENTS.astype(object).assign(chol=431.7, **first)
    if words:
        rows = rows.assign(sex="male", thal="fixed defect", cp="typical angina")
    document = draft(rows[[*first, *SCHEMA.names]], header=False)
    assert "header: false" in document
    for cell in (*first.values(), "431.7", "male", "fixed", "typical"):
        assert cell not in document


def test_a_first_line_of_names_is_a_header() -> None:
    assert "header: true" in draft(PATIENTS.assign(note="x", **{"2019": 1, "2020": 2}))
    assert "header: true" in draft(PATIENTS[["age", "sex"]])


@pytest.mark.parametrize(
    ("name", "cells", "kept"),
    [
        ("thal", ["Anna Schmidt"], False),  # one patient's
        ("thal", ["odd", "odd"], True),
        ("thal", ["ID 4711", "ID 4711"], False),
        ("thal", ["a note on how it went, in a sentence or two"] * 2, False),
        ("chol", ["haemolytic", "haemolytic"], False),  # no code can be its meaning
    ],
)
def test_an_unclear_word_is_kept_only_if_it_can_be_nobodys(
    name: str, cells: list[str], kept: bool
) -> None:
    rows = PATIENTS.astype(object)
    rows.loc[: len(cells) - 1, name] = cells
    assert (cells[0] in draft(rows)) == kept
