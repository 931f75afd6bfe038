"""Wisconsin Diagnostic Breast Cancer: is a breast mass malignant, by the nuclei of an aspirate?

Street, Wolberg & Mangasarian, SPIE 1993;1905:861-870; data doi:10.24432/C5DW2B, read from the
copy that scikit-learn brings along. What the data set's notes do not say is said to be unknown.

The table has three numbers for each of ten quantities of the nuclei in an image: their mean, its
standard error, and the mean of the three largest ("worst"). Means and worst values are used; how
precise a mean is, nobody reads from an image. Perimeter and area are left out: they say what the
radius says (correlations of .98 and more), and none of three inputs that move together has a
contribution of its own. That leaves 16 fields. Nothing was chosen by looking at the outcome.
"""

from __future__ import annotations

from typing import NamedTuple

from model.schema import Feature, Interval, Outcome, Schema, Threshold
from model.studies.source import DataSource, Packaged
from model.studies.study import (
    Appraisal,
    Conduct,
    Example,
    Expectation,
    Judgement,
    Margin,
    OutcomeValues,
    Plan,
    Study,
    Subgroup,
)

SHAPE = "smoothness compactness concavity concave_points symmetry fractal_dimension"
COLUMNS = [
    f"{name}_{of}"
    for of in ("mean", "se", "worst")
    for name in ("radius", "texture", "perimeter", "area", *SHAPE.split())
]

SOURCE = DataSource(
    table=Packaged("sklearn", "datasets/data/breast_cancer.csv"),
    sha256="fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
    columns=(*COLUMNS, "benign"),
    training_site="Madison, Wisconsin",
    outcome_column="benign",
    licence="CC BY 4.0",
    citation=(
        "Wolberg, W., Mangasarian, O., Street, N., & Street, W. (1993). Breast Cancer Wisconsin "
        "(Diagnostic) [Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C5DW2B"
    ),
    url="https://doi.org/10.24432/C5DW2B",
)


class Quantity(NamedTuple):
    """What is measured of every nucleus, and what it is like in malignant ones.

    `mean` and `worst` are a low and a high value of each, of which the high one is expected to
    mean the higher risk.
    """

    label: str
    meaning: str
    malignant: str
    plausible: Interval
    mean: tuple[float, float]
    worst: tuple[float, float]


QUANTITIES = (
    Quantity(
        "Radius",
        "From the centre to the outline, in the original images' unit, which is not documented.",
        "larger",
        *(Interval(3, 60), (12, 18), (13, 21)),
    ),
    Quantity(
        "Texture",
        "Standard deviation of the grey values within a nucleus.",
        "more uneven within",
        *(Interval(1, 100), (17, 22), (22, 29)),
    ),
    Quantity(
        "Smoothness",
        "How much neighbouring radii differ along the outline; larger is rougher.",
        "rougher in outline",
        *(Interval(0.01, 0.5), (0.09, 0.105), (0.12, 0.145)),
    ),
    Quantity(
        "Compactness",
        "Squared perimeter over area, less 1, as scaled by its makers; larger is less round.",
        "less round",
        *(Interval(0, 3), (0.07, 0.14), (0.16, 0.37)),
    ),
    Quantity(
        "Concavity",
        "How deep the outline is indented; 0 if it is not.",
        "indented more deeply",
        *(Interval(0, 3), (0.03, 0.16), (0.13, 0.42)),
    ),
    Quantity(
        "Concave points",
        "How much of the outline is indented; 0 if none of it is.",
        "indented in more places",
        *(Interval(0, 1), (0.02, 0.09), (0.07, 0.18)),
    ),
    Quantity(
        "Symmetry",
        "How much the halves of a nucleus differ; larger is less symmetric.",
        "less symmetric",
        *(Interval(0.02, 1.5), (0.17, 0.19), (0.26, 0.31)),
    ),
    Quantity(
        "Fractal dimension",
        "How irregular the outline is at ever finer scales: coastline approximation, less 1.",
        "more irregular in outline",
        *(Interval(0.01, 0.5), (0.06, 0.064), (0.076, 0.088)),
    ),
)


def _feature(quantity: Quantity, of: str, group: str, over: str) -> Feature:
    plain = quantity.label.lower()
    return Feature(
        f"{plain.replace(' ', '_')}_{of}",
        label=f"{of.capitalize()} {plain}",
        group=group,
        help=f"{quantity.meaning} {over}",
        required=True,  # one analysis of one image gives them all
        decimals=2 if quantity.plausible.high > 10 else 4,
        plausible=quantity.plausible,
        also_called=(f"{plain}_{of}",),
    )


SCHEMA = Schema(
    study="breast-cancer",
    title="Breast cancer",
    outcome=Outcome(
        "malignant breast mass",
        "have a malignant mass",
        "now",
        "patients whose breast mass was aspirated",
        Threshold(
            0.1,
            "A malignant mass that is missed weighs as much as nine biopsies that find none.",
        ),
    ),
    features=(
        *(_feature(q, "mean", "Average nucleus", "Mean over all nuclei.") for q in QUANTITIES),
        *(_feature(q, "worst", "Largest nuclei", "Mean of the largest three.") for q in QUANTITIES),
    ),
)
SPANS = dict(
    zip(SCHEMA.names, [*(q.mean for q in QUANTITIES), *(q.worst for q in QUANTITIES)], strict=True)
)


def _example(story: str, of_span: float) -> Example:
    values = {name: round(low + of_span * (high - low), 4) for name, (low, high) in SPANS.items()}
    return Example(story, values)


