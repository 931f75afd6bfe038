"""What holds a patient says nothing of them where it is printed by chance, as in a log."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dashboard.batch_run import Upload
from model.fhir.account import Fate, Row, Understood
from model.record.record import Origin, Record

VALUE = 431.7
TEXT = "431.7"
DAY = date(1989, 8, 17)
ORIGIN = Origin("heart-disease", 1, "m-1", "r-1", "0", "0", "0", "logistic")
NUMBERS = {"chol": VALUE}
HOLDING = {
    "a record": Record(
        when=datetime(2024, 2, 29, tzinfo=UTC),
        origin=ORIGIN,
        route="in this app",
        values=NUMBERS,
        risk=VALUE,
        low=VALUE,
        high=VALUE,
        submodel="all tests",
        base=VALUE,
        contributions=NUMBERS,
    ),
    "a part of a health record": Row("Observation", TEXT, Fate.CONVERTED, TEXT),
    "a health record": Understood(NUMBERS, (Row("a", TEXT, Fate.CONVERTED, TEXT),), DAY),
    "a file": Upload.of("patients.csv", f"chol\n{TEXT}\n".encode()),
}


@pytest.mark.parametrize("what", HOLDING)
def test_what_holds_a_patient_prints_nothing_of_them(what: str) -> None:
    printed = repr(HOLDING[what])
    assert TEXT not in printed
    assert "1989" not in printed
