"""Which release of FHIR a record is of, told by what no later one has.

A record seldom says so itself. Each sign here was in one release and is in none that followed:
see "Changes from previous versions" on the resource's page of FHIR STU3 and R4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

DSTU2 = "FHIR DSTU2 (release 2)"
STU3 = "FHIR STU3 (release 3)"

Json = dict[str, Any]

ONLY_DSTU2 = frozenset(
    {"BodySite", "Conformance", "DiagnosticOrder", "ImagingObjectSelection", "MedicationOrder"}
    | {"DeviceUseRequest", "OrderResponse", "Order"}
)
UNTIL_STU3 = frozenset(
    {"DataElement", "DeviceComponent", "EligibilityRequest", "EligibilityResponse", "Sequence"}
    | {"ExpansionProfile", "ImagingManifest", "ProcedureRequest", "ReferralRequest"}
    | {"ProcessRequest", "ProcessResponse", "ServiceDefinition"}
)
ELEMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "Observation": {DSTU2: ("comments",), STU3: ("comment", "context", "related")},
    "Patient": {DSTU2: ("careProvider",), STU3: ("animal",)},
    "Procedure": {DSTU2: ("notPerformed",), STU3: ("context", "notDone", "definition")},
    "MedicationRequest": {STU3: ("context", "definition")},
    "Immunization": {DSTU2: ("wasNotGiven", "explanation"), STU3: ("notGiven",)},
    "DiagnosticReport": {STU3: ("context", "codedDiagnosis", "image")},
    "Condition": {DSTU2: ("patient", "dateRecorded"), STU3: ("context", "assertedDate")},
    "Encounter": {DSTU2: ("patient",), STU3: ("incomingReferral",)},
    "AllergyIntolerance": {DSTU2: ("substance",), STU3: ("assertedDate",)},
}
"""Elements of a resource that were given another name, or up, after the release."""
CODE_UNTIL_STU3 = {
    "Condition": ("clinicalStatus", "verificationStatus"),
    "AllergyIntolerance": ("clinicalStatus", "verificationStatus"),
}
"""Elements that were a code, and are a concept in R4."""
NAMED = (
    (re.compile(r"DSTU2|/1\.0(\.|/|$)", re.IGNORECASE), DSTU2),
    (re.compile(r"STU3|/3\.0(\.|/|$)", re.IGNORECASE), STU3),
)


def release_of(document: Json) -> str | None:
    """The release of a record older than R4, in words; None if nothing says that it is older."""
    found = {sign for resource in _resources(document) for sign in _signs(resource)}
    return DSTU2 if DSTU2 in found else STU3 if STU3 in found else None


def _resources(document: Json) -> Iterator[Json]:
    yield document
    entries = document.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield resource


def _signs(resource: Json) -> Iterator[str]:
    kind = str(resource.get("resourceType"))
    if kind in ONLY_DSTU2:
        yield DSTU2
    if kind in UNTIL_STU3:
        yield STU3
    for release, names in ELEMENTS.get(kind, {}).items():
        if any(name in resource for name in names):
            yield release
    if any(isinstance(resource.get(name), str) for name in CODE_UNTIL_STU3.get(kind, ())):
        yield STU3
    if kind in ("Observation", "Condition") and isinstance(resource.get("category"), dict):
        yield DSTU2  # one concept; a list of them from STU3 on
    if kind == "Encounter" and isinstance(resource.get("class"), str):
        yield DSTU2
    yield from _said(resource)


def _said(resource: Json) -> Iterator[str]:
    """What its profiles are called, if they name the release they were written for."""
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for profile in profiles if isinstance(profiles, list) else ():
        for pattern, release in NAMED:
            if pattern.search(str(profile)[:300]):
                yield release
