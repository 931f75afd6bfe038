from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model import estimators
from model.errors import GoldenMismatch
from model.intake import check
from model.schema import Schema
from model.scoring import Additive, Assessment, Golden, LoadedModel, RiskModel, bundle
from model.scoring.bundle import Manifest
from model.scoring.golden import patients
from model.scoring.uncertainty import Uncertainty

EVERY = pytest.mark.parametrize("name", estimators.names())


def shifted(form: Additive, at: int, **factors: float) -> Additive:
    """The form with properties of one term multiplied by a factor near one."""
    (whole,) = form.sums
    term: Any = whole.terms[at]
    changes = {
        name: tuple(factor * each for each in value) if isinstance(value, tuple) else factor * value
        for name, factor in factors.items()
        for value in [getattr(term, name)]
    }
    terms = [*whole.terms[:at], dataclasses.replace(term, **changes), *whole.terms[at + 1 :]]
    return with_sum(form, terms=tuple(terms))


def of(form: Additive) -> Uncertainty:
    known = form.sums[0].uncertainty
    assert known is not None
    return known


def unsure(form: Additive, **changes: Any) -> Additive:
    return with_sum(form, uncertainty=dataclasses.replace(of(form), **changes))


def with_sum(form: Additive, **changes: Any) -> Additive:
    (whole,) = form.sums
    return dataclasses.replace(form, sums=(dataclasses.replace(whole, **changes),))


def test_golden_patients_have_every_pattern_that_matters(trained_schema: Schema) -> None:
    rows = patients(trained_schema)
    blank = rows.isna()
    optional = [name for name in trained_schema.names if name not in trained_schema.required]
    assert len(rows) >= 24
    assert not blank[list(trained_schema.required)].any(axis=None)
    assert (~blank).all(axis=1).any(), "nobody is complete"
    assert blank[optional].all(axis=1).any(), "nobody lacks every test"
    for name in optional:
        assert (blank[name] & (blank.sum(axis=1) == 1)).any(), f"{name} is never missing alone"
    assert blank.sum(axis=1).between(2, len(optional) - 1).any(), "nobody lacks some"


def test_golden_patients_could_be_real_and_pass_the_form(trained_schema: Schema) -> None:
    rows = patients(trained_schema)
    checked = check(rows, trained_schema)
    assert {issue.code for issue in checked.issues} == {"not-measured"}
    assert len(checked.rows) == len(rows)


def test_golden_patients_are_made_up(trained_schema: Schema, cohort: Any) -> None:
    known = {tuple(row) for row in cohort.rows.fillna(-1).to_numpy().tolist()}
    made_up = {tuple(row) for row in patients(trained_schema).fillna(-1).to_numpy().tolist()}
    assert not known & made_up


def test_golden_patients_are_the_same_each_time(trained_schema: Schema) -> None:
    pd.testing.assert_frame_equal(patients(trained_schema), patients(trained_schema))


def test_a_schema_that_was_not_trained_has_golden_patients_too(
    trained_schema: Schema,
) -> None:
    untrained = trained_schema.with_training_ranges({})
    assert check(patients(untrained), untrained).stopped == ()


@EVERY
def test_a_model_reproduces_its_own_numbers_also_after_json(
    risk_model: Callable[[str], RiskModel], trained_schema: Schema, name: str
) -> None:
    golden = Golden.of(risk_model(name), trained_schema)
    golden.replay(risk_model(name), "here")
    again = Golden.from_json(golden.to_json(), trained_schema)
    pd.testing.assert_frame_equal(again.rows, golden.rows, check_exact=True)
    pd.testing.assert_frame_equal(
        again.answers.to_frame(), golden.answers.to_frame(), check_exact=True
    )
    again.replay(risk_model(name), "here")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda f: with_sum(f, intercept=f.sums[0].intercept + 1e-8), id="intercept"),
        pytest.param(lambda f: shifted(f, 0, slope=1 + 1e-6), id="slope of age"),
        pytest.param(lambda f: shifted(f, 4, missing=1 + 1e-6), id="blank cholesterol"),
        pytest.param(lambda f: shifted(f, 2, effects=1 + 1e-6), id="chest pain"),
        pytest.param(lambda f: shifted(f, 11, missing=1 + 1e-6), id="vessels not looked at"),
        pytest.param(lambda f: shifted(f, 12, mean=1 + 1e-6), id="background of the scan"),
        pytest.param(lambda f: shifted(f, 13, slope=1 + 1e-6), id="slope of the ratio"),
        pytest.param(lambda f: shifted(f, 13, missing_numerator=1 + 1e-6), id="blank pulse"),
        pytest.param(lambda f: shifted(f, 13, mean_numerator=1 + 1e-6), id="share of the ratio"),
        pytest.param(lambda f: shifted(f, 13, slope=0), id="ratio without effect"),
        pytest.param(
            lambda f: unsure(f, errors=tuple(1.0001 * each for each in of(f).errors)),
            id="how sure",
        ),
        pytest.param(
            lambda f: unsure(f, middle=tuple(1.0001 * each for each in of(f).middle)),
            id="middle of the interval",
        ),
    ],
)
def test_a_changed_coefficient_is_a_mismatch(
    risk_model: Callable[[str], RiskModel],
    trained_schema: Schema,
    change: Callable[[Additive], Additive],
) -> None:
    model = risk_model("baseline")
    golden = Golden.of(model, trained_schema)
    other = RiskModel(trained_schema, change(model.engine))
    with pytest.raises(GoldenMismatch, match=r"does not reproduce its own numbers at the endpoint"):
        golden.replay(other, "at the endpoint")


