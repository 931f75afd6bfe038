"""One observation of a record: which inputs it is of, when and whose it is, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from model.fhir.dates import Moment
from model.schema import SYSTEM_NAMES, Coding, Feature, Schema

USABLE = frozenset({"final", "amended", "corrected", "preliminary"})
STATUSES = {
    "registered": "announced; there is no result yet",
    "cancelled": "cancelled",
    "entered-in-error": "marked as entered in error",
    "unknown": "its status is not known",
}
LONGEST = 60  # letters shown of what a record says in its own words

Json = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """An observation, or a component of one, that has a code of an input."""

    feature: Feature
    codings: tuple[Coding, ...]
    body: Json = field(repr=False)
    panels: frozenset[tuple[str, str]] = frozenset()
    """The codes of the observation it is a component of."""
    is_component: bool = False


Index = dict[tuple[str, str], list[tuple[Feature, Coding]]]


def index(schema: Schema) -> Index:
    """Inputs and their codings by system and code."""
    known: Index = {}
    for feature in schema.features:
        for coding in schema.codings(feature):
            known.setdefault((coding.system, coding.code), []).append((feature, coding))
    return known


def coded(concept: object) -> Iterator[tuple[str, str]]:
    """System and code of each coding of a CodeableConcept, whatever it really is."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    for coding in codings if isinstance(codings, list) else ():
        if isinstance(coding, dict):
            yield str(coding.get("system") or ""), str(coding.get("code") or "")


def parts(observation: Json, known: Index) -> Iterator[Part]:
    """What of an observation has a code of an input: itself, and its components."""
    outer = frozenset(coded(observation.get("code")))
    yield from _of_inputs(observation, known, frozenset(), is_component=False)
    components = observation.get("component")
    for component in components if isinstance(components, list) else ():
        if isinstance(component, dict):
            yield from _of_inputs(component, known, outer, is_component=True)


def _of_inputs(
    body: Json, known: Index, outer: frozenset[tuple[str, str]], *, is_component: bool
) -> Iterator[Part]:
    matches: dict[str, tuple[Feature, list[Coding]]] = {}
    for code in coded(body.get("code")):
        for feature, coding in known.get(code, ()):
            matches.setdefault(feature.name, (feature, []))[1].append(coding)
    for feature, codings in matches.values():
        yield Part(feature, tuple(codings), body, outer, is_component)


def source(part: Part) -> str:
    """Input and code, as a row names them: ``Cholesterol (LOINC 2093-3)``."""
    return f"{part.feature.label} ({' and '.join(map(_named, part.codings))})"


def _named(coding: Coding) -> str:
    return coding.named if coding.system in SYSTEM_NAMES else f"the study's own {coding.code}"


def unread(observation: Json, known: Index) -> Iterator[str]:
    """What of an observation is of no input, as far as it has a name."""
    components = observation.get("component")
    found = list(parts(observation, known))
    if not found:
        yield name_of(observation)
    elif isinstance(components, list):
        read = [part.body for part in found]
        yield from (name_of(e) for e in components if isinstance(e, dict) and e not in read)


def name_of(body: Json) -> str:
    """What an observation calls itself: its text, a display, or its code."""
    code = body.get("code")
    codes = [f"{SYSTEM_NAMES.get(system, '')} {code}" for system, code in coded(code)]
    named = in_words(code) or next(iter(codes), "") or "without a code"
    return f"Observation: {' '.join(str(named).split())[:LONGEST]}"


def shown(body: Json, moment: Moment | None) -> str:
    """What a record says, in few words, and when."""
    quantity = body.get("valueQuantity")
    said = "no value"
    if isinstance(quantity, dict):
        number = quantity.get("value")
        unit = quantity.get("code") or quantity.get("unit") or ""
        compared = quantity.get("comparator") or ""
        said = f"{compared}{number if number is not None else 'no number'} {unit}"
    elif "valueCodeableConcept" in body:
        concept = body["valueCodeableConcept"]
        codes = (code for _, code in coded(concept) if code)
        said = str(in_words(concept) or next(codes, "a code"))
    else:
        for name, value in body.items():
            if name.startswith("value") and isinstance(value, str | int | float):
                said = str(value).lower() if isinstance(value, bool) else str(value)
    said = " ".join(said.split())
    said = said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
    return f"{said}, {moment}" if moment else f"{said}, no date"


def in_words(concept: object) -> object:
    """The text of a CodeableConcept, or else the first display of its codings."""
    if not isinstance(concept, dict):
        return None
    codings = concept.get("coding")
    listed = codings if isinstance(codings, list) else ()
    named = (
        coding["display"] for coding in listed if isinstance(coding, dict) and coding.get("display")
    )
    return concept.get("text") or next(named, None)


def moment(observation: Json) -> Moment | None:
    """When it was true of the patient; of a period, its end or else its start."""
    period = observation.get("effectivePeriod")
    span = period if isinstance(period, dict) else {}
    texts = (
        observation.get("effectiveDateTime"),
        observation.get("effectiveInstant"),
        span.get("end"),
        span.get("start"),
    )
    return next((each for text in texts if (each := Moment.of(text))), None)


def obstacle(observation: Json, references: frozenset[str]) -> str | None:
    """Why nothing of an observation may be taken, whatever its value."""
    if observation.get("modifierExtension") or observation.get("implicitRules"):
        return "Carries an extension that changes its meaning, which this program does not know."
    status = str(observation.get("status"))
    if status not in USABLE:
        return f"Not a result: {STATUSES.get(status, 'its status is none FHIR has')}."
    if observation.get("focus"):
        return "About somebody or something other than the patient (focus)."
    subject = observation.get("subject")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    if reference is None:
        return "Does not say whose it is."
    if str(reference).partition("/_history/")[0] not in references:
        return "Of another subject than the patient of this record."
    return None
