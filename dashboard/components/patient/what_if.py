"""What if: this patient pinned, values changed, both side by side; and one value varied."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from dashboard import markdown, text
from dashboard.assessed_patient import Case
from dashboard.components.patient import entry
from dashboard.figures import CONFIG, ranges, waterfall
from dashboard.figures import response as figures
from dashboard.figures.ranges import Range
from model.evaluation.wording import listed
from model.intake import check_patient
from model.interpretation.changes import changed
from model.interpretation.reasons import steps
from model.interpretation.what_if import response
from model.schema import Schema

PINNED = "what_if.pinned"
VARIED = "what_if.varied"
PIN, NOW = "Pinned", "Now"

Values = dict[str, float]


def render(case: Case) -> None:
    """The pinned patient beside the one in the form, and a response curve."""
    st.markdown(
        markdown.note(
            "How the model answers when values change. It does not say what treatment would do, "
            "and is no advice."
        )
    )
    pinned = _pinned(case.schema)
    if pinned is None:
        st.button(
            "Pin this patient",
            on_click=_pin,
            args=(case.schema.study, case.values),
            icon=":material/keep:",
            help="Keep this patient to compare with, then change values in the form.",
            key="what_if.pin",
        )
    else:
        _side_by_side(case, pinned)
    _response(case)


def forget() -> None:
    """Let go of the pinned patient."""
    st.session_state.pop(PINNED, None)


def _pinned(schema: Schema) -> Values | None:
    """The patient kept; none of another study."""
    study, kept = st.session_state.get(PINNED, ("", None))
    return kept if study == schema.study else None


def _pin(study: str, patient: Values) -> None:
    st.session_state[PINNED] = (study, patient)


def _back(schema: Schema, patient: Values) -> None:
    known = {name: value for name, value in patient.items() if not math.isnan(value)}
    entry.offer(schema.study, known)


def _side_by_side(case: Case, pinned: Values) -> None:
    with st.container(horizontal=True):
        st.button(
            "Back to the pinned patient",
            on_click=_back,
            args=(case.schema, pinned),
            icon=":material/undo:",
            key="what_if.back",
        )
        st.button("Unpin", on_click=forget, icon=":material/keep_off:", key="what_if.unpin")
    before = _answered(case, pinned)
    if before is None:
        return
    lines = (_line(PIN, before), _line(NOW, case))
    st.html(ranges.drawn(lines, "Risk and 95 % interval of both.", theme=st.context.theme.type))
    causes = changed(case.schema, before.patient, case.patient, before.why, case.why)
    if not causes:
        st.markdown("Change a value in the form: the two then stand side by side.")
        return
    path = list(steps(_sum(before), causes, case.why.scale))
    drawn = waterfall.bars(before.risk, path, start=PIN, end=NOW)
    st.html(waterfall.drawn(drawn, begins="the pinned patient"))
    st.markdown(
        markdown.note("What changed the number, in percentage points, the largest cause first.")
    )


def _line(name: str, case: Case) -> Range:
    unknown = (math.nan, math.nan)
    said = text.with_interval(name, case.risk, *(case.interval or unknown))
    return Range(said, case.risk, case.interval)


def _answered(case: Case, pinned: Values) -> Case | None:
    """The pinned patient under the version in use, which may not take it as it is."""
    table = check_patient(pinned, case.schema)
    if table.stopped:
        said = " ".join(issue.message for issue in table.stopped)
        st.warning(markdown.plain(f"This version cannot score the pinned patient. {said}"))
        return None
    return case.other(table)


def _sum(case: Case) -> float:
    return float(case.why.base[0] + case.why.contributions.iloc[0].sum())


def _response(case: Case) -> None:
    labels = {feature.label: feature for feature in case.schema.features}
    picked = st.selectbox(
        "Vary one value, everything else as it is",
        list(labels),
        index=None,
        placeholder="Choose a value to vary",
        key=VARIED,
        persist_state="session",
    )
    if picked not in labels:
        return
    feature = labels[picked]
    ask = case.explain if case.why.has_interval else case.ask
    found = response(feature, case.patient, ask)
    own = float(case.patient[feature.name])
    if found.flat:
        st.info(markdown.plain(_why_flat(case, feature.name, feature.label)))
        return
    st.plotly_chart(
        figures.response(found, own, case.risk, st.context.theme.type),
        config=CONFIG,
        alt=figures.response_text(found, own, case.risk),
        key="what_if.response",
    )
    trained = "; the grey ground is the range seen in training" if feature.trained else ""
    here = "" if np.isnan(own) else "; the diamond is this patient"
    sure = " with its 95 % interval" if case.why.has_interval else ""
    st.markdown(markdown.note(f"Risk{sure}{trained}{here}."))


def _why_flat(case: Case, name: str, label: str) -> str:
    for test, parts in case.schema.tests.items():
        lacking = [
            case.schema[part].label
            for part in parts
            if part != name and np.isnan(case.patient[part])
        ]
        if name in parts and lacking:
            return (
                f"{label} does nothing yet: this model counts the {test} whole or not at all. To "
                f"see its effect, fill in {listed(lacking)}."
            )
    return f"{label} does nothing in this model."
