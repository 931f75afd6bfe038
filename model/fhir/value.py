"""The value of an observation in canonical units and codes, or why it is not taken."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from model.fhir.account import Fate
from model.fhir.dates import Moment
from model.fhir.observation import Part, coded, shown, source
from model.schema import BOOLEAN, Coding, Feature, Schema, Unit

UCUM = "http://unitsofmeasure.org"
ANNOTATION = re.compile(r"\{[^{}]*\}")  # UCUM: what stands in braces has no meaning
FINER = 1  # decimals kept beyond a feature's own, as when a value is typed in another unit

Json = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A value of an input that may be taken."""

    feature: Feature
    source: str
    found: str = field(repr=False)
    moment: Moment | None = field(repr=False)
    value: float = field(repr=False)
    fate: Fate = Fate.TAKEN
    how: str = field(default="", repr=False)
    note: str = ""


class Ignored(Exception):
    """Why a part is not taken. It never leaves this room."""


def taken(part: Part, schema: Schema, when: Moment | None) -> Found:
    """The value of a part.

    Raises
    ------
    Ignored
        With the reason, if it has none that can be taken without guessing.
    """
    usable = [coding for coding in part.codings if not coding.unusable]
    if not usable:
        raise Ignored(part.codings[0].unusable)
    if part.is_component:
        usable = [coding for coding in usable if _may_be_within(coding, part, schema)]
        if not usable:
            raise Ignored("Part of an observation that may have measured it in another state.")
    if part.body.get("dataAbsentReason"):
        raise Ignored("The record says that it has no value for it: not measured.")
    if part.feature.is_coded and not any(coding.units for coding in usable):
        value, fate, how = _answer(part, schema), Fate.TAKEN, ""
        coding = usable[0]
    else:
        exact, coding, unit = _number(part, usable)
        value = exact if coding.above else round(exact, part.feature.decimals + FINER)
        fate = Fate.TAKEN if unit.factor == 1 and value == exact else Fate.CONVERTED
        how = f"× {unit.factor:.6g}" if unit.factor != 1 else ""
        if coding.above is not None:
            fate, how = Fate.CONVERTED, f"the limit is {coding.above / unit.factor:.4g} {unit.name}"
        elif value != exact:
            how = f"{how}, rounded as the form shows it" if how else "rounded as the form shows it"
    body, name = part.body, source(part)
    return Found(part.feature, name, shown(body, when), when, value, fate, how, coding.note)


def _may_be_within(coding: Coding, part: Part, schema: Schema) -> bool:
    own = coding.system == schema.code_system
    return own or any((coding.system, panel) in part.panels for panel in coding.panels)


def _answer(part: Part, schema: Schema) -> float:
    body, answers = part.body, schema.answers(part.feature)
    if isinstance(body.get("valueBoolean"), bool):
        given = [(BOOLEAN, str(body["valueBoolean"]).lower())]
    elif "valueCodeableConcept" in body:
        given = list(coded(body["valueCodeableConcept"]))
    else:
        raise Ignored("Has no coded answer.")
    meant = {answers[code] for code in given if code in answers}
    if not meant:
        raise Ignored("Its answer is none of those this study knows.")
    if len(meant) > 1:
        raise Ignored("Its answers contradict each other.")
    return meant.pop()


def _number(part: Part, codings: list[Coding]) -> tuple[float, Coding, Unit]:
    quantity = part.body.get("valueQuantity")
    if not isinstance(quantity, dict):
        raise Ignored("Has no number with a unit.")
    number = quantity.get("value")
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise Ignored("Its number is missing, or written as text.")
    unit_code = ANNOTATION.sub("", str(quantity.get("code") or ""))
    if quantity.get("system") != UCUM or not quantity.get("code"):
        raise Ignored("Its unit is not given as a UCUM code.")
    units = [
        (coding, unit) for coding in codings for unit in coding.units if unit.name == unit_code
    ]
    if not units:
        allowed = " or ".join(unit.name for coding in codings for unit in coding.units)
        raise Ignored(f"Its unit is not one that goes with its code: {allowed}.")
    coding, unit = units[0]
    try:
        canonical = float(number) * unit.factor
    except OverflowError:
        canonical = math.inf
    if not math.isfinite(canonical):
        raise Ignored("Its number is too large to be one.")
    comparator = quantity.get("comparator")
    if coding.above is not None:
        return _decided(canonical, comparator, coding.above), coding, unit
    if comparator is not None:
        raise Ignored("Only a bound of it is known, not the number.")
    return canonical, coding, unit


def _decided(number: float, comparator: object, above: float) -> float:
    """Whether a number, or all that lie within its bound, are more than a threshold."""
    if comparator is None:
        return float(number > above)
    if comparator in ("<", "<=") and number <= above:
        return 0.0
    if (comparator == ">" and number >= above) or (comparator == ">=" and number > above):
        return 1.0
    raise Ignored("Only a bound of it is known, and it does not decide the question.")
