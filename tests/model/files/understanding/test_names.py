"""Which headers are taken for an input, and which are another quantity of nearly the same name."""

from __future__ import annotations

import pytest

from model.files.understanding import names
from model.files.understanding.names import Confidence
from model.studies import find

SCHEMA = find("heart-disease").schema


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("max heart rate", "thalach"),
        ("Resting blood pressure (mm Hg)", "trestbps"),
        ("Total cholesterol", "chol"),
        ("fasting blood sugar", "fbs"),
        ("chest pain type", "cp"),
        ("exercise induced angina", "exang"),
    ],
)
def test_a_name_in_use_is_taken_for_its_input(header: str, meant: str) -> None:
    (found,) = names.match([header], SCHEMA).found
    assert found.feature == meant
    assert found.confidence > Confidence.UNSURE


@pytest.mark.parametrize(
    "header",
    [
        "minimum heart rate",
        "target heart rate",
        "percent predicted heart rate",
        "admission heart rate",
        "BP lower",
        "standing blood pressure",
        "BP meds",
        "cholesterol meds",
        "cholesterol treated",
        "non-fasting blood sugar",
        "history of chest pain",
        "history of angina",
        "HDL cholesterol",
    ],
)
def test_another_quantity_of_nearly_the_same_name_is_not(header: str) -> None:
    found = names.match([header], SCHEMA).found
    assert not [each for each in found if each.confidence > Confidence.UNSURE]
