"""Another unit for a number: people type in the one they know, the model gets its own.

A number that was typed stays what it is. After a switch the field shows it converted and
rounded, and the model goes on with the number as typed, until somebody edits the field.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from dashboard.components.patient import field_keys
from model.schema import Feature, Interval

UNIT, BEFORE, EXACT = "patient_unit.", "patient_unit_before.", "patient_exact."
FINER = 1  # decimals kept beyond a feature's own when a typed number is converted


def render(feature: Feature, then: Callable[[], None] = lambda: None) -> None:
    """Draw the switch for a feature with several units.

    then : called after a switch, which changes the number in the field.
    """
    st.segmented_control(
        f"Unit of {feature.label.lower()}",
        _units(feature),
        key=UNIT + feature.name,
        default=None if UNIT + feature.name in st.session_state else feature.unit,
        required=True,
        label_visibility="collapsed",
        on_change=_switched,
        args=(feature, then),
        persist_state="session",
    )


def unit(feature: Feature) -> str:
    """The unit the field is in now."""
    return str(st.session_state.get(UNIT + feature.name) or feature.unit)


def canonical(feature: Feature, shown: float | None) -> float | None:
    """What the model gets for the number in the field."""
    return _canonical(feature, shown, unit(feature))


def put(feature: Feature, value: float | None) -> None:
    """Fill the field with a canonical value, in the unit it is in now."""
    shown = value if value is None else _rounded(feature, value, unit(feature))
    field_keys.refill(feature.name, shown)
    st.session_state[EXACT + feature.name] = (shown, value)


def edited(feature: Feature, field: str) -> None:
    """Forget the number from before: a callback for when the field of that key is typed into."""
    if field == field_keys.key(feature.name):
        st.session_state.pop(EXACT + feature.name, None)


def shown_range(feature: Feature, span: Interval) -> Interval:
    """A canonical range in the unit of the field, rounded to lie inside the true one."""
    factor, places = _factor(feature, unit(feature)), 10 ** _decimals(feature, unit(feature))
    if factor == 1:
        return span
    return Interval(
        math.ceil(span.low / factor * places) / places,
        math.floor(span.high / factor * places) / places,
    )


def likely_unit(feature: Feature, shown: float | None, now: str) -> str | None:
    """Another unit that makes a number plausible which in this one is not, if there is one."""
    span = feature.plausible
    if shown is None or span is None or shown * _factor(feature, now) in span:
        return None
    fitting = (each for each in _units(feature) if shown * _factor(feature, each) in span)
    return next(fitting, None)


def _switched(feature: Feature, then: Callable[[], None]) -> None:
    before = st.session_state.get(BEFORE + feature.name, feature.unit)
    shown = st.session_state.get(field_keys.key(feature.name))
    st.session_state[BEFORE + feature.name] = unit(feature)
    if likely_unit(feature, shown, before) == unit(feature):
        field_keys.refill(feature.name, shown)  # the number was right, its unit is put right now
        edited(feature, field_keys.key(feature.name))
    else:
        put(feature, _canonical(feature, shown, before))
    then()


def _canonical(feature: Feature, shown: float | None, name: str) -> float | None:
    if shown is None:
        return None
    exact = st.session_state.get(EXACT + feature.name)
    if exact is not None and exact[0] == shown:
        return float(exact[1])
    factor = _factor(feature, name)
    return shown if factor == 1 else round(shown * factor, feature.decimals + FINER)


def _units(feature: Feature) -> list[str]:
    return [feature.unit, *(each.name for each in feature.other_units)]


def _factor(feature: Feature, name: str) -> float:
    return next((each.factor for each in feature.other_units if each.name == name), 1.0)


def _decimals(feature: Feature, name: str) -> int:
    """Enough that a step in this unit is no coarser than one in the canonical unit."""
    return feature.decimals + max(0, math.ceil(math.log10(_factor(feature, name))))


def _rounded(feature: Feature, value: float, name: str) -> float:
    factor = _factor(feature, name)
    return value if factor == 1 else round(value / factor, _decimals(feature, name))


def step(feature: Feature) -> float:
    """What the plus and minus of the field add, in the unit it is in now."""
    now = unit(feature)
    factor = _factor(feature, now)
    coarse = 10.0**-feature.decimals
    return coarse if factor == 1 else 10.0 ** -(_decimals(feature, now) - 1)
