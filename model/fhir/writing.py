"""A scored patient as a FHIR R4 RiskAssessment."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

from model.fhir import optional
from model.fhir.optional import Library, fault
from model.fhir.value import UCUM
from model.schema import PATIENT, Feature, Schema

NOT_A_DEVICE = "Research use; not a medical device."
XHTML = "http://www.w3.org/1999/xhtml"
STATUS = "preliminary"
SUBJECT = "patient"

Json = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What was answered for one patient.

    risk, low, high : in [0, 1]; the ends of the 95 % interval are None where none is known.
    sentence : the risk in plain words. prevalence : how it was adapted to a local prevalence, in
    words; blank if it was not.
    """

    when: datetime
    risk: float = field(repr=False)
    low: float | None = field(repr=False)
    high: float | None = field(repr=False)
    sentence: str = field(repr=False)
    submodel: str = ""
    prevalence: str = ""


@dataclass(frozen=True)
class Origin:
    """Which version answered, and where it comes from; what is blank is not told."""

    number: int | str
    estimator: str = ""
    model_id: str = ""
    run_id: str = ""
    digest: str = ""
    data_sha256: str = ""
    git_commit: str = ""
    route: str = ""

    def told(self) -> Iterator[str]:
        """One line a fact."""
        for name, fact in (
            ("Estimator", self.estimator),
            ("Model id", self.model_id),
            ("Run", self.run_id),
            ("Digest of the model's files", self.digest),
            ("SHA-256 of the training data", self.data_sha256),
            ("Git commit", self.git_commit),
            ("Scored", self.route),
        ):
            if fact:
                yield f"{name}: {fact}"


def risk_assessment(
    schema: Schema,
    values: Mapping[str, float],
    result: Result,
    origin: Origin,
    *,
    library: Callable[[], Library] = optional.library,
) -> str:
    """A RiskAssessment as a JSON document; `read` takes the same values from it again.

    values : by feature, in canonical units and codes; absent or NaN was not measured, and is not
    written.

    Its status is ``preliminary``: it rests on what somebody typed, and nobody has confirmed it.
    The subject is a contained patient with the sex alone, for the program knows no other thing
    of the person; who files it puts a reference to their own patient there. What it rests on are
    contained observations. They have no time, because when something was measured is not known.

    FHIR R4 has one probability a prediction, a number or a range, and both in percent
    (RiskAssessment.prediction.probability[x]). The number is the estimate, so that is what stands
    there; its 95 % interval is an extension of it, as a range in percent, and stands in the
    rationale in words, for whoever does not know the extension.

    Raises
    ------
    ExtraMissing
        If the library is not installed.
    ValueError
        If the risk is no probability, the time has no zone, or the study has no code system.
    """
    if not schema.code_system:
        raise ValueError("the study declares no code system for electronic records")
    if not 0 <= result.risk <= 1 or result.when.tzinfo is None:
        raise ValueError("a result needs a risk in [0, 1] and a time with its zone")
    document = _document(schema, values, result, origin)
    wrong = fault(library().risk_assessment, document)
    if wrong is not None:  # ours to put right, and nothing of the patient is in the message
        raise ValueError(f"the RiskAssessment: {wrong}")
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)


def _document(schema: Schema, values: Mapping[str, float], result: Result, origin: Origin) -> Json:
    patient: Json = {"resourceType": "Patient", "id": SUBJECT}
    basis = []
    for feature in schema.features:
        value = values.get(feature.name, math.nan)
        if math.isnan(value):
            continue
        element = _patient_element(feature, value)
        if element:
            patient.update(element)
        else:
            basis.append(_observation(schema, feature, value))
    version = f"{schema.study} v{origin.number}"
    prediction = {
        "outcome": {"text": f"{schema.outcome.label} ({schema.outcome.timing})"},
        "probabilityDecimal": _percent(result.risk),
        **_interval(schema, result),
        "rationale": result.sentence,
    }
    document: Json = {
        "resourceType": "RiskAssessment",
        "text": {"status": "generated", "div": _narrative(schema, result, version)},
        "contained": [patient, *basis],
        "status": STATUS,
        "method": {"text": f"Bedside, {version}"},
        "code": {"text": f"Risk of a {schema.outcome.label}, {schema.outcome.timing}"},
        "subject": {"reference": f"#{SUBJECT}"},
        "occurrenceDateTime": result.when.isoformat(timespec="seconds"),
        "performer": {"type": "Device", "display": f"Bedside, {version}"},
        "basis": [{"reference": f"#{each['id']}"} for each in basis],
        "prediction": [prediction],
        "note": [{"text": each} for each in _notes(result, origin, version)],
    }
    if not basis:
        del document["basis"]  # FHIR has no empty lists
    return document


def _patient_element(feature: Feature, value: float) -> Json:
    """A coded input that the patient's own entry holds, as that element."""
    coding = next((each for each in feature.codings if each.system == PATIENT), None)
    if coding is None or not feature.is_coded:
        return {}
    terms = (term.code for code in feature.codes if code.value == value for term in code.terms)
    term = next(terms, None)
    return {coding.code: term} if term else {}


def _observation(schema: Schema, feature: Feature, value: float) -> Json:
    coding = next(each for each in schema.codings(feature) if each.is_written)
    observation: Json = {
        "resourceType": "Observation",
        "id": feature.name.replace("_", "-"),  # FHIR ids have no underscore
        "status": STATUS,
        "code": {
            "coding": [{"system": coding.system, "code": coding.code, "display": coding.display}],
            "text": feature.label,
        },
        "subject": {"reference": f"#{SUBJECT}"},
    }
    if feature.is_coded:
        label = next(code.label for code in feature.codes if code.value == value)
        answer = {
            "system": f"{schema.code_system}:{feature.name}",
            "code": f"{value:g}",
            "display": label,
        }
        observation["valueCodeableConcept"] = {"coding": [answer], "text": label}
    else:
        unit = next(each for each in coding.units if each.factor == 1)
        observation["valueQuantity"] = {
            "value": int(value) if float(value).is_integer() else value,
            "unit": feature.unit or unit.name,
            "system": UCUM,
            "code": unit.name,
        }
    return observation


def _interval(schema: Schema, result: Result) -> Json:
    if result.low is None or result.high is None:
        return {}
    low, high = (
        {"value": _percent(end), "unit": "%", "system": UCUM, "code": "%"}
        for end in (result.low, result.high)
    )
    extension = {
        "url": f"{schema.code_system}:interval-95",
        "valueRange": {"low": low, "high": high},
    }
    return {"_probabilityDecimal": {"extension": [extension]}}


def _percent(share: float) -> float:
    """In percent, to the tenth that pages show as well."""
    return round(100 * share, 1)


def _notes(result: Result, origin: Origin, version: str) -> Iterator[str]:
    yield NOT_A_DEVICE
    yield "\n".join([f"Version: {version}", *origin.told()])
    if result.submodel:
        yield f"Answered by: {result.submodel}"
    if result.prevalence:
        yield result.prevalence


def _narrative(schema: Schema, result: Result, version: str) -> str:
    said = (result.sentence, result.prevalence, f"{version}. {NOT_A_DEVICE}")
    lines = "".join(f"<p>{escape(each)}</p>" for each in said if each)
    return f'<div xmlns="{XHTML}"><p><b>{escape(schema.title)}</b></p>{lines}</div>'
