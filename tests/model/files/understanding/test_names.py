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
        ("Max HR (beats/min)", "thalach"),
        ("max_heart_rate_per_minute", "thalach"),
        ("patient's age", "age"),
        ("number of major vessels (0-3) colored by flourosopy", "ca"),
        ("oldpeak = ST depression induced by exercise relative to rest", "oldpeak"),
        ("fasting blood sugar > 120 mg/dl", "fbs"),
        ("colesterol", "chol"),
        ("maxheartrat", "thalach"),
        ("restingbloodpresure", "trestbps"),
        ("thalasemia", "thal"),
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
        # The contrary of what the input is
        "min heart rate",
        "HR_min",
        "minheartrate",
        "heartratemin",
        "hdlcholesterol",
        "oldcholesterol",
        "oldpeak2",
        "hrmin",
        "thalach_min",
        "nadir heart rate",
        "resting heart rate",
        "heart rate at rest",
        "mean HR",
        "HR reserve",
        "resting ST depression",
        "ST depression in recovery",
        "BP recovery",
        "24h blood pressure",
        "home blood pressure",
        # Another substance, illness or procedure of the same letters
        "ca 19-9",
        "CA19-9",
        "CA 125",
        "CA-125",
        "ca 15-3",
        "Ca++",
        "ca (mmol/L)",
        "ionised Ca",
        "ca ovarian",
        "breast ca",
        "no of vessels stented",
        "beta thalassemia",
        "urine sugar",
        # Somebody else
        "family history of chest pain",
        "mother's age",
        "mother's cholesterol",
        "parent age",
        "spouse sex",
        # Another time, or a wish
        "previous chest pain",
        "previous bp",
        "previous cholesterol",
        "chol_old",
        "cholesterol goal",
        "cholesterol date",
        "heart age",
        "chol2",
    ],
)
def test_another_quantity_of_nearly_the_same_name_is_not(header: str) -> None:
    found = names.match([header], SCHEMA).found
    assert not [each for each in found if each.confidence > Confidence.UNSURE]
