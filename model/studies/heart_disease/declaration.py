"""UCI Heart Disease: is a coronary artery narrowed, in a patient referred for angiography?

Detrano et al., Am J Cardiol 1989;64:304-310; data doi:10.24432/C52P4X. Trained on the
Cleveland site; the other three sites are only ever reported.
"""

from __future__ import annotations

from model.schema import Code, Feature, Interval, Outcome, Schema, Threshold, Unit
from model.studies.heart_disease import codings
from model.studies.heart_disease.conduct import APPRAISAL, CONDUCT
from model.studies.heart_disease.data import SOURCE
from model.studies.heart_disease.examples import EXAMPLES
from model.studies.heart_disease.lookalikes import BAD_COPIES, RECODINGS
from model.studies.heart_disease.plan import PLAN
from model.studies.study import OutcomeValues, Ratio, Study

NO_YES = (
    Code(0, "No", aliases=("n", "false", "absent"), terms=codings.NO),
    Code(1, "Yes", aliases=("y", "true", "present"), terms=codings.YES),
)

SCHEMA = Schema(
    study="heart-disease",
    title="Heart disease",
    outcome=Outcome(
        label="narrowed coronary artery",
        among_patients="have a narrowed coronary artery",
        timing="now",
        population="patients referred for coronary angiography",
        threshold=Threshold(
            0.2,
            "A patient with a narrowed artery who is missed weighs as much as four angiograms that "
            "find none.",
        ),
    ),
    features=(
        Feature(
            "age",
            label="Age",
            group="Patient",
            unit="years",
            help="Age at the visit, in completed years.",
            required=True,
            plausible=Interval(18, 100),
            codings=codings.AGE,
            ucum="a",
        ),
        Feature(
            "sex",
            label="Sex",
            group="Patient",
            help="Sex as recorded in the study: female or male.",
            required=True,
            codes=(
                Code(0, "Female", aliases=("f", "woman"), terms=codings.FEMALE),
                Code(1, "Male", aliases=("m", "man"), terms=codings.MALE),
            ),
            also_called=("gender",),
            codings=codings.SEX,
        ),
        Feature(
            "cp",
            label="Chest pain",
            group="Symptoms",
            help="Typical angina is substernal, brought on by exertion and relieved by rest or "
            "nitroglycerin; atypical has two of the three. Asymptomatic means no chest pain, in a "
            "patient who was referred for angiography all the same.",
            required=True,
            codes=(
                Code(1, "Typical angina", aliases=("typical",), terms=codings.TYPICAL_ANGINA),
                Code(2, "Atypical angina", aliases=("atypical",), terms=codings.ATYPICAL_ANGINA),
                Code(3, "Non-anginal pain", aliases=("non-anginal", "nonanginal pain")),
                Code(4, "Asymptomatic", aliases=("no pain",)),
            ),
            also_called=("ChestPainType", "chest pain", "chest_pain_type"),
        ),
        Feature(
            "trestbps",
            label="Resting blood pressure",
            group="At rest",
            unit="mm Hg",
            help="Systolic pressure on admission, at rest.",
            plausible=Interval(60, 260),
            also_called=("RestingBP", "resting bp s", "blood pressure", "bp", "systolic"),
            codings=codings.RESTING_PRESSURE,
            ucum="mm[Hg]",
        ),
        Feature(
            "chol",
            label="Cholesterol",
            group="At rest",
            unit="mg/dL",
            test="blood test",
            help="Total serum cholesterol.",
            plausible=Interval(60, 1000),
            other_units=(Unit("mmol/L", 1 / 0.02586),),
            also_called=("Cholesterol", "cholestoral", "serum_cholesterol"),
            codings=codings.TOTAL_CHOLESTEROL,
            ucum="mg/dL",
        ),
        Feature(
            "fbs",
            label="Fasting sugar above 120 mg/dL",
            group="At rest",
            test="blood test",
            help="Is fasting blood sugar above 120 mg/dL (6.7 mmol/L)?",
            codes=NO_YES,
            also_called=("FastingBS", "fasting blood sugar"),
            codings=codings.FASTING_SUGAR,
        ),
        Feature(
            "restecg",
            label="Resting ECG",
            group="At rest",
            help="ST-T abnormality: T inversion or ST shift over 0.05 mV. Hypertrophy: probable or "
            "definite by the Estes criteria.",
            codes=(
                Code(0, "Normal"),
                Code(
                    1,
                    "ST-T abnormality",
                    aliases=("st-t", "st-t wave abnormality", "st-t abnormal"),
                ),
                Code(
                    2,
                    "LV hypertrophy",
                    aliases=("lvh", "left ventricular hypertrophy", "hypertrophy"),
                ),
            ),
            also_called=("RestingECG", "ekg", "ecg"),
        ),
        Feature(
            "thalach",
            label="Maximum heart rate",
            group="Exercise test",
            unit="beats/min",
            test="exercise test",
            help="The highest heart rate reached during the exercise test.",
            plausible=Interval(40, 230),
            also_called=("MaxHR", "max heart rate", "thalachh", "thalch"),
            codings=codings.MAXIMUM_HEART_RATE,
            ucum="/min",
        ),
        Feature(
            "exang",
            label="Exercise angina",
            group="Exercise test",
            test="exercise test",
            help="Did exercise bring on angina?",
            codes=NO_YES,
            also_called=("ExerciseAngina", "exercise induced angina", "exng"),
        ),
        Feature(
            "oldpeak",
            label="ST depression",
            group="Exercise test",
            unit="mm",
            test="exercise test",
            help="ST depression on exercise relative to rest. A negative value is ST elevation: "
            "check that it is meant.",
            decimals=1,
            plausible=Interval(-4, 10),
            usual=Interval(0, 10),
            also_called=("st depression",),
            ucum="mm",
        ),
        Feature(
            "slope",
            label="ST slope",
            group="Exercise test",
            help="Slope of the ST segment at peak exercise.",
            codes=(
                Code(1, "Up", aliases=("upsloping", "upslope")),
                Code(2, "Flat", aliases=("horizontal",)),
                Code(3, "Down", aliases=("downsloping", "downslope")),
            ),
            also_called=("ST_Slope", "slp"),
        ),
        Feature(
            "ca",
            label="Vessels on fluoroscopy",
            group="Imaging",
            test="fluoroscopy",
            help="Number of major vessels coloured by fluoroscopy, zero to three.",
            ordered=True,
            codes=(
                Code(0, "Zero"),
                Code(1, "One"),
                Code(2, "Two"),
                Code(3, "Three"),
            ),
            also_called=("num_major_vessels", "vessels", "caa"),
        ),
        Feature(
            "thal",
            label="Thallium scan",
            group="Imaging",
            help="Thallium-201 heart scan: a fixed defect is a scar, a reversible one appears only "
            "with exercise.",
            codes=(
                Code(3, "Normal"),
                Code(6, "Fixed defect", aliases=("fixed",)),
                Code(7, "Reversible defect", aliases=("reversible", "reversable defect")),
            ),
            also_called=("thallium", "thalassemia", "thall"),
        ),
    ),
    recodings=RECODINGS,
    bad_copies=BAD_COPIES,
    code_system=codings.SYSTEM,
)

