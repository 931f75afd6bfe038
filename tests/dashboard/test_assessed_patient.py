"""The patient in the form, as every part of the page sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from dashboard.assessed_patient import Case
from dashboard.scorers import LocalScorer
from dashboard.services import Chosen
from model.intake import check_patient
from model.record import receipt
from model.record.verification import differences
from model.scoring import LoadedModel
from model.scoring.engine import risk_of
from tests.dashboard.fakes import REQUIRED, version

Models = dict[str, LoadedModel]
PATIENT = {**REQUIRED, "thal": 7.0, "oldpeak": 2.3}


def case(model: LoadedModel, local: float | None = None, **changes: float) -> Case:
    chosen = Chosen(version(1, model.digest), model, LocalScorer(model))
    return Case.of(chosen, check_patient({**PATIENT, **changes}, model.schema), local)


@pytest.mark.parametrize("local", [None, 0.1, 0.9])
@pytest.mark.parametrize("name", ["baseline", "reference", "forest"])
def test_its_receipt_scores_again_to_the_same_number(
    loaded: Models, name: str, local: float | None
) -> None:
    record = case(loaded[name], local).record(datetime(2026, 3, 1, tzinfo=UTC))
    kept, unchanged = receipt.read(receipt.write(record).encode())
    assert unchanged
    # How sure each reason is, and where the picture begins, stay on the page.
    assert kept == replace(record, bounds={}, average=None)
    assert record.risk == case(loaded[name], local).risk
    assert differences(kept, loaded[name]) == ()


def test_a_record_holds_what_was_measured_and_every_reason_to_doubt(loaded: Models) -> None:
    record = case(loaded["reference"], age=90.0).record()
    assert record.values == {**PATIENT, "age": 90.0}
    assert record.flags == (
        "Age: outside the range the model was trained on. Trust this number less.",
    )
    assert record.when.tzinfo is not None
    assert record.origin.digest == loaded["reference"].digest


def test_what_it_starts_from_is_one_number_for_one_version(loaded: Models) -> None:
    complete = loaded["reference"].golden.rows.iloc[0].to_dict()
    whole = case(loaded["reference"], **{str(name): each for name, each in complete.items()})
    sparse = case(loaded["reference"], 0.2)
    assert sparse.why.base[0] != whole.why.base[0]  # of another submodel
    assert sparse.base == whole.base
    assert [each.label for each in sparse.causes][:2] == [
        "Local prevalence",
        "Average without the tests not measured",
    ]
    reached = sparse.base + sum(each.contribution for each in sparse.causes)
    assert risk_of(np.array([reached]))[0] == pytest.approx(sparse.risk, abs=1e-12)


def test_another_patient_is_asked_about_in_the_same_way(loaded: Models) -> None:
    model = loaded["baseline"]
    other = case(model, 0.1).other(check_patient({**PATIENT, "thal": 3.0}, model.schema))
    assert other.risk == case(model, 0.1, thal=3.0).risk
    assert other.prevalence == case(model, 0.1).prevalence
