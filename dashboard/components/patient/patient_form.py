"""One patient's values, in the order of the visit. Blank means not measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from dashboard.components.patient import field_keys, unit_switch
from dashboard.markdown import plain
from model import studies
from model.intake import CheckedTable, Issue, Severity, check_patient
from model.intake.check import NOT_MEASURED
from model.schema import Feature, Schema
from model.studies import Example

EXAMPLE = "patient_example"
FILLING, AHEAD = "patient_filling", "patient_ahead"
# In widths of letters: what fits beside a label, what fits on a line, the edge of one button.
NARROW, ONE_LINE, OPTION_EDGE = 27, 55, 4.6
CONTROL = 182  # pixels

# What is wrong with a field is told in words; the label beside it names the field already.
PREFIX_END = ": "


def checked(schema: Schema) -> CheckedTable:
    """What the form holds, checked: known before the form is drawn."""
    return check_patient(_values(schema), schema)


def render(schema: Schema, table: CheckedTable) -> None:
    """Draw the form, with what is to be said about its values.

    A value is refused beside its own field; the other fields keep what they have.
    """
    said = {
        issue.column: issue
        for issue in table.issues
        if issue.column is not None and not _is_merely_blank(issue)
    }
    with st.container(gap="xsmall"):
        for at, (group, features) in enumerate(schema.groups.items()):
            if at == 0:
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    _heading(group)
                    _tools(schema)
            else:
                _heading(group)
            for feature in features:
                _field(feature)
                if feature.name in said:
                    _tell(said[feature.name], feature)
    st.session_state[AHEAD] = False


def _heading(group: str) -> None:
    st.markdown(f"##### {plain(group)}", anchors=False, width="stretch")


def fill(schema: Schema, values: Mapping[str, float]) -> None:
    """Set every field, in the unit it is in now; one without a value becomes blank: a callback."""
    st.session_state[FILLING] = filling() + 1
    _get_ahead()
    for feature in schema.features:
        value = values.get(feature.name)
        if feature.other_units:
            unit_switch.put(feature, value)
        else:
            # The options of a coded field are floats, and so is what a number field holds.
            field_keys.refill(feature.name, None if value is None else float(value))


def filling() -> int:
    """Which filling this is: another number after every `fill`, example and Clear."""
    return int(st.session_state.get(FILLING, 0))


def is_ahead() -> bool:
    """Whether the form holds what the browser does not have yet: then draw it before the answer.

    Somebody who has seen the answer may press a button. What the browser has goes with that, and
    would be put in the place of what was filled in.
    """
    return bool(st.session_state.get(AHEAD))


def _get_ahead() -> None:
    st.session_state[AHEAD] = True


def is_complete(table: CheckedTable) -> bool:
    """Whether there is a patient to score."""
    return len(table.rows) == 1


def unfilled(table: CheckedTable, schema: Schema) -> list[str]:
    """Labels of the needed fields that are still blank."""
    return [
        schema[issue.column].label
        for issue in table.stopped
        if issue.column is not None and _is_merely_blank(issue)
    ]


def _values(schema: Schema) -> dict[str, object]:
    shown: dict[str, object] = {feature.name: _shown(feature) for feature in schema.features}
    for feature in schema.features:
        if feature.other_units:
            shown[feature.name] = unit_switch.canonical(feature, _shown(feature))
    return shown


def _shown(feature: Feature) -> float | None:
    value: float | None = st.session_state.get(field_keys.key(feature.name))
    return value


def _tools(schema: Schema) -> None:
    examples = _examples(schema)
    if examples:
        st.menu_button(
            "Examples",
            list(examples),
            on_click=_fill_example,
            args=(schema,),
            help="Made-up patients to try the form with.",
            key=EXAMPLE,
        )
    st.button("Clear", on_click=fill, args=(schema, {}), help="Empty every field.", key="clear")


def _field(feature: Feature) -> None:
    """Label and control side by side; a control with many words gets a line of its own."""
    if feature.is_coded and _width(feature) > NARROW:
        _label(feature)
        _choice(feature)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if feature.other_units:
            with st.container(gap="xxsmall"):
                _label(feature)
                unit_switch.render(feature, _get_ahead)
        else:
            _label(feature)
        if feature.is_coded:
            _choice(feature, CONTROL)
        else:
            _number(feature)


def _width(feature: Feature) -> float:
    return sum(len(code.label) + OPTION_EDGE for code in feature.codes)


def _label(feature: Feature) -> None:
    unit = "" if feature.other_units else feature.unit
    notes = ", ".join(note for note in (unit, "needed" if feature.required else "") if note)
    hint = f"{feature.help} Allowed: {feature.allowed}." if not feature.is_coded else feature.help
    label = f":small[{plain(feature.label)}]" + (f" :small[:gray[{plain(notes)}]]" if notes else "")
    st.markdown(label, help=plain(hint), width="stretch")


def _choice(feature: Feature, width: int | Literal["content"] = "content") -> None:
    # Joined buttons look broken where they need two lines; separate ones do not.
    buttons = st.segmented_control if _width(feature) <= ONE_LINE else st.pills
    buttons(
        feature.label,
        feature.levels,
        format_func={code.value: code.label for code in feature.codes}.__getitem__,
        key=field_keys.key(feature.name),
        label_visibility="collapsed",
        persist_state="session",
        width=width,
        wrap=True,
    )


def _number(feature: Feature) -> None:
    assert feature.plausible is not None  # what has no codes has a range
    st.number_input(
        f"{feature.label} ({unit})" if (unit := unit_switch.unit(feature)) else feature.label,
        value=None,
        step=unit_switch.step(feature),
        format="%g",
        placeholder=str(unit_switch.shown_range(feature, feature.plausible)),
        key=field_keys.key(feature.name),
        label_visibility="collapsed",
        on_change=unit_switch.edited,
        args=(feature, field_keys.key(feature.name)),
        persist_state="session",
        width=CONTROL,
    )


def _tell(issue: Issue, feature: Feature) -> None:
    message = issue.message.partition(PREFIX_END)[2]
    message = message[0].upper() + message[1:]
    refused = issue.severity is Severity.REJECTED
    span = feature.plausible if refused else feature.trained
    unit = unit_switch.unit(feature)
    if span is not None and unit != feature.unit:
        message += f" In {unit}: {unit_switch.shown_range(feature, span)}."
    if refused:
        other = unit_switch.likely_unit(feature, _shown(feature), unit)
        if other is not None:
            message += f" If it was meant in {other}, switch the unit."
        st.error(plain(message))
    else:
        st.warning(plain(message))


def _is_merely_blank(issue: Issue) -> bool:
    return issue.code in ("required", NOT_MEASURED)


def _examples(schema: Schema) -> dict[str, Example]:
    """The made-up patients of a study this program knows, by their stories."""
    if schema.study not in studies.names():
        return {}
    known = studies.find(schema.study).examples
    return {each.story: each for each in known if set(each.values) <= set(schema.names)}


def _fill_example(schema: Schema) -> None:
    chosen = _examples(schema).get(st.session_state[EXAMPLE])
    if chosen is not None:
        fill(schema, chosen.values)
