"""Pickles that older versions of scikit-learn wrote answer as they did there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.adoption.opening import formats, older

OLDER = Path(__file__).with_name("older")
FILES = sorted(path.name for path in OLDER.iterdir() if path.suffix in (".pkl", ".joblib"))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.InconsistentVersionWarning")
@pytest.mark.parametrize("name", FILES)
def test_a_pickle_of_an_older_library_answers_as_it_did_there(name: str) -> None:
    kind, _, version = Path(name).stem.partition("-")
    rows = pd.read_csv(OLDER / "patients.csv")
    rows[["age", "chol"]] = rows[["age", "chol"]].astype(float)
    taken = rows if kind == "logistic" else rows[["age", "chol"]]

    opened = formats.open_file(OLDER / name, "pickle")
    words = {"sex": "word"}
    opened.columns = tuple({"name": n, "kind": words.get(n, "number")} for n in taken)

    answer = opened.ask("predict_proba", taken).values[:, 1]
    there = json.loads((OLDER / f"answers-{version}.json").read_text())[kind]
    assert np.abs(answer - there).max() <= 1e-12
    assert older.written_by(opened.fitted).startswith(version)


def test_both_versions_are_there() -> None:
    assert {Path(name).stem.partition("-")[2] for name in FILES} == {"1.4", "1.8"}


def test_who_wrote_it_is_said_where_that_is_another() -> None:
    environment = {"sklearn": "1.9.1"}
    (note,) = older.notes({"written_by": "1.4.2", "environment": environment})
    assert note == "scikit-learn 1.4.2 wrote it, and 1.9.1 opened it here."
    assert older.notes({"written_by": "1.9.0", "environment": environment}) == ()
    assert older.notes({"written_by": "", "environment": environment}) == ()
