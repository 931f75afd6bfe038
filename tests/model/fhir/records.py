"""Made-up electronic records, part by part."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from model import fhir

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
OWN = "urn:bedside:heart-disease"
UCUM = "http://unitsofmeasure.org"
PATIENT = "Patient/p1"

Json = dict[str, Any]


def needs_library() -> None:
    """Skip where the optional library is absent, unless everything is meant to be tested."""
    if not fhir.is_installed():
        missing = "fhir.resources is not installed: electronic records were not tried"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)


def patient(**changes: Any) -> Json:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "gender": "male",
        "birthDate": "1960-05-01",
        **changes,
    }


def concept(code: str, system: str = LOINC, **more: str) -> Json:
    return {"coding": [{"system": system, "code": code, **more}]}


def quantity(value: object, unit: str, **changes: Any) -> Json:
    """A number with its unit; a change to None leaves the part out."""
    whole = {"value": value, "unit": unit, "system": UCUM, "code": unit, **changes}
    return {name: each for name, each in whole.items() if each is not None}


def observation(loinc: str, value: Json | None = None, **changes: Any) -> Json:
    """An observation of the patient by its LOINC code; a change to None leaves the part out."""
    whole = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(loinc),
        "subject": {"reference": PATIENT},
        "effectiveDateTime": "2024-03-01T09:30:00+01:00",
        "valueQuantity": value,
        **changes,
    }
    return {name: each for name, each in whole.items() if each is not None}


def own(name: str, **changes: Any) -> Json:
    """An observation under the study's own code."""
    return observation("", code=concept(name, OWN), **changes)


def answer(name: str, code: str) -> Json:
    """A coded answer of the study's own."""
    return own(name, valueCodeableConcept=concept(code, f"{OWN}:{name}"))


def bundle(*resources: Json, **changes: Any) -> Json:
    entries = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **changes}


def record(*resources: Json, **changes: Any) -> bytes:
    """A Bundle of the patient and these resources, as it comes out of another program."""
    return json.dumps(bundle(patient(), *resources, **changes)).encode()


def visit() -> bytes:
    """What a hospital would send of one visit: much more than the study asks for."""
    systolic, diastolic = (
        {"code": concept(code), "valueQuantity": quantity(value, "mm[Hg]")}
        for code, value in (("8480-6", 142), ("8462-4", 88))
    )
    return record(
        {"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"}},
        observation("85354-9", component=[systolic, diastolic]),
        observation("14647-2", quantity(5.8, "mmol/L"), effectiveDateTime="2024-02-20"),
        observation("2093-3", quantity(251, "mg/dL"), effectiveDateTime="2021-06-30"),
        observation("14771-0", quantity(7.1, "mmol/L")),
        observation("2345-7", quantity(140, "mg/dL")),
        observation("8867-4", quantity(72, "/min")),
        observation("29463-7", quantity(80, "kg"), code={"text": "Body weight"}),
        own("cp", valueCodeableConcept=concept("429559004", SNOMED, display="Typical angina")),
        own("thalach", valueQuantity=quantity(151, "{beats}/min")),
        own("exang", valueBoolean=True),
        own("oldpeak", valueQuantity=quantity(2.3, "mm")),
        answer("slope", "2"),
        answer("thal", "7"),
        observation("2093-3", quantity(999, "mg/dL"), subject={"reference": "Patient/p2"}),
    )
