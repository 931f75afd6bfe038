"""A table with the outcome, handed in at adoption, says how the model does on it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from model.adoption import supplied
from model.adoption.output import Output
from model.schema import Feature, Interval, Outcome, Schema
from model.scoring import RiskModel
from model.scoring.supplied import Supplied

CLASSES = ("ill", "well")


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"Age": [50, 60], "died": ["ill", "well"]}, "died"),
        ({"Age": [50, 60], "died": ["ill", "dead"]}, None),
        ({"Age": [50, 60], "died": ["ill", "ill"]}, None),
        ({"Age": ["ill", "well"]}, None),
        ({"a": ["ill", "well"], "b": ["ill", "well"]}, None),
        ({"a": ["ill", "well"], "outcome": ["ill", "well"]}, "outcome"),
        ({"died": ["ill ", None, "well"]}, "died"),
    ],
)
def test_the_outcome_is_the_column_of_the_model_s_classes(
    columns: dict[str, list[Any]], found: str | None
) -> None:
    assert supplied.outcome_column(pd.DataFrame(columns), ("Age",), CLASSES) == found


def test_a_number_with_blanks_is_still_a_class() -> None:
    table = pd.DataFrame({"died": [1.0, np.nan, 0.0]})
    assert supplied.outcome_column(table, (), ("0", "1")) == "died"


AGE = Feature("Age", "Age", "Inputs", "", required=True, plausible=Interval(0, 100))


class Percent:
    """A model whose risk is the age in percent; a blank is no patient of its."""

    schema = Schema("a", "A", Outcome("o", "have it", "now"), (AGE,))

    def assess(self, rows: pd.DataFrame) -> Any:
        assert rows.notna().all(axis=None)
        return SimpleNamespace(risk=rows["Age"].to_numpy() / 100)


def patients() -> pd.DataFrame:
    random = np.random.default_rng(0)
    age = random.uniform(5, 95, 400).round()
    died = np.where(random.uniform(0, 100, 400) < age, "ill", "well").astype(object)
    table = pd.DataFrame({"Age": age, "died": died})
    table.loc[:9, "Age"] = np.nan
    table.loc[10:14, "died"] = None
    return table


def measured(table: pd.DataFrame) -> Supplied | None:
    told = {"classes": ["ill", "well"]}
    values = table[["Age"]].to_numpy(np.float64)
    output = Output("predict_proba", ("ill",))
    return supplied.measure(cast(RiskModel, Percent()), values, table, told, output)


def test_every_patient_with_values_and_an_outcome_counts() -> None:
    found = measured(patients())
    assert found is not None
    assert (found.patients, found.column) == (385, "died")
    assert found.events == (patients().died[15:] == "ill").sum()
    auc = found.estimate("roc_auc")
    assert auc.value is not None
    assert auc.value > 0.7, "the class that is the outcome counts, not the other"
    assert auc.has_interval
    assert Supplied.from_json(found.to_json()) == found


def test_too_few_are_not_measured() -> None:
    assert measured(patients().head(30)) is None
    assert measured(patients().assign(died=None)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"supplied_version": 2},
        {"events": 0},
        {"metrics": {"roc_auc": {"value": "high"}}},
        {"metrics": [1]},
        {"column": 3},
    ],
)
def test_a_document_that_is_none_is_refused(change: dict[str, Any]) -> None:
    found = measured(patients())
    assert found is not None
    document = json.loads(found.to_json()) | change
    with pytest.raises(ValueError, match="what was measured on the table"):
        Supplied.from_json(json.dumps(document))