EXAMPLES = (
    _example("Small, round, even nuclei", 0),
    _example("Nuclei between the two", 0.5),
    _example("Large, uneven nuclei with deep indentations", 1),
)

PLAN = Plan(
    subgroups=(
        Subgroup("Size of nuclei", "Mean radius under 13.4", "radius_mean", 0, 13.39999),
        Subgroup("Size of nuclei", "Mean radius 13.4 and over", "radius_mean", 13.4, 60),
    ),
    expectations=tuple(
        Expectation(name, span, f"malignant nuclei are expected to be {quantity.malignant}")
        for (name, span), quantity in zip(SPANS.items(), QUANTITIES * 2, strict=True)
    ),
    margin=Margin(brier=0.005, calibration=0.02, net_benefit=0.01, thresholds=Interval(0.05, 0.5)),
)

CONDUCT = Conduct(
    context="A diagnostic question: is a breast mass malignant? A fine-needle aspirate spares a "
    "biopsy where it can be read with confidence, and a number shows how sure a reading is.",
    earlier_models="The makers separated the classes by a plane in three of the 30 quantities "
    "(worst area, worst smoothness, mean texture; accuracy 97.5 % in cross-validation), and report "
    "176 later patients diagnosed correctly. All 30 quantities separate the classes completely.",
    inequalities="Age, sex, race and income are not in the table: who is served worse is unknown.",
    source="Aspirates of one surgical department, published by its investigators for re-use and "
    "chosen here because they come with an installed package. Whom they represent is unknown.",
    dates="First described in 1993, donated in November 1995; when the patients were examined is "
    "not documented. There is no follow-up: the diagnosis is about the mass now.",
    setting="University of Wisconsin, Madison: one hospital.",
    eligibility="Patients with a breast mass that was aspirated. Criteria, and whether patients "
    "followed one another without gaps, are not documented; nobody in the table was left out here.",
    treatment="Treatment before the aspiration is not documented.",
    preparation="The table is used as published. Nothing is missing; a concavity of 0 is a value.",
    outcome="Malignant or benign, as the investigators recorded it; there is no time horizon.",
    outcome_reading="How each diagnosis was confirmed, by whom, and whether the image was known, "
    "is not documented in the data set's notes and counts as unclear.",
    predictor_choice="Mean and worst of eight quantities. Standard errors, perimeter and area were "
    "left out for what they are, not for their association with the outcome.",
    predictor_reading="A program measured the nuclei in a digitised image, along outlines that "
    "it fitted to a manual tracing. Whether that was blinded is not documented: unclear.",
    ethics="Secondary analysis of public, de-identified data; no new approval was sought. Approval "
    "and consent of the original study are not documented in the data set's notes.",
    funding="No funding is declared for this analysis.",
    interests="No conflicts of interest are declared.",
    protocol="No protocol was published before the analysis. The plan (subgroups, expectations) is "
    "part of the study's declaration in the code and changes only with it.",
    registration="The study is not registered.",
    involvement="There was no patient and public involvement.",
    next_steps="Evaluation on aspirates of other hospitals, measured with the software there, with "
    "age and the confirmation of every diagnosis recorded, before any thought of use.",
)

PEOPLE, PREDICTORS, RESULT = "Participants and data sources", "Predictors", "Outcome"

APPRAISAL = Appraisal(
    development={
        PEOPLE: Judgement("unclear", "One hospital; how patients were chosen is not documented."),
        PREDICTORS: Judgement("unclear", "By program, alike for all, but from a manual tracing."),
        RESULT: Judgement("unclear", "How the diagnoses were confirmed is not documented."),
    },
    evaluation={
        PEOPLE: Judgement("high", "Evaluation is on the same patients alone."),
        PREDICTORS: Judgement("unclear", "Whether the tracing was blinded is not documented."),
        RESULT: Judgement("unclear", "How the diagnoses were confirmed is not documented."),
    },
    applicability={
        PEOPLE: Judgement("high", "More than a third of these masses were malignant."),
        PREDICTORS: Judgement("high", "Scaled as one microscope and program of the 1990s did."),
        RESULT: Judgement("low", "Malignancy is what a reader has in mind."),
    },
)

STUDY = Study(
    schema=SCHEMA,
    source=SOURCE,
    outcome_values=OutcomeValues(present=(0,), absent=(1,)),
    intended_use="Estimating, for research and teaching, the probability that a breast mass is "
    "malignant from the nuclei in a digitised fine-needle aspirate.",
    intended_users="Clinicians who try a model at the desk, and the clinical data scientists who "
    "answer for it.",
    out_of_scope=(
        "Deciding on care: this is not a medical device.",
        "Screening, mammograms, and masses that were not aspirated.",
        "Images measured with another microscope or program: the numbers do not fit.",
        "Prognosis: the number is about the mass now, not about the coming years.",
    ),
    population="569 fine-needle aspirates of breast masses, University of Wisconsin, Madison, "
    "published in 1993 to 1995; 212 (37 %) were malignant. Age and sex are not in the table.",
    limits=(
        "37 % of these masses were malignant: where malignancy is rarer the number is too high.",
        "These classes are almost separable; so clear a picture is not to be expected elsewhere.",
        "One hospital, and no data of any other.",
    ),
    examples=EXAMPLES,
    plan=PLAN,
    conduct=CONDUCT,
    appraisal=APPRAISAL,
)
