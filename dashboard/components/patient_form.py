"""One patient's values, in the order of the visit. Blank means not measured."""

from __future__ import annotations

import streamlit as st

from model.intake import CheckedTable, Issue, Severity, check_patient
from model.schema import Feature, Schema

KEY = "patient."
WIDEST_PAIRED = 38  # letters of all codes together that fit half the form

# What is wrong with a field is told in words; the label beside it names the field already.
PREFIX_END = ": "


def render(schema: Schema) -> CheckedTable:
    """Draw the form and check what it holds.

    A value is refused beside its own field; the other fields keep what they have.
    """
    places = {}
    for at, (group, features) in enumerate(schema.groups.items()):
        title, button = st.columns([4, 1], vertical_alignment="bottom")
        title.markdown(f"##### {group}")
        if at == 0:
            button.button(
                "Clear", on_click=_clear, args=(schema,), help="Empty every field.", width="stretch"
            )
        for row in _rows(features):
            for column, feature in zip(st.columns(len(row), gap="medium"), row, strict=True):
                with column:
                    _field(feature)
                    places[feature.name] = st.empty()
    table = check_patient({name: st.session_state.get(KEY + name) for name in schema.names}, schema)
    for issue in table.issues:
        if issue.column is not None and not _is_merely_blank(issue):
            _tell(issue, places[issue.column])
    return table


def _rows(features: tuple[Feature, ...]) -> list[tuple[Feature, ...]]:
    """Fields two by two; one with many codes needs the width for itself."""
    rows: list[tuple[Feature, ...]] = []
    for feature in features:
        fits = rows and len(rows[-1]) == 1 and not _is_wide(rows[-1][0])
        if fits and not _is_wide(feature):
            rows[-1] = (rows[-1][0], feature)
        else:
            rows.append((feature,))
    return rows


def _is_wide(feature: Feature) -> bool:
    return sum(len(code.label) for code in feature.codes) > WIDEST_PAIRED


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


def _field(feature: Feature) -> None:
    label = feature.label + (f" ({feature.unit})" if feature.unit else "")
    if feature.required:
        label += " · needed"
    hint = f"{feature.help} Allowed: {feature.allowed}." if not feature.is_coded else feature.help
    if feature.is_coded:
        st.segmented_control(
            label,
            feature.levels,
            format_func={code.value: code.label for code in feature.codes}.__getitem__,
            help=hint,
            key=KEY + feature.name,
            persist_state="session",
            wrap=True,
        )
    else:
        st.number_input(
            label,
            value=None,
            step=10.0**-feature.decimals,
            format="%g",
            placeholder="not measured" if not feature.required else feature.allowed,
            help=hint,
            key=KEY + feature.name,
            persist_state="session",
        )


def _tell(issue: Issue, place: st.delta_generator.DeltaGenerator) -> None:
    message = issue.message.partition(PREFIX_END)[2]
    message = message[0].upper() + message[1:]
    if issue.severity is Severity.REJECTED:
        place.error(message)
    else:
        place.warning(message)


def _is_merely_blank(issue: Issue) -> bool:
    return issue.code == "required"


def _clear(schema: Schema) -> None:
    for name in schema.names:
        st.session_state[KEY + name] = None
