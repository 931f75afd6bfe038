from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.errors import BundleRefused, InputError
from model.schema import Schema
from model.scoring import LoadedModel, pyfunc
from model.scoring.pyfunc import Served
from model.studies.cohort import Cohort

CANARY = 431.7


@pytest.fixture
def loaded(bundle_folder: tuple[Path, str]) -> LoadedModel:
    return LoadedModel.open(*bundle_folder)


@pytest.fixture
def served(bundle_folder: tuple[Path, str]) -> Served:
    return pyfunc._load_pyfunc(str(bundle_folder[0]))


@pytest.fixture
def rows(cohort: Cohort) -> pd.DataFrame:
    """Three patients under an index of the caller's own."""
    return cohort.rows.head(3).set_index(pd.Index(["c", "a", "a"], name="visit"))


def test_it_answers_as_the_bundle_does(served: Served, loaded: LoadedModel, cohort: Cohort) -> None:
    answer = served.predict(cohort.rows)
    np.testing.assert_array_equal(answer["risk"], loaded.assess(cohort.rows).risk)


@pytest.mark.parametrize(
    ("params", "explained"),
    [
        (None, False),
        ({}, False),
        ({"explain": False}, False),
        ({"explain": True}, True),
        ({"explain": np.True_}, True),
    ],
)
def test_contributions_come_when_asked_for_and_add_up(
    served: Served,
    trained_schema: Schema,
    rows: pd.DataFrame,
    params: Mapping[str, Any] | None,
    explained: bool,
) -> None:
    answer = served.predict(rows, params)
    shares = [f"contribution_{name}" for name in trained_schema.names]
    why = ["risk_low", "risk_high", "submodel", "base", *shares]
    assert list(answer.columns) == ["risk", *(why if explained else []), "population"]
    assert {*answer["population"]} == {trained_schema.outcome.population}
    numbers = answer.drop(columns=["submodel", "population"], errors="ignore")
    assert set(numbers.dtypes) == {np.dtype(np.float64)}
    if explained:
        log_odds = answer[["base", *shares]].sum(axis=1)
        np.testing.assert_allclose(answer["risk"], 1 / (1 + np.exp(-log_odds)), atol=1e-12)
        assert (answer["risk_low"] < answer["risk"]).all()
        assert (answer["risk"] < answer["risk_high"]).all()


@pytest.mark.parametrize("explain", [False, True])
def test_the_caller_s_index_is_kept(served: Served, rows: pd.DataFrame, explain: bool) -> None:
    assert served.predict(rows, {"explain": explain}).index.equals(rows.index)


def test_an_absent_optional_column_and_a_null_are_one_and_the_same(
    served: Served, loaded: LoadedModel, rows: pd.DataFrame
) -> None:
    blank = loaded.assess(rows.assign(ca=np.nan)).risk
    for given in (
        rows.drop(columns="ca"),
        rows.assign(ca=np.nan),
        rows.assign(ca=None),
        rows.assign(ca=pd.array([pd.NA] * 3, dtype="Float64")),
    ):
        np.testing.assert_array_equal(served.predict(given)["risk"], blank)


def test_one_null_blanks_one_patient_only(served: Served, rows: pd.DataFrame) -> None:
    some = rows.astype(object)
    some["thal"] = [some["thal"].iloc[0], None, some["thal"].iloc[2]]
    before, after = served.predict(rows)["risk"], served.predict(some)["risk"]
    assert (before != after).tolist() == [False, True, False]


def test_other_columns_and_their_order_do_not_matter(served: Served, rows: pd.DataFrame) -> None:
    turned = rows[rows.columns[::-1]].assign(name="=cmd()", num=CANARY)
    pd.testing.assert_frame_equal(served.predict(turned), served.predict(rows))


def test_whole_numbers_and_text_do_as_well(served: Served, rows: pd.DataFrame) -> None:
    expected = served.predict(rows)
    pd.testing.assert_frame_equal(served.predict(rows.astype(str)), expected)
    whole = rows.astype({"age": "int64", "sex": "int32", "cp": "Int64"})
    pd.testing.assert_frame_equal(served.predict(whole), expected)


def test_nobody_gets_no_answer(served: Served, rows: pd.DataFrame) -> None:
    answer = served.predict(rows.head(0), {"explain": True})
    assert answer.shape == (0, 19)


@pytest.mark.parametrize(
    ("column", "cell"),
    [("thalach", CANARY), ("thalach", f"{CANARY} bpm"), ("thal", CANARY), ("age", CANARY)],
)
def test_a_row_that_the_form_would_not_take_is_refused_without_its_value(
    served: Served, rows: pd.DataFrame, column: str, cell: object
) -> None:
    faulty = rows.astype(object)
    faulty[column] = [rows[column].iloc[0], cell, rows[column].iloc[2]]
    with pytest.raises(InputError) as refused:
        served.predict(faulty, {"explain": True})
    message = str(refused.value)
    assert message.startswith("Row 2, ")
    assert f"({column})" in message
    assert "431" not in message
    assert refused.value.__cause__ is refused.value.__context__ is None


def test_a_required_column_that_is_missing_is_refused_by_name(
    served: Served, rows: pd.DataFrame
) -> None:
    with pytest.raises(InputError, match=r"^Column sex \(Sex\) is missing"):
        served.predict(rows.drop(columns="sex"))


def test_a_flagged_row_is_scored(served: Served, rows: pd.DataFrame) -> None:
    assert served.predict(rows.assign(age=99.0))["risk"].between(0, 1).all()


def test_a_thousand_faults_make_a_message_of_ten(served: Served, rows: pd.DataFrame) -> None:
    many = pd.concat([rows.assign(age=3.0)] * 400)
    with pytest.raises(InputError) as refused:
        served.predict(many)
    assert str(refused.value).count("Row ") == 10


def test_the_patients_handed_in_are_not_edited(served: Served, rows: pd.DataFrame) -> None:
    before = rows.copy(deep=True)
    served.predict(rows, {"explain": True})
    pd.testing.assert_frame_equal(rows, before)


def test_a_bundle_that_was_changed_is_not_served(bundle_folder: tuple[Path, str]) -> None:
    folder, _ = bundle_folder
    (folder / "additive.json").write_bytes(b"{}")
    with pytest.raises(BundleRefused):
        pyfunc._load_pyfunc(str(folder))
