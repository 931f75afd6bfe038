"""One patient's values, in the order of the visit. Blank means not measured."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.components import unit_switch
from dashboard.text import plain
from model import studies
from model.intake import CheckedTable, Issue, Severity, check_patient
from model.intake.check import NOT_MEASURED
from model.schema import Feature, Schema
from model.studies import Example

KEY = "patient."
EXAMPLE = "patient_example"
FILLING = "patient_filling"
# In widths of letters: what fits beside a label, what fits on a line, the edge of one button.
NARROW, ONE_LINE, OPTION_EDGE = 27, 55, 4.6
LABEL_AND_CONTROL = (11, 9)

# What is wrong with a field is told in words; the label beside it names the field already.
PREFIX_END = ": "


def render(schema: Schema) -> CheckedTable:
    """Draw the form and check what it holds.

    A value is refused beside its own field; the other fields keep what they have.
    """
    places = {}
    for at, (group, features) in enumerate(schema.groups.items()):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"##### {plain(group)}", anchors=False, width="stretch")
            if at == 0:
                _tools(schema)
        with st.container(gap="xsmall"):
            for feature in features:
                _field(feature)
                places[feature.name] = st.empty()
    table = check_patient(_values(schema), schema)
    for issue in table.issues:
        if issue.column is not None and not _is_merely_blank(issue):
            _tell(issue, schema[issue.column], places[issue.column])
    return table


def fill(schema: Schema, values: Mapping[str, float]) -> None:
    """Set every field, in the unit it is in now; one without a value becomes blank: a callback."""
    st.session_state[FILLING] = filling() + 1
    for feature in schema.features:
        value = values.get(feature.name)
        if feature.other_units:
            unit_switch.put(feature, KEY + feature.name, value)
        else:
            # The options of a coded field are floats, and so is what a number field holds.
            st.session_state[KEY + feature.name] = None if value is None else float(value)


def filling() -> int:
    """Which filling this is: another number after every `fill`, example and Clear."""
    return int(st.session_state.get(FILLING, 0))


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
    shown = {name: st.session_state.get(KEY + name) for name in schema.names}
    for feature in schema.features:
        if feature.other_units:
            shown[feature.name] = unit_switch.canonical(feature, shown[feature.name])
    return shown


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
    left, right = st.columns(LABEL_AND_CONTROL, vertical_alignment="center", gap="xsmall")
    with left, st.container(gap="xxsmall"):
        _label(feature)
        if feature.other_units:
            unit_switch.render(feature, KEY + feature.name)
    with right:
        if feature.is_coded:
            _choice(feature)
        else:
            _number(feature)


def _width(feature: Feature) -> float:
    return sum(len(code.label) + OPTION_EDGE for code in feature.codes)


def _label(feature: Feature) -> None:
    unit = "" if feature.other_units else feature.unit
    notes = ", ".join(note for note in (unit, "needed" if feature.required else "") if note)
    hint = f"{feature.help} Allowed: {feature.allowed}." if not feature.is_coded else feature.help
    label = f":small[{plain(feature.label)}]" + (f" :small[:gray[{plain(notes)}]]" if notes else "")
    st.markdown(label, help=plain(hint))


def _choice(feature: Feature) -> None:
    # Joined buttons look broken where they need two lines; separate ones do not.
    buttons = st.segmented_control if _width(feature) <= ONE_LINE else st.pills
    buttons(
        feature.label,
        feature.levels,
        format_func={code.value: code.label for code in feature.codes}.__getitem__,
        key=KEY + feature.name,
        label_visibility="collapsed",
        persist_state="session",
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
        key=KEY + feature.name,
        label_visibility="collapsed",
        on_change=unit_switch.edited,
        args=(feature,),
        persist_state="session",
    )


def _tell(issue: Issue, feature: Feature, place: st.delta_generator.DeltaGenerator) -> None:
    message = issue.message.partition(PREFIX_END)[2]
    message = message[0].upper() + message[1:]
    refused = issue.severity is Severity.REJECTED
    span = feature.plausible if refused else feature.trained
    unit = unit_switch.unit(feature)
    if span is not None and unit != feature.unit:
        message += f" In {unit}: {unit_switch.shown_range(feature, span)}."
    if refused:
        other = unit_switch.likely_unit(feature, st.session_state.get(KEY + feature.name), unit)
        if other is not None:
            message += f" If it was meant in {other}, switch the unit."
        place.error(plain(message))
    else:
        place.warning(plain(message))


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
