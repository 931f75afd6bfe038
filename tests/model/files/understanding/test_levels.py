"""Columns that hold one input between them: none of them is taken for it."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from model.errors import FileRefused
from model.files.check_file import Examination
from model.files.reading.beginning import propose
from model.files.understanding import mapping_file
from model.studies import cohort, find
from tests.model.files.samples import SCHEMA

PATIENTS = cohort.read(find("heart-disease")).training.rows.head(40).reset_index(drop=True)


def dummies(name: str, columns: dict[str, float]) -> pd.DataFrame:
    answers = {column: (PATIENTS[name] == code).astype(int) for column, code in columns.items()}
    return PATIENTS.drop(columns=name).assign(**answers)


SPREAD = {
    "cp": {"cp_1": 1, "cp_2": 2, "cp_3": 3, "cp_4": 4},
    "restecg": {"restecg_0": 0, "restecg_1": 1, "restecg_2": 2},
    "slope": {"slope_2.0": 2, "slope_3.0": 3},
    "thal": {"thal_normal": 3, "thal_fixed defect": 6, "thal_reversible defect": 7},
    "exang": {"exang_no": 0, "exang_yes": 1},
    "ca": {"ca0": 0, "ca1": 1, "ca2": 2, "ca3": 3},
    "trestbps": {"Resting BP 1": 130, "Resting BP 2": 120},
}


@pytest.mark.parametrize("name", SPREAD)
def test_none_of_several_columns_is_read_and_what_to_do_is_said(name: str) -> None:
    content = dummies(name, SPREAD[name]).to_csv(index=False).encode()
    proposal = propose(io.BytesIO(content), SCHEMA)
    assert name not in proposal.mapping.by_feature
    assert proposal.apart == {name: tuple(SPREAD[name])}
    assert proposal.is_needed
    assert {*SPREAD[name]} <= {*proposal.mapping.kept}
    draft = mapping_file.draft(proposal)
    assert all(column in draft.split("\nunsure:")[1] for column in SPREAD[name])
    with pytest.raises(FileRefused, match=f"Write it as one column {name}"):
        [*Examination(io.BytesIO(content), SCHEMA).run(lambda each: each)]


@pytest.mark.parametrize(
    ("name", "column", "code"),
    [("cp", "cp_4", 4), ("thal", "thal_7", 7), ("sex", "sex_0", 0), ("exang", "exang_no", 0)],
)
def test_a_column_for_one_answer_alone_is_not_read_either(
    name: str, column: str, code: float
) -> None:
    content = dummies(name, {column: code}).to_csv(index=False).encode()
    assert name not in propose(io.BytesIO(content), SCHEMA).mapping.by_feature


def test_a_column_that_is_named_as_the_input_is_read_beside_its_dummies() -> None:
    rows = dummies("cp", SPREAD["cp"]).assign(cp=PATIENTS["cp"])
    proposal = propose(io.BytesIO(rows.to_csv(index=False).encode()), SCHEMA)
    assert proposal.mapping.by_feature["cp"].column == "cp"
    assert not proposal.apart
