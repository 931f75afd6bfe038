"""What the browser needs to draw the form, from the schema alone: texts are data, never markup."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from dashboard.components.patient.entry import factor_of, units_of
from model import studies
from model.endpoints.signature_schema import ANY_NUMBER
from model.schema import Feature, Interval, Schema
from model.scoring.documents import Card

NEEDED = "Needed"
# In widths of letters: options that fit beside a label, and what the edge of one takes.
BESIDE_LABEL, OPTION_EDGE = 27, 4.6


def document(schema: Schema, card: Card | None = None) -> dict[str, Any]:
    """The form: groups in the order of the visit, what is needed first, and made-up patients."""
    examples = [
        {"story": story, "values": {name: float(value) for name, value in values.items()}}
        for story, values in _examples(schema, card)
        if set(values) <= set(schema.names)
    ]
    return {**_drawn(schema), "examples": examples}


@lru_cache(maxsize=32)
def _drawn(schema: Schema) -> dict[str, Any]:
    return {
        "study": schema.study,
        "population": schema.outcome.population,
        "groups": [
            {"title": title, "names": [feature.name for feature in features]}
            for title, features in _groups(schema)
        ],
        "fields": [_field(feature) for feature in schema.features],
    }


def _groups(schema: Schema) -> list[tuple[str, tuple[Feature, ...]]]:
    needed = tuple(feature for feature in schema.features if feature.required)
    if len(needed) in (0, len(schema.features)):
        return list(schema.groups.items())
    rest = (
        (title, tuple(feature for feature in features if not feature.required))
        for title, features in schema.groups.items()
    )
    return [(NEEDED, needed), *((title, features) for title, features in rest if features)]


def _field(feature: Feature) -> dict[str, Any]:
    width = sum(len(code.label) + OPTION_EDGE for code in feature.codes)
    is_open = feature.is_coded or feature.plausible == ANY_NUMBER
    allowed = "" if is_open else f" Allowed: {feature.allowed}."
    field = {
        "name": feature.name,
        "label": feature.label,
        "help": f"{feature.help}{allowed}".strip(),
        "required": feature.required,
        "unit": feature.unit,
        "spoken": f"{feature.label} ({feature.unit})" if feature.unit else feature.label,
        "codes": [{"value": float(code.value), "label": code.label} for code in feature.codes],
        "wide": width > BESIDE_LABEL,
    }
    if feature.plausible is not None:
        field |= {"low": feature.plausible.low, "high": feature.plausible.high}
        field["units"] = [_unit(feature, feature.plausible, name) for name in units_of(feature)]
    return field


def _unit(feature: Feature, plausible: Interval, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "factor": factor_of(feature, name),
        "decimals": decimals_in(feature, name),
        "step": 10.0 ** -max(0, decimals_in(feature, name) - (factor_of(feature, name) != 1)),
        "range": _range(feature, plausible, name),
    }


def _range(feature: Feature, plausible: Interval, unit: str) -> str:
    """``60–260``; blank of a number that may be any."""
    if plausible == ANY_NUMBER:
        return ""
    return str(range_in(feature, plausible, unit)).replace(" to ", "–")


def decimals_in(feature: Feature, unit: str) -> int:
    """Enough that a step in this unit is no coarser than one in the canonical unit."""
    return feature.decimals + max(0, math.ceil(math.log10(factor_of(feature, unit))))


def range_in(feature: Feature, span: Interval, unit: str) -> Interval:
    """A canonical range in another unit, rounded to lie inside the true one."""
    factor, places = factor_of(feature, unit), 10 ** decimals_in(feature, unit)
    if factor == 1:
        return span
    return Interval(
        math.ceil(span.low / factor * places) / places,
        math.floor(span.high / factor * places) / places,
    )


def _examples(schema: Schema, card: Card | None) -> list[tuple[str, Mapping[str, float]]]:
    """The made-up patients in the card; where an older one has none, those of a study this program
    knows.
    """
    if card is not None and card.examples:
        return [(example.story, example.values) for example in card.examples]
    return _of_study(schema.study)


@lru_cache(maxsize=32)
def _of_study(name: str) -> list[tuple[str, Mapping[str, float]]]:
    known = studies.find(name).examples if name in studies.names() else ()
    return [(example.story, example.values) for example in known]
