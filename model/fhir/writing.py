"""A scored patient as a FHIR R4 RiskAssessment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from model.fhir import resource_library
from model.fhir.resource_library import Library, fault
from model.fhir.value import UCUM
from model.record import Record
from model.schema import PATIENT, RESEARCH_USE, Feature, Schema

XHTML = "http://www.w3.org/1999/xhtml"
STATUS = "preliminary"
SUBJECT = "patient"

Json = dict[str, Any]


def risk_assessment(
    record: Record,
    schema: Schema,
    sentence: str,
    *,
    library: Callable[[], Library] = resource_library.library,
) -> str:
    """A RiskAssessment as a JSON document; `read` takes the same values from it again.

    sentence : the risk with its interval, in plain words.

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
    if not 0 <= record.risk <= 1 or record.when.tzinfo is None:
        raise ValueError("a record needs a risk in [0, 1] and a time with its zone")
    document = _document(record, schema, sentence)
    wrong = fault(library().risk_assessment, document)
    if wrong is not None:  # ours to put right, and nothing of the patient is in the message
        raise ValueError(f"the RiskAssessment: {wrong}")
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)


def _document(record: Record, schema: Schema, sentence: str) -> Json:
    patient: Json = {"resourceType": "Patient", "id": SUBJECT}
    basis = []
    for feature in schema.features:
        value = record.values.get(feature.name)
        if value is None:
            continue
        element = _patient_element(feature, value)
        if element:
            patient.update(element)
        else:
            basis.append(_observation(schema, feature, value))
    version = f"{record.origin.study} v{record.origin.version}"
    prediction = {
        "outcome": {"text": f"{schema.outcome.label} ({schema.outcome.timing})"},
        "probabilityDecimal": _percent(record.risk),
        "_probabilityDecimal": {"extension": [_interval(record, schema)]},
        "rationale": sentence,
    }
    document: Json = {
        "resourceType": "RiskAssessment",
        "text": {"status": "generated", "div": _narrative(record, schema, sentence, version)},
        "contained": [patient, *basis],
        "status": STATUS,
        "method": {"text": f"Bedside, {version}"},
        "code": {"text": schema.outcome.heading},
        "subject": {"reference": f"#{SUBJECT}"},
        "occurrenceDateTime": record.when.isoformat(timespec="seconds"),
        "performer": {"type": "Device", "display": f"Bedside, {version}"},
        "basis": [{"reference": f"#{observation['id']}"} for observation in basis],
        "prediction": [prediction],
        "note": [{"text": note} for note in _notes(record, version)],
    }
    if not basis:
        del document["basis"]  # FHIR has no empty lists
    return document


def _patient_element(feature: Feature, value: float) -> Json:
    """A coded input that the patient's own entry holds, as that element."""
    coding = next((coding for coding in feature.codings if coding.system == PATIENT), None)
    if coding is None or not feature.is_coded:
        return {}
    terms = (term.code for code in feature.codes if code.value == value for term in code.terms)
    term = next(terms, None)
    return {coding.code: term} if term else {}


def _observation(schema: Schema, feature: Feature, value: float) -> Json:
    coding = next(coding for coding in schema.codings(feature) if coding.is_written)
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
        unit = next(unit for unit in coding.units if unit.factor == 1)
        observation["valueQuantity"] = {
            "value": int(value) if float(value).is_integer() else value,
            "unit": feature.unit or unit.name,
            "system": UCUM,
            "code": unit.name,
        }
    return observation


def _interval(record: Record, schema: Schema) -> Json:
    low, high = (
        {"value": _percent(end), "unit": "%", "system": UCUM, "code": "%"}
        for end in (record.low, record.high)
        if end is not None
    )
    url = f"{schema.code_system}:interval-95"
    return {"url": url, "valueRange": {"low": low, "high": high}}


def _percent(share: float) -> float:
    """In percent, to the tenth that pages show as well."""
    return round(100 * share, 1)


def _notes(record: Record, version: str) -> Iterator[str]:
    yield RESEARCH_USE
    yield "\n".join(f"{name}: {fact}" for name, fact in _provenance(record, version) if fact)
    yield f"Answered by: {record.submodel}"
    yield from record.flags
    if record.prevalence is not None:
        yield str(record.prevalence)


def _provenance(record: Record, version: str) -> Iterator[tuple[str, str]]:
    """What the number came from; what is not known of a version is blank."""
    origin = record.origin
    yield "Version", version
    yield "Estimator", origin.estimator
    yield "Model id", origin.model_id
    yield "Run", origin.run_id
    yield "Digest of the model's files", origin.digest
    yield "SHA-256 of the training data", origin.data_sha256
    yield "Git commit", origin.git_commit
    yield "Scored", record.route


def _narrative(record: Record, schema: Schema, sentence: str, version: str) -> str:
    shifted = str(record.prevalence) if record.prevalence else ""
    said = (sentence, shifted, f"{version}. {RESEARCH_USE}")
    lines = "".join(f"<p>{escape(sentence)}</p>" for sentence in said if sentence)
    return f'<div xmlns="{XHTML}"><p><b>{escape(schema.title)}</b></p>{lines}</div>'
