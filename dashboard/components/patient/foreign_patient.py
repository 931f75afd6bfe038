"""One patient for a model somebody else logged: a form drawn from its signature, and its answer."""

from __future__ import annotations

import streamlit as st

from dashboard import markdown, text
from dashboard.figures import waterfall
from dashboard.services import Foreign
from model.endpoints.sampled_shapley import Shares
from model.errors import EndpointError
from model.interpretation.reasons import Reason, Step
from model.registry.signature import Column, Kind, Row, Value

KEY = "foreign"
COLUMN, GAP = 380, 48  # pixels, as on the page of our own models
YES_OR_NO = {"yes": True, "no": False}


def render(foreign: Foreign) -> None:
    """The form on the left; on the right the answer of the endpoint, and what may have moved it."""
    page = st.grid(2, min_column_width=COLUMN, gap=("medium", GAP))
    columns = foreign.model.interface.columns
    with page.cell():
        st.markdown(
            markdown.note(
                "A form drawn from the model's signature: it knows no units, no ranges and no "
                "words for codes. Whatever is typed goes to the endpoint as it is."
            )
        )
        patient: Row = tuple(_field(foreign, column) for column in columns)
    with page.cell():
        given = zip(patient, columns, strict=True)
        if waiting := [each.name for value, each in given if value is None and each.required]:
            st.info(markdown.plain(f"To see the risk, fill in: {', '.join(waiting)}."))
            return
        try:
            _answer(foreign, patient)
        except EndpointError as error:
            st.error(markdown.plain(str(error)))


def _field(foreign: Foreign, column: Column) -> Value:
    label = markdown.plain(column.name) + (
        "" if column.required else " :small[:gray[may stay blank]]"
    )
    key = f"{KEY}.{foreign.version.reference}.{column.name}"
    match column.kind:
        case Kind.TRUTH:
            picked = st.segmented_control(label, list(YES_OR_NO), key=key, persist_state="session")
            return YES_OR_NO[picked] if picked else None
        case Kind.TEXT:
            return st.text_input(label, key=key, persist_state="session") or None
        case Kind.WHOLE:
            return st.number_input(label, value=None, step=1, key=key, persist_state="session")
        case Kind.NUMBER:
            return st.number_input(
                label, value=None, step=0.1, format="%g", key=key, persist_state="session"
            )


def _answer(foreign: Foreign, patient: Row) -> None:
    risk = foreign.model.risk(patient)
    with st.container(border=True, gap="xsmall"):
        st.markdown("What the model answers, as a probability")
        st.title(f"{100 * risk:.1f} %", anchor=False)
    st.warning(
        "Somebody else's model: its files were not verified, its answer comes without an interval, "
        "and what it is a probability of, and for whom, only its author can say."
    )
    if st.toggle("What moved the number (approximate)", key=f"{KEY}.explain"):
        with st.spinner("Asking the endpoint about many variations of this patient …"):
            shared = foreign.model.shares(patient)
        if shared is None:
            st.info("It was logged without an example that can be used, so there is no baseline.")
        else:
            _why(foreign, patient, shared)
    st.markdown(
        markdown.note(markdown.plain(text.provenance(foreign.version, foreign.model.route)))
    )


def _why(foreign: Foreign, patient: Row, shared: Shares) -> None:
    columns = foreign.model.interface.columns
    parts = zip(columns, patient, shared.contributions.tolist(), strict=True)
    reasons = [
        Reason(each.name, each.name, _finding(each, value), share, measured=value is not None)
        for each, value, share in parts
    ]
    steps, before = [], shared.base
    for reason in sorted(reasons, key=lambda each: -abs(each.contribution)):
        steps.append(Step(reason, before, before + reason.contribution))
        before += reason.contribution
    path = waterfall.bars(shared.base, steps, start="Its example")
    st.html(waterfall.drawn(path, begins="its example"))
    count = len(foreign.model.interface.example)
    st.markdown(
        markdown.note(
            f"**Approximate.** Shapley values of its answers, in percentage points, against the "
            f"{count} {'row' if count == 1 else 'rows'} of the example it was logged with; these "
            "stand for all patients."
        )
    )


def _finding(column: Column, value: Value) -> str:
    if value is None:
        return f"{column.name}: not given"
    if isinstance(value, bool):
        return f"{column.name}: {'yes' if value else 'no'}"
    return f"{column.name} {value:g}" if isinstance(value, float) else f"{column.name} {value}"
