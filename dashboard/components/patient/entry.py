"""The case as the browser holds it: what was typed and chosen, whole, under one revision.

The browser owns it. Nothing here changes a value: the program may *offer* a fill, which the
browser takes over and sends back under a new revision, or does not.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from model.intake import read_number
from model.schema import Feature, Schema

FORM = "patient.form"  # the key of the component
KEPT, FILL = "patient.kept", "patient.fill"
FINER_DECIMALS = 1  # kept beyond a feature's own when a typed number is converted
LONGEST_TEXT = 40  # letters of one field; nobody types more
REVISION = re.compile(r"[0-9.\-]{1,60}", re.ASCII)


@dataclass(frozen=True)
class Typed:
    """A number as somebody wrote it, and the unit it was written in."""

    text: str
    unit: str

    def canonical(self, feature: Feature) -> float | str | None:
        """The number in the feature's own unit; None for a blank, the text if it is no number."""
        text = self._without_unit(feature)
        if not text:
            return None
        number = read_number(text)
        if number is None:
            return text
        factor = factor_of(feature, self.unit_of(feature))
        return number if factor == 1 else round(number * factor, feature.decimals + FINER_DECIMALS)

    def unit_of(self, feature: Feature) -> str:
        """The unit meant: one that stands behind the number counts before the field's."""
        for unit in units_of(feature):
            if unit and self.text.strip().casefold().endswith(unit.casefold()):
                return unit
        return self.unit if self.unit in units_of(feature) else feature.unit

    def _without_unit(self, feature: Feature) -> str:
        text, unit = self.text.strip(), self.unit_of(feature)
        ends = unit and text.casefold().endswith(unit.casefold())
        return text[: -len(unit)].strip() if ends else text


@dataclass(frozen=True)
class Entry:
    """One patient as entered: by feature what was typed, or the code that was chosen.

    filled : the last offer the browser took over. source : the offer this patient began as; None
    where it was typed, cleared or an example. said : by population, whether the patient is one of
    it, as far as somebody was asked.
    """

    revision: str
    study: str
    filled: str | None = None
    source: str | None = None
    said: Mapping[str, bool] = field(default_factory=dict)
    values: Mapping[str, Typed | float | None] = field(default_factory=dict, repr=False)

    @property
    def is_blank(self) -> bool:
        return all(
            value is None or (isinstance(value, Typed) and not value.text.strip())
            for value in self.values.values()
        )

    def canonical(self, schema: Schema) -> dict[str, object]:
        """What the rules check: a value a feature of the schema, None for "not measured"."""
        return {
            feature.name: value.canonical(feature) if isinstance(value, Typed) else value
            for feature in schema.features
            for value in [self.values.get(feature.name)]
        }

    def is_one_of(self, population: str) -> bool | None:
        """Whether the patient is one of those a number holds for; None while nobody said.

        population : blank of a model that does not say for whom it is; then nobody is asked.
        """
        return self.said.get(population) if population else True

    def document(self) -> dict[str, Any]:
        """The same for the browser, which may have lost its own: after another page."""
        return {
            "study": self.study,
            "values": {
                name: {"typed": value.text, "unit": value.unit}
                if isinstance(value, Typed)
                else {"code": value}
                for name, value in self.values.items()
            },
        }


def current(schema: Schema) -> Entry:
    """The newest case of this study that the browser sent; blank where it sent none."""
    state: Any = st.session_state.get(FORM)
    sent = read(state.get("case") if isinstance(state, Mapping) else None, schema)
    if sent is not None:
        st.session_state[KEPT] = sent
    kept: Entry | None = st.session_state.get(KEPT)
    if kept is None or kept.study != schema.study:
        return Entry("", schema.study)
    if kept.filled is not None and kept.filled == st.session_state.get(FILL, ("",))[0]:
        del st.session_state[FILL]  # the browser has taken it over
    return kept


def offer(study: str, values: Mapping[str, float]) -> str:
    """Offer the browser a whole patient in canonical units; what is not named becomes blank.

    Returns the name of the offer.
    """
    token = secrets.token_hex(8)
    st.session_state[FILL] = (token, study, dict(values))
    return token


def is_of(source: str, schema: Schema) -> bool:
    """Whether the patient in the form is one that was offered, or is about to be."""
    return current(schema).source == source or (offered(schema) or {}).get("id") == source


def offered(schema: Schema) -> dict[str, Any] | None:
    """The fill that the browser has not taken over yet."""
    token, study, values = st.session_state.get(FILL, ("", "", {}))
    if study != schema.study:
        return None
    return {"id": token, "values": values}


def read(raw: object, schema: Schema) -> Entry | None:
    """What a browser sent, taken for nothing but texts and codes; None if it is no case.

    Of another study's case nothing is taken.
    """
    if not isinstance(raw, Mapping) or raw.get("study") != schema.study:
        return None
    revision, values = raw.get("revision"), raw.get("values")
    if not isinstance(revision, str) or not REVISION.fullmatch(revision):
        return None
    if not isinstance(values, Mapping):
        return None
    taken = {feature.name: _value(values.get(feature.name), feature) for feature in schema.features}
    filled, source = (_token(raw.get(name)) for name in ("filled", "source"))
    return Entry(revision, schema.study, filled, source, _said(raw.get("said"), schema), taken)


def _said(raw: object, schema: Schema) -> dict[str, bool]:
    population = schema.outcome.population
    is_one = raw.get(population) if isinstance(raw, Mapping) else None
    return {population: is_one} if isinstance(is_one, bool) else {}


def _token(raw: object) -> str | None:
    return raw if isinstance(raw, str) else None


def _value(raw: object, feature: Feature) -> Typed | float | None:
    if not isinstance(raw, Mapping):
        return None
    if feature.is_coded:
        code = raw.get("code")
        if isinstance(code, bool) or not isinstance(code, int | float):
            return None
        return float(code)
    text, unit = raw.get("typed"), raw.get("unit")
    if not isinstance(text, str):
        return None
    return Typed(text[:LONGEST_TEXT], unit if isinstance(unit, str) else feature.unit)


def units_of(feature: Feature) -> list[str]:
    """Its own unit first."""
    return [feature.unit, *(unit.name for unit in feature.other_units)]


def factor_of(feature: Feature, unit: str) -> float:
    """What a number in that unit is multiplied by to be canonical."""
    return next((other.factor for other in feature.other_units if other.name == unit), 1.0)