def test_a_bundle_with_a_changed_coefficient_is_not_opened(
    tmp_path: Path, manifest: Manifest, bundle_files: Callable[[str], dict[str, bytes]]
) -> None:
    """Even where whoever changed it wrote a manifest to match."""
    files = bundle_files("logistic")
    form = json.loads(files["additive.json"])
    form["submodels"][0]["parameters"][1] *= 1.000001
    files["additive.json"] = json.dumps(form).encode()
    bundle.write(tmp_path / "bundle", manifest, files)
    with pytest.raises(GoldenMismatch):
        LoadedModel.open(tmp_path / "bundle")


class Answers:
    """A scorer that says what it is told to."""

    def __init__(self, answer: Assessment) -> None:
        self._answer = answer

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        return self._answer


def test_an_answer_that_is_not_a_number_is_a_mismatch(
    risk_model: Callable[[str], RiskModel], trained_schema: Schema
) -> None:
    golden = Golden.of(risk_model("logistic"), trained_schema)
    golden.replay(Answers(golden.answers), "here")
    blank = dataclasses.replace(golden.answers, risk=np.full(len(golden.rows), np.nan))
    with pytest.raises(GoldenMismatch):
        golden.replay(Answers(blank), "here")


def test_an_answer_from_another_submodel_is_a_mismatch(
    risk_model: Callable[[str], RiskModel], trained_schema: Schema
) -> None:
    golden = Golden.of(risk_model("reference"), trained_schema)
    why = golden.answers.explanation
    assert why is not None
    assert len(set(why.submodel)) > 2
    renamed = dataclasses.replace(why, submodel=np.full(len(golden.rows), "all tests", object))
    with pytest.raises(GoldenMismatch):
        golden.replay(Answers(dataclasses.replace(golden.answers, explanation=renamed)), "here")


@pytest.mark.parametrize("risk", [-0.01, 1.01, np.nan, np.inf, None, "high"])
def test_a_risk_that_is_no_probability_is_no_answer(risk: object) -> None:
    with pytest.raises(ValueError, match=r"a risk outside 0 to 1|not a (finite )?number"):
        Assessment.from_frame(pd.DataFrame({"risk": [0.5, risk]}), ())


def without(key: str) -> Callable[[Any], Any]:
    return lambda document: {name: part for name, part in document.items() if name != key}


def first_answer(**changes: object) -> Callable[[Any], Any]:
    def change(document: Any) -> Any:
        first, *others = document["answers"]
        return {**document, "answers": [{**first, **changes}, *others]}

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(first_answer(risk=float("nan")), id="risk NaN"),
        pytest.param(first_answer(base=float("inf")), id="base infinite"),
        pytest.param(first_answer(contribution_age=None), id="contribution null"),
        pytest.param(first_answer(risk=1.5), id="risk above one"),
        pytest.param(first_answer(risk=0.5), id="risk that is not the sum"),
        pytest.param(first_answer(risk="high"), id="risk in words"),
        pytest.param(first_answer(risk_high=0.0), id="risk outside its interval"),
        pytest.param(first_answer(submodel=None), id="nobody answered"),
        pytest.param(lambda d: {key: d[key][:23] for key in d}, id="23 patients"),
        pytest.param(lambda d: {**d, "answers": d["answers"][1:]}, id="one answer too few"),
    ],
)
def test_golden_patients_without_sound_answers_are_not_read(
    risk_model: Callable[[str], RiskModel],
    trained_schema: Schema,
    change: Callable[[Any], Any],
) -> None:
    document = json.loads(Golden.of(risk_model("logistic"), trained_schema).to_json())
    with pytest.raises(ValueError):  # noqa: PT011  the reasons differ, the kind must not
        Golden.from_json(json.dumps(change(document)), trained_schema)


@pytest.mark.parametrize("key", ["patients", "answers"])
def test_golden_patients_that_lack_a_part_are_not_read(
    risk_model: Callable[[str], RiskModel], trained_schema: Schema, key: str
) -> None:
    document = json.loads(Golden.of(risk_model("logistic"), trained_schema).to_json())
    with pytest.raises(KeyError):
        Golden.from_json(json.dumps(without(key)(document)), trained_schema)
