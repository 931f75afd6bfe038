"""Clinical quantities that are known by the name of a column, and their unit by its values.

A guess, always marked as one: a name is matched as whole words, and a unit is only named where the
middle of the values lies where that unit puts it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A unit of a quantity: where its values may lie, and where the median of patients does."""

    unit: str
    plausible: tuple[float, float]
    median: tuple[float, float]
    ucum: str = ""


@dataclass(frozen=True)
class Quantity:
    """What is measured, by the words a column's name may have for it."""

    pattern: re.Pattern[str]
    label: str
    group: str
    scales: tuple[Scale, ...]


def _known(names: str, label: str, group: str, *scales: Scale) -> Quantity:
    return Quantity(re.compile(rf"\b({names})\b"), label, group, scales)


PATIENT, VITAL, BLOOD = "Patient", "Vital signs", "Blood tests"

QUANTITIES = (
    _known("age|age years", "Age", PATIENT, Scale("years", (0, 120), (1, 100), "a")),
    _known(
        "height|body height",
        "Height",
        PATIENT,
        Scale("cm", (30, 250), (100, 200), "cm"),
        Scale("m", (0.3, 2.5), (1, 2), "m"),
    ),
    _known("weight|body weight", "Weight", PATIENT, Scale("kg", (1, 400), (30, 120), "kg")),
    _known("bmi|body mass index", "Body mass index", PATIENT, Scale("kg/m²", (8, 90), (18, 40))),
    _known(
        "systolic|sbp|sysbp|systolic blood pressure|trestbps|resting bp",
        "Systolic blood pressure",
        VITAL,
        Scale("mm Hg", (40, 300), (90, 180), "mm[Hg]"),
    ),
    _known(
        "diastolic|dbp|diabp|diastolic blood pressure",
        "Diastolic blood pressure",
        VITAL,
        Scale("mm Hg", (20, 200), (50, 110), "mm[Hg]"),
    ),
    _known(
        "mean arterial pressure|mean blood pressure",
        "Mean arterial pressure",
        VITAL,
        Scale("mm Hg", (20, 250), (60, 130), "mm[Hg]"),
    ),
    _known(
        "pulse|heart rate|hr|heartrate",
        "Heart rate",
        VITAL,
        Scale("beats/min", (20, 300), (50, 140), "/min"),
    ),
    _known(
        "respiratory rate|resp rate|rr",
        "Respiratory rate",
        VITAL,
        Scale("breaths/min", (4, 80), (10, 40), "/min"),
    ),
    _known(
        "temperature|temp|body temperature",
        "Temperature",
        VITAL,
        Scale("°C", (25, 45), (35, 41), "Cel"),
        Scale("°F", (77, 113), (95, 105), "[degF]"),
    ),
    _known(
        "spo2|sao2|oxygen saturation", "Oxygen saturation", VITAL, Scale("%", (30, 100), (80, 100))
    ),
    _known(
        "creatinine|serum creatinine|creat|crea",
        "Creatinine",
        BLOOD,
        Scale("mg/dL", (0.1, 25), (0.4, 5), "mg/dL"),
        Scale("µmol/L", (10, 2200), (40, 400), "umol/L"),
    ),
    _known(
        "glucose|blood sugar|fasting glucose|glu",
        "Glucose",
        BLOOD,
        Scale("mmol/L", (0.5, 60), (3, 20), "mmol/L"),
        Scale("mg/dL", (10, 1100), (60, 360), "mg/dL"),
    ),
    _known(
        "cholesterol|chol|total cholesterol",
        "Cholesterol",
        BLOOD,
        Scale("mmol/L", (1, 26), (2.5, 9), "mmol/L"),
        Scale("mg/dL", (40, 1000), (100, 350), "mg/dL"),
    ),
    _known(
        "hemoglobin|haemoglobin|hb|hgb",
        "Haemoglobin",
        BLOOD,
        Scale("g/dL", (2, 25), (6, 18), "g/dL"),
        Scale("g/L", (20, 250), (60, 180), "g/L"),
    ),
    _known(
        "sodium|serum sodium|na plus",
        "Sodium",
        BLOOD,
        Scale("mmol/L", (90, 200), (120, 155), "mmol/L"),
    ),
    _known(
        "potassium|serum potassium",
        "Potassium",
        BLOOD,
        Scale("mmol/L", (1, 12), (2.5, 6.5), "mmol/L"),
    ),
    _known(
        "urea|blood urea",
        "Urea",
        BLOOD,
        Scale("mmol/L", (0.3, 120), (1.5, 19), "mmol/L"),
        Scale("mg/dL", (2, 700), (20, 120), "mg/dL"),
    ),
    _known(
        "bilirubin|bili|total bilirubin",
        "Bilirubin",
        BLOOD,
        Scale("mg/dL", (0.05, 60), (0.2, 4), "mg/dL"),
        Scale("µmol/L", (1, 1100), (5, 80), "umol/L"),
    ),
    _known(
        "albumin|alb|serum albumin",
        "Albumin",
        BLOOD,
        Scale("g/dL", (0.5, 8), (1.5, 5.5), "g/dL"),
        Scale("g/L", (5, 80), (15, 55), "g/L"),
    ),
    _known(
        "crp|c reactive protein", "C-reactive protein", BLOOD, Scale("mg/L", (0, 700), (0, 300))
    ),
    _known(
        "platelets|platelet count|plt|thrombocytes",
        "Platelets",
        BLOOD,
        Scale("10⁹/L", (1, 2500), (80, 500)),
        Scale("/µL", (1_000, 2_500_000), (80_000, 500_000)),
    ),
    _known(
        "wbc|leukocytes|leucocytes|white blood cells",
        "White blood cells",
        BLOOD,
        Scale("10⁹/L", (0, 500), (2, 30)),
    ),
    _known("hematocrit|haematocrit|hct", "Haematocrit", BLOOD, Scale("%", (5, 75), (20, 55))),
    _known("hba1c", "HbA1c", BLOOD, Scale("%", (2, 20), (4, 12))),
    _known("lactate", "Lactate", BLOOD, Scale("mmol/L", (0.1, 35), (0.4, 10), "mmol/L")),
    _known(
        "ejection fraction|lvef|ef",
        "Ejection fraction",
        "Measurements",
        Scale("%", (5, 90), (20, 75)),
    ),
)


def known(words: str, median: float) -> tuple[Quantity, Scale | None] | None:
    """The quantity these words of a name stand for, and the unit its median speaks for."""
    for quantity in QUANTITIES:
        if quantity.pattern.fullmatch(words):
            fitting = (s for s in quantity.scales if s.median[0] <= median <= s.median[1])
            return quantity, next(fitting, None)
    return None
