"""What the heart-disease models are looked at for: subgroups, other sites, blanked tests."""

from __future__ import annotations

from model.schema import Interval
from model.studies.study import Expectation, Margin, Plan, Site, Subgroup

EXERCISE_AND_IMAGING = ("thalach", "exang", "oldpeak", "slope", "ca", "thal")

PLAN = Plan(
    subgroups=(
        Subgroup("Sex", "Women", "sex", 0, 0),
        Subgroup("Sex", "Men", "sex", 1, 1),
        Subgroup("Age", "Under 50", "age", 0, 49.999),
        Subgroup("Age", "50 to 59", "age", 50, 59.999),
        Subgroup("Age", "60 and over", "age", 60, 120),
        Subgroup("Chest pain", "Any chest pain", "cp", 1, 3),
        Subgroup("Chest pain", "No chest pain", "cp", 4, 4),
    ),
    sites=(
        Site("hungary", "Budapest, Hungary"),
        Site("va", "Long Beach, VA"),
        Site(
            "switzerland",
            "Zurich and Basel, Switzerland",
            warning="do not use without recalibration",
        ),
    ),
    blanked={
        "nothing blanked": (),
        "vessels, thallium": ("ca", "thal"),
        "vessels, thallium, ST slope": ("ca", "thal", "slope"),
        "all exercise tests, vessels, thallium": EXERCISE_AND_IMAGING,
        "cholesterol, fasting sugar": ("chol", "fbs"),
    },
    margin=Margin(brier=0.005, calibration=0.02, net_benefit=0.01, thresholds=Interval(0.1, 0.5)),
    expectations=(
        Expectation("age", (40, 50, 60, 70), "the risk is expected to rise with age"),
        Expectation("sex", (0, 1), "men are expected to have the higher risk"),
        Expectation("cp", (4, 1), "typical angina is the most suspicious complaint of all"),
        Expectation(
            "cp",
            (3, 2, 1),
            "the more typical the angina, the higher the risk that is expected of it",
        ),
        Expectation(
            "trestbps", (110, 130, 150, 170), "the risk is expected to rise with blood pressure"
        ),
        Expectation("chol", (160, 200, 240, 300), "the risk is expected to rise with cholesterol"),
        Expectation("fbs", (0, 1), "high fasting sugar is expected to raise the risk"),
        Expectation("restecg", (0, 1), "an abnormal ECG is expected to raise the risk"),
        Expectation("restecg", (0, 2), "hypertrophy is expected to raise the risk"),
        Expectation(
            "thalach",
            (180, 160, 140, 120),
            "a lower maximum heart rate is expected to mean a higher risk",
        ),
        Expectation("exang", (0, 1), "angina on exercise is expected to raise the risk"),
        Expectation("oldpeak", (0, 1, 2, 4), "the risk is expected to rise with ST depression"),
        Expectation(
            "slope",
            (1, 2, 3),
            "a downward slope is expected to be worse than a flat one"
            " and a flat one worse than an upward one",
        ),
        Expectation("ca", (0, 1, 2, 3), "the risk is expected to rise with every vessel"),
        Expectation("thal", (3, 6), "a fixed defect is expected to raise the risk"),
        Expectation("thal", (3, 7), "a reversible defect is expected to raise the risk"),
    ),
)
