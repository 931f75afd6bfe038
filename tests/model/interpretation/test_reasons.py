from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from model import estimators
from model.interpretation.reasons import Reason, chips, phrase, reasons, sentence, steps
from model.schema import Schema
from model.scoring import RiskModel, risk_of
from model.scoring.documents import Contrary
from model.studies import Study
from model.studies.cohort import Cohort
from model.training.export.exporter import form_of
from model.training.reporting.expectations import surprises

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
    ("ordered", "said", "short"),
    [
        ((UP,), "ST depression 2.3 mm raises it most.", ["↑ ST depression 2.3 mm"]),
        ((DOWN,), "Sex: female lowers it most.", ["↓ Sex: female"]),
        (
            (UP_MORE, DOWN, UP, UP_LESS),
            "Thallium scan: reversible defect and ST depression 2.3 mm raise it most; Sex: female "
            "lowers it most.",
            ["↑ Thallium scan: reversible defect", "↓ Sex: female", "↑ ST depression 2.3 mm"],
        ),
        ((HARDLY,), "No single finding moves this number much.", []),
        ((BLANK,), "No single finding moves this number much.", []),
        ((), "No single finding moves this number much.", []),
    ],
)
def test_what_moved_the_number_is_said_in_a_sentence_and_on_chips(
    ordered: tuple[Reason, ...], said: str, short: list[str]
) -> None:
    assert sentence(ordered) == said
    assert chips(ordered) == short


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("age", 57.0, "age 57"),
        ("sex", 1.0, "male sex"),
        ("cp", 1.0, "typical angina"),
        ("exang", 0.0, "no exercise angina"),
        ("exang", 1.0, "exercise angina"),
        ("thal", 3.0, "normal thallium scan"),
        ("thal", 7.0, "reversible defect"),
        ("oldpeak", 2.3, "ST depression 2.3 mm"),
    ],
)
def test_a_finding_within_a_sentence(study: Study, name: str, value: float, said: str) -> None:
    assert phrase(study.schema[name], value) == said


def test_points_are_shared_in_proportion_to_the_log_odds() -> None:
    """So that order, length and figure of a bar say the same."""
    path = list(steps(-0.4, (UP_MORE, UP, DOWN, UP_LESS)))
    shares = [step.change / step.reason.contribution for step in path]
    assert shares == pytest.approx([shares[0]] * 4)
    sizes = [abs(step.change) for step in path]
    assert sizes == sorted(sizes, reverse=True)


def test_effects_that_cancel_out_are_worth_the_slope_of_the_curve() -> None:
    cancelled = (reason("up", 1.5), reason("down", -1.5))
    raised, lowered = steps(0.0, cancelled)
    assert raised.change == pytest.approx(1.5 * 0.25)
    assert lowered.after == pytest.approx(0.5)


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


@pytest.fixture(scope="module")
def sure(study: Study, cohort: Cohort) -> tuple[RiskModel, list[Contrary]]:
    """A model that knows how sure its contributions are, and what runs against expectation."""
    unfitted = estimators.build("logistic", study)
    fitted = unfitted.fit(cohort.rows, cohort.outcome)
    form = form_of(fitted)
    engine = form.with_uncertainty(
        form.read_off(fitted, study, cohort.rows), fitted, study, cohort, (), 1.05
    )
    found = surprises(study.plan.expectations, engine, cohort.rows.dropna())
    return RiskModel(study.schema, engine), [each.contrary(study.schema) for each in found]


def explained(sure: tuple[RiskModel, list[Contrary]], **values: float) -> dict[str, Reason]:
    """What moves the risk of one patient, by input."""
    model, contraries = sure
    rows = pd.DataFrame([values], columns=list(model.schema.names), dtype=np.float64)
    why = model.assess(rows, explain=True).explanation
    bounds = model.contribution_bounds(rows)
    assert why is not None
    assert bounds is not None
    ends = (bounds[0].iloc[0], bounds[1].iloc[0])
    shares = why.contributions.iloc[0]
    found = reasons(model.schema, rows.iloc[0], shares, ends, contraries)
    return {each.feature: each for each in found}


def test_a_reason_that_may_as_well_do_the_opposite_is_not_named(
    sure: tuple[RiskModel, list[Contrary]],
) -> None:
    found = explained(sure, age=30, sex=0, cp=1, fbs=0)
    for unsure in ("age", "fbs"):
        assert not found[unsure].certain
    assert found["cp"].certain
    said = sentence([*found.values()])
    assert "age" not in said.lower()
    assert "sugar" not in said
    assert "typical angina" in said.lower()


def test_every_contribution_lies_within_its_interval(
    sure: tuple[RiskModel, list[Contrary]], cohort: Cohort
) -> None:
    for _, patient in cohort.rows.iloc[:20].iterrows():
        for each in explained(sure, **patient.to_dict()).values():
            assert each.low <= each.contribution <= each.high


def test_the_interval_of_a_slope_is_that_of_its_weight(
    sure: tuple[RiskModel, list[Contrary]], cohort: Cohort
) -> None:
    """By hand: the distance from the mean, times where the weight may lie."""
    term = next(each for each in sure[0].engine.full.terms if each.inputs == ("trestbps",))
    known = sure[0].engine.full.uncertainty
    places = [0]
    for each in sure[0].engine.full.terms:
        places.append(places[-1] + len(each.parameters))
    at = known.at[places[sure[0].engine.full.terms.index(term)] + 1]
    away = 170 - cohort.rows["trestbps"].mean()
    reach = 1.959963984540054 * abs(away) * known.errors[at]
    found = explained(sure, age=50, sex=1, cp=2, trestbps=170)["trestbps"]
    middle = away * known.middle[at]
    assert found.low == pytest.approx(min(middle - reach, found.contribution), rel=1e-4)
    assert found.high == pytest.approx(max(middle + reach, found.contribution), rel=1e-4)


def test_what_runs_against_expectation_is_said_at_the_reason(
    sure: tuple[RiskModel, list[Contrary]],
) -> None:
    typical, atypical = (explained(sure, age=57, sex=1, cp=cp)["cp"] for cp in (1, 3))
    assert typical.against_expectation is not None
    assert "among patients referred for coronary angiography" in typical.against_expectation
    assert "most suspicious complaint" in typical.against_expectation
    assert atypical.against_expectation is None


def test_of_a_version_without_intervals_every_reason_may_be_named(trained_schema: Schema) -> None:
    (first, *_) = of_patient(trained_schema, {"thal": 2.0})
    assert first.low is None
    assert first.certain
    assert sentence([first]) == "Reversible defect raises it most."
