"""What a missing test could do: from aggregates, and true of patients who were not among them."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from model.interpretation.conditional_results import Conditional
from model.interpretation.missing_tests import Prospect, prospects
from model.schema import Schema
from model.scoring import RiskModel
from model.studies.cohort import Cohort
from model.training import applicability

Models = Callable[[str], RiskModel]
TESTS = ("blood test", "exercise test", "fluoroscopy", "thallium scan")


FOLDS = 4


def without(cohort: Cohort, schema: Schema, fold: int) -> tuple[Conditional, pd.DataFrame]:
    """Aggregates of all complete patients but every fourth, and these."""
    whole = cohort.rows.dropna()
    left_out = np.arange(len(whole)) % FOLDS == fold
    learned = Cohort(whole[~left_out], cohort.outcome[whole.index[~left_out]])
    aggregates = applicability.measure(schema, learned)
    return Conditional(schema, aggregates, len(learned.rows)), whole[left_out]


@pytest.fixture(scope="module")
def conditional(cohort: Cohort, trained_schema: Schema) -> Conditional:
    return without(cohort, trained_schema, 0)[0]


@pytest.fixture(scope="module")
def foretold(
    cohort: Cohort, trained_schema: Schema, risk_model: Models
) -> Callable[[str], list[tuple[Prospect, float]]]:
    """foretold(test): of every complete patient, what the test could do, from the others alone,
    and the risk with the result it had.
    """

    @functools.cache
    def of(test: str) -> list[tuple[Prospect, float]]:
        return [
            of_test(risk_model("reference"), conditional, row, test)
            for conditional, others in (
                without(cohort, trained_schema, fold) for fold in range(FOLDS)
            )
            for _, row in others.iterrows()
        ]

    return of


def of_test(
    model: RiskModel, conditional: Conditional, patient: pd.Series, test: str
) -> tuple[Prospect, float]:
    """What the test could do before it is done, and the risk after it was."""
    blank = patient.copy()
    blank[list(model.schema.tests[test])] = np.nan
    found = prospects(
        model.schema, conditional, blank.to_dict(), lambda rows: model.assess(rows).risk
    )
    (only,) = found
    return only, float(model.assess(patient.to_frame().T).risk[0])


Foretold = Callable[[str], list[tuple[Prospect, float]]]


@pytest.mark.parametrize("test", TESTS)
def test_the_range_holds_the_risk_with_the_real_result(foretold: Foretold, test: str) -> None:
    found = foretold(test)
    inside = [each.low - 1e-9 <= risk <= each.high + 1e-9 for each, risk in found]
    assert np.mean(inside) >= 0.91
    # A range of everything would hold it, too: most say far less than that.
    assert np.median([each.width for each, _ in found]) < 0.5


@pytest.mark.parametrize("test", TESTS)
def test_how_often_a_threshold_is_reached_is_foretold(foretold: Foretold, test: str) -> None:
    found = foretold(test)
    expected = np.mean([each.at_or_above(0.5) for each, _ in found])
    assert expected == pytest.approx(np.mean([risk >= 0.5 for _, risk in found]), abs=0.05)


def test_the_test_that_could_matter_most_comes_first(
    conditional: Conditional, risk_model: Models, trained_schema: Schema
) -> None:
    patient = dict.fromkeys(trained_schema.names, np.nan) | {"age": 57.0, "sex": 1.0, "cp": 4.0}
    model = risk_model("reference")
    found = prospects(trained_schema, conditional, patient, lambda rows: model.assess(rows).risk)
    assert {each.test for each in found} == set(trained_schema.tests)
    widths = [each.width for each in found]
    assert widths == sorted(widths, reverse=True)
    assert found[0].test in ("fluoroscopy", "thallium scan", "exercise test")


def test_what_was_measured_is_not_made_up(conditional: Conditional, trained_schema: Schema) -> None:
    asked: list[pd.DataFrame] = []

    def risk(rows: pd.DataFrame) -> np.ndarray:
        asked.append(rows)
        return np.full(len(rows), 0.5)

    patient = dict.fromkeys(trained_schema.names, np.nan)
    patient |= {"age": 57.0, "sex": 1.0, "cp": 4.0, "thalach": 150.0, "oldpeak": 1.5}
    found = {each.test: each for each in prospects(trained_schema, conditional, patient, risk)}
    (rows,) = asked  # an endpoint is asked once
    assert (rows[["age", "thalach", "oldpeak"]] == [57.0, 150.0, 1.5]).all(axis=None)
    assert found["exercise test"].parts == ("exang",)
    for each in found.values():
        assert each.results.weights.sum() == pytest.approx(1)
        for name, values in zip(each.parts, each.results.values.T, strict=True):
            feature = trained_schema[name]
            if feature.is_coded:
                assert set(values) <= set(feature.levels)
            else:
                assert feature.trained is not None
                assert all(value in feature.trained for value in values)


def test_a_result_that_cannot_be_is_no_plausible_one(
    conditional: Conditional, trained_schema: Schema
) -> None:
    """Measured findings count: a healthy-looking heart seldom has three narrowed vessels."""
    patient = dict.fromkeys(trained_schema.names, np.nan)
    well = patient | {"age": 40.0, "sex": 0.0, "cp": 3.0, "thalach": 175.0, "oldpeak": 0.0}
    ill = patient | {"age": 66.0, "sex": 1.0, "cp": 4.0, "thalach": 110.0, "oldpeak": 3.0}
    none, many = (
        dict(zip(each.values[:, 0], each.weights, strict=True))
        for each in (
            conditional.results(who | {"thal": 3.0 if who is well else 7.0}, ["ca"])
            for who in (well, ill)
        )
    )
    assert none[0.0] > 0.75
    assert many.get(0.0, 0.0) < 0.4


def test_nobody_is_asked_about_where_nothing_is_missing(
    conditional: Conditional, trained_schema: Schema, cohort: Cohort
) -> None:
    patient = cohort.rows.iloc[0].to_dict()
    assert prospects(trained_schema, conditional, patient, lambda rows: 1 / 0) == ()
