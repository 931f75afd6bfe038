from __future__ import annotations

import dataclasses

import pytest

from dashboard import text
from model.schema import Outcome
from tests.dashboard.fakes import version

OUTCOME = Outcome("narrowed artery", "have a narrowed artery", "now")


@pytest.mark.parametrize(
    ("risk", "sentence"),
    [
        (0.004, "Of 100 such patients fewer than 1 have a narrowed artery."),
        (0.005, "Of 100 such patients fewer than 1 have a narrowed artery."),
        (0.0051, "Of 100 such patients about 1 have a narrowed artery."),
        (0.994, "Of 100 such patients about 99 have a narrowed artery."),
        (0.62, "Of 100 such patients about 62 have a narrowed artery."),
        (0.9951, "Of 100 such patients more than 99 have a narrowed artery."),
        (1.0, "Of 100 such patients more than 99 have a narrowed artery."),
    ],
)
def test_a_risk_is_said_as_patients_of_a_hundred(risk: float, sentence: str) -> None:
    assert text.of_hundred(risk, OUTCOME) == sentence


def test_a_risk_is_said_with_whom_it_holds_for() -> None:
    outcome = dataclasses.replace(OUTCOME, population="patients referred for angiography")
    assert text.of_hundred(0.63, outcome, (0.52, 0.73)) == (
        "Of 100 such patients referred for angiography about 63 have a narrowed artery; it could "
        "be 52 to 73."
    )


def test_a_version_is_told_from_others_by_number_estimator_and_aliases() -> None:
    assert text.version_label(version(3, aliases=("champion",))) == "v3 logistic · champion"
    assert text.version_label(version(4, estimator="")) == "v4"


def test_under_every_number_stands_where_it_comes_from() -> None:
    assert text.provenance(version(3), "in this app") == (
        "heart-disease v3, logistic · run 33333333 · scored in this app · "
        "Research use; not a medical device."
    )