STUDY = Study(
    schema=SCHEMA,
    source=SOURCE,
    outcome_values=OutcomeValues(present=(1, 2, 3, 4), absent=(0,)),
    zero_means_missing=("trestbps", "chol"),
    ratios=(Ratio("thalach", "trestbps"),),
    intended_use="Estimating, for research and teaching, the probability that a patient already "
    "referred for coronary angiography has a major vessel narrowed by more than half.",
    intended_users="Clinicians who try a model at the desk, and the clinical data scientists who "
    "answer for it.",
    out_of_scope=(
        "Deciding on care: this is not a medical device.",
        "People who were not referred for angiography, screening, and general practice.",
        "The risk of a future event: the number is about the arteries now, not about the coming "
        "years.",
        "Swiss hospitals of the study, and any place like them, without recalibration.",
    ),
    population="303 adults referred for angiography at the Cleveland Clinic, 1981 to 1984; 139 "
    "(46 %) had a major vessel narrowed by more than half. Two in three were men.",
    limits=(
        "46 % of these patients had the disease: where it is rarer the number is too high.",
        "The patients were examined in 1981 to 1984; tests and treatment have changed.",
    ),
    examples=EXAMPLES,
    plan=PLAN,
    conduct=CONDUCT,
    appraisal=APPRAISAL,
)
