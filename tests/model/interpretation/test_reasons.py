from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from model.interpretation.reasons import Reason, reasons, sentence, steps
from model.schema import Schema
from model.scoring import RiskModel, risk_of
from model.studies import Study

VALUES = {"age": 57.0, "sex": 1.0, "cp": 4.0, "oldpeak": 2.3, "thal": 7.0}


def reason(finding: str, contribution: float, *, measured: bool = True) -> Reason:
    return Reason(finding, finding, finding, contribution, measured)


def of_patient(schema: Schema, contributions: dict[str, float]) -> tuple[Reason, ...]:
    names = list(schema.names)
    patient = pd.Series(VALUES).reindex(names)
    return reasons(schema, patient, pd.Series(contributions).reindex(names, fill_value=0.0))


def test_every_input_is_a_reason_in_clinical_words(trained_schema: Schema) -> None:
    told = {each.feature: each.finding for each in of_patient(trained_schema, {})}
    assert tuple(sorted(told)) == tuple(sorted(trained_schema.names))
    assert told["age"] == "Age 57 years"
    assert told["oldpeak"] == "ST depression 2.3 mm"
    assert told["thal"] == "Thallium scan: reversible defect"
    assert told["chol"] == "Cholesterol: not measured"


def test_the_largest_comes_first_and_what_was_not_measured_last(trained_schema: Schema) -> None:
    shares = {"age": 0.1, "sex": -0.9, "cp": 0.5, "oldpeak": 0.0, "thal": 2.0, "ca": 3.0}
    ordered = [each.feature for each in of_patient(trained_schema, shares)]
    assert ordered[:6] == ["thal", "sex", "cp", "age", "oldpeak", "ca"]


@pytest.mark.parametrize(
    ("contribution", "measured", "unused"),
    [(0.0, False, True), (1e-12, False, True), (0.01, False, False), (0.0, True, False)],
)
def test_unused_is_what_was_not_measured_and_has_no_effect(
    contribution: float, measured: bool, unused: bool
) -> None:
    assert reason("x", contribution, measured=measured).unused is unused


@pytest.mark.parametrize("name", ["baseline", "logistic"])
def test_the_steps_lead_from_the_base_to_the_models_risk(
    risk_model: Callable[[str], RiskModel], name: str
) -> None:
    model = risk_model(name)
    rows = pd.DataFrame([VALUES]).reindex(columns=list(model.schema.names))
    answer = model.assess(rows, explain=True)
    assert answer.explanation is not None
    base = float(answer.explanation.base[0])
    ordered = reasons(model.schema, rows.iloc[0], answer.explanation.contributions.iloc[0])
    path = list(steps(base, ordered))
    assert math.isclose(path[0].before, risk_of(np.array([base]))[0])
    assert math.isclose(path[-1].after, answer.risk[0], abs_tol=1e-12)
    assert all(a.after == b.before for a, b in pairwise(path))


def test_a_step_changes_the_risk_by_what_its_reason_adds_there() -> None:
    (step,) = steps(0.0, (reason("x", math.log(3)),))
    assert math.isclose(step.before, 0.5)
    assert math.isclose(step.after, 0.75)
    assert math.isclose(step.change, 0.25)


UP = reason("ST depression 2.3 mm", 1.0)
UP_MORE = reason("Thallium scan: reversible defect", 2.0)
UP_LESS = reason("Age 57 years", 0.5)
DOWN = reason("Sex: female", -0.8)
HARDLY = reason("Cholesterol 233 mg/dL", 0.004)
BLANK = reason("Vessels: not measured", 3.0, measured=False)


@pytest.mark.parametrize(
    ("ordered", "said"),
    [
        ((UP,), "Raised most by ST depression 2.3 mm."),
        ((DOWN,), "Lowered most by Sex: female."),
        (
            (UP_MORE, UP, DOWN, UP_LESS),
            "Raised most by Thallium scan: reversible defect and ST depression 2.3 mm; lowered "
            "most by Sex: female.",
        ),
        ((HARDLY,), "No single finding moves this number much."),
        ((BLANK,), "No single finding moves this number much."),
        ((), "No single finding moves this number much."),
    ],
)
def test_one_plain_sentence_says_what_moved_the_number(
    ordered: tuple[Reason, ...], said: str
) -> None:
    assert sentence(ordered) == said


def test_a_value_whose_test_is_incomplete_and_that_does_nothing_is_set_aside(study: Study) -> None:
    patient = pd.Series(dict.fromkeys(study.schema.names, 1.0)) * 1.0
    patient["fbs"] = np.nan
    nothing = pd.Series(0.0, index=list(study.schema.names))

    aside = {each.feature for each in reasons(study.schema, patient, nothing) if each.set_aside}

    assert aside == {"chol"}  # age has no effect either, but is no part of a broken test


def test_a_value_of_an_incomplete_test_that_counts_is_not_set_aside(study: Study) -> None:
    patient = pd.Series(dict.fromkeys(study.schema.names, 1.0))
    patient["fbs"] = np.nan
    counted = pd.Series(0.2, index=list(study.schema.names))

    assert not any(each.set_aside for each in reasons(study.schema, patient, counted))
