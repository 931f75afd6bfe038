"""The codes electronic records have for the inputs of this study, and for their answers.

LOINC and SNOMED CT codes stand here only where they mean the same as the study: the resting
pressure, the cholesterol, fasting glucose, age. Chest pain by its type, the ECG by this study's
three classes, the exercise test, fluoroscopy and thallium scan have no code of their own there
that says the same, so a record gives them under the study's own code system. Displays are those
of LOINC and SNOMED CT.

This material contains content from LOINC (http://loinc.org). LOINC is copyright Regenstrief
Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is
available at no cost under the licence at http://loinc.org/license.
"""

from __future__ import annotations

from model.schema import BOOLEAN, PATIENT, Coding, Term, Unit

SYSTEM = "urn:bedside:heart-disease"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
GENDER = "http://hl7.org/fhir/administrative-gender"

# 1 kPa is 760 / 101.325 mm Hg by definition of the two.
PRESSURE = (Unit("mm[Hg]", 1), Unit("kPa", 760 / 101.325))
# The blood pressure panels of FHIR's vital signs (value set observation-vitalsign-bppanel), and the
# older panel that the public synthetic records have.
PRESSURE_PANELS = ("85354-9", "35094-2", "55417-0", "55284-4")
MASS = (Unit("mg/dL", 1), Unit("g/L", 100))
CHOLESTEROL = (Unit("mmol/L", 1 / 0.02586),)
# Glucose: 180.156 g/mol.
GLUCOSE = (Unit("mmol/L", 18.0156),)
FASTING_LIMIT = 120.0  # mg/dL

NOT_FASTING = "This code does not say that the patient was fasting."
NOT_THE_MAXIMUM = "A heart rate at some moment, not the highest of an exercise test."

AGE = (
    Coding(PATIENT, "birthDate", "date of birth"),
    Coding(LOINC, "30525-0", "Age", (Unit("a", 1),)),
)
SEX = (Coding(PATIENT, "gender", "administrative gender"),)
RESTING_PRESSURE = (
    Coding(
        LOINC,
        "8480-6",
        "Systolic blood pressure",
        PRESSURE,
        panels=PRESSURE_PANELS,
        note="The code does not say at rest: check that it was.",
    ),
)
TOTAL_CHOLESTEROL = (
    Coding(LOINC, "2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", MASS),
    Coding(LOINC, "14647-2", "Cholesterol [Moles/volume] in Serum or Plasma", CHOLESTEROL),
)
FASTING_SUGAR = (
    Coding(
        LOINC,
        "1558-6",
        "Fasting glucose [Mass/volume] in Serum or Plasma",
        MASS,
        above=FASTING_LIMIT,
    ),
    Coding(
        LOINC,
        "14771-0",
        "Fasting glucose [Moles/volume] in Serum or Plasma",
        GLUCOSE,
        above=FASTING_LIMIT,
    ),
    *(
        Coding(LOINC, code, display, unusable=NOT_FASTING)
        for code, display in (
            ("2345-7", "Glucose [Mass/volume] in Serum or Plasma"),
            ("14749-6", "Glucose [Moles/volume] in Serum or Plasma"),
            ("2339-0", "Glucose [Mass/volume] in Blood"),
            ("15074-8", "Glucose [Moles/volume] in Blood"),
        )
    ),
)
MAXIMUM_HEART_RATE = (Coding(LOINC, "8867-4", "Heart rate", unusable=NOT_THE_MAXIMUM),)

FEMALE = (Term(GENDER, "female", "Female"),)
MALE = (Term(GENDER, "male", "Male"),)
NO = (Term(LOINC, "LA32-8", "No"), Term(BOOLEAN, "false", "no"))
YES = (Term(LOINC, "LA33-6", "Yes"), Term(BOOLEAN, "true", "yes"))
TYPICAL_ANGINA = (Term(SNOMED, "429559004", "Typical angina"),)
ATYPICAL_ANGINA = (Term(SNOMED, "371807002", "Atypical angina"),)
