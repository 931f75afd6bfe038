"""Bytes to the resources of one patient's record, or a refusal that repeats nothing of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from model.errors import RecordRefused
from model.fhir.account import Fate, Row
from model.fhir.releases import release_of
from model.fhir.resource_library import Library, fault

MOST_BYTES = 5_000_000
DEEPEST = 40  # FHIR's own resources nest about ten levels
UNREAD_BUNDLES = frozenset({"history"})

Json = dict[str, Any]


class _NotPlain(ValueError):
    """JSON that different programs would read differently."""


@dataclass(frozen=True)
class Contents:
    """The patient of a record, and the observations that stand beside it, as they were written.

    references : how an observation may refer to the patient. others : how many resources of
        other kinds there are, by their type. remarks : what else must be known of the record.
    """

    patient: Json = field(repr=False)
    references: frozenset[str] = field(repr=False)
    observations: tuple[Json, ...] = field(repr=False)
    others: Counter[str]
    remarks: tuple[Row, ...]


def opened(data: bytes, library: Library) -> Contents:
    """The contents of a Bundle, or of a RiskAssessment that contains what it rests on.

    Raises
    ------
    RecordRefused
        If it is too large, not JSON, not such a resource, or not about exactly one patient.
    """
    document = _parsed(data)
    release = release_of(document)
    if release is not None:
        raise RecordRefused(
            f"The record is of {release}, and this program reads FHIR R4, in which the same "
            "elements mean other things. Export it as R4. Nothing was read."
        )
    kind = document.get("resourceType")
    if kind == "Bundle":
        found = list(_entries(document, library))
    elif kind == "RiskAssessment":
        if fault(library.risk_assessment, document) is not None:
            raise RecordRefused("The RiskAssessment is not as FHIR R4 has it. Nothing was read.")
        contained = document.get("contained") or []
        found = [
            (f"#{resource.get('id')}", resource)
            for resource in contained
            if isinstance(resource, dict)
        ]
    else:
        raise RecordRefused(
            "This is JSON, but no FHIR Bundle. Export the patient and the observations together, "
            "as a Bundle. Nothing was read."
        )
    if _modified(document):
        raise RecordRefused(
            "The record carries rules that change its meaning (implicitRules), which this program "
            "does not know. Nothing was read."
        )
    return _sorted(document, found, library)


def _sorted(document: Json, found: list[tuple[str, Json]], library: Library) -> Contents:
    patients = [
        (url, resource) for url, resource in found if resource.get("resourceType") == "Patient"
    ]
    if len(patients) != 1:
        which = "more than one Patient" if patients else "no Patient"
        raise RecordRefused(
            f"The record holds {which}. Export one patient with the observations. Nothing was read."
        )
    url, patient = patients[0]
    wrong = fault(library.patient, patient)
    if wrong is not None:
        raise RecordRefused(f"The Patient in the record cannot be read: {wrong}. Nothing was read.")
    if _modified(patient):
        raise RecordRefused(
            "The Patient carries an extension that changes its meaning, which this program does "
            "not know. Nothing was read."
        )
    observations = tuple(
        resource for _, resource in found if resource.get("resourceType") == "Observation"
    )
    kinds = (resource.get("resourceType") for _, resource in found)
    others = Counter(str(kind)[:40] for kind in kinds if kind not in ("Patient", "Observation"))
    return Contents(patient, _references(url, patient), observations, others, _remarks(document))


def _parsed(data: bytes) -> Json:
    if len(data) > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        raise RecordRefused(f"The record is larger than {most} MB. Export one visit only.")
    document: object = None
    try:
        text = data.decode("utf-8-sig")
        wrong = "This is XML. Export the record as JSON." if text.lstrip()[:1] == "<" else ""
        if not wrong:
            document = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError:
        wrong = "The record is not UTF-8 text, as FHIR asks for."
    except RecursionError:
        wrong = "The record is nested too deeply."
    except _NotPlain as error:
        wrong = str(error)
    except ValueError:
        wrong = "This is not one JSON document. Copy or export it whole."
    # Raised out here, so that no exception with the text of the record hangs on to this one.
    if wrong:
        raise RecordRefused(f"{wrong} Nothing was read.")
    if _too_deep(document):
        raise RecordRefused("The record is nested too deeply. Nothing was read.")
    if not isinstance(document, dict):
        raise RecordRefused("This is JSON, but no FHIR resource. Nothing was read.")
    return document


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise _NotPlain("The record names the same element twice, with one value hiding the other.")
    return document


def _no_constant(_: str) -> NoReturn:
    raise _NotPlain("The record holds a number that is none (NaN or Infinity), which is not JSON.")


def _too_deep(document: object) -> bool:
    level = [document]
    for _ in range(DEEPEST):
        below: list[object] = []
        for each in level:
            if isinstance(each, dict):
                below.extend(each.values())
            elif isinstance(each, list):
                below.extend(each)
        if not below:
            return False
        level = below
    return True


def _entries(document: Json, library: Library) -> Iterator[tuple[str, Json]]:
    """Each resource with its full address. The envelope is checked without what is in it."""
    entries = document.get("entry") or []
    listed = isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
    bare = (
        [{k: v for k, v in entry.items() if k != "resource"} for entry in entries] if listed else 0
    )
    if not listed or fault(library.bundle, {**document, "entry": bare or None}) is not None:
        raise RecordRefused("The Bundle is not as FHIR R4 has it. Nothing was read.")
    if document.get("type") in UNREAD_BUNDLES:
        raise RecordRefused(
            "The Bundle is a history: it holds several states of the same things. Export the "
            "present ones. Nothing was read."
        )
    for entry in entries:
        resource = entry.get("resource")
        if isinstance(resource, dict):
            yield str(entry.get("fullUrl") or ""), resource


def _references(url: str, patient: Json) -> frozenset[str]:
    """The address it has in the Bundle, and its type and id if that address ends with them."""
    relative = f"Patient/{patient['id']}" if patient.get("id") else ""
    web = url.startswith(("http://", "https://"))
    known = {url, relative if not web or url.endswith(f"/{relative}") else ""}
    return frozenset(known - {""})


def _remarks(document: Json) -> tuple[Row, ...]:
    links = document.get("link") or []
    if any(isinstance(link, dict) and link.get("relation") == "next" for link in links):
        why = "The Bundle is one page of several. What is on the others is not here."
        return (Row("Bundle", "a link to the next page", Fate.IGNORED, why),)
    return ()


def _modified(resource: Json) -> bool:
    """FHIR: what does not understand a modifier must not process what it modifies."""
    return bool(resource.get("modifierExtension") or resource.get("implicitRules"))
