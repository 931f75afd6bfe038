"""Patient: the question, the values on the left, the number and its reasons on the right."""

from __future__ import annotations

import time

import streamlit as st

from dashboard import text
from dashboard.assessed_patient import Case
from dashboard.components.patient import (
    answer,
    entry,
    form,
    health_record,
    missing_tests,
    other_versions,
    result,
    what_if,
)
from dashboard.components.patient.entry import Entry
from dashboard.components.shell import prevalence, recovery, seen_version
from dashboard.markdown import note, plain
from dashboard.selection import Selection
from dashboard.services import Services
from model.errors import EndpointError
from model.intake import CheckedTable, check_patient
from model.registry.versions import Kind
from model.scoring.scorer import Model

MORE = ("What if", "Missing tests", "Versions", "Report")
NO_REASONS = (
    "It gives no reasons to compare. Change a value in the form to see what becomes of the number."
)
NO_REPORT = (
    "There is no report: it would rest on a verified version, and of this model only the answers "
    "are known. Adopt it first."
)
PAINT_SECONDS = 0.05
COLUMN, GAP = 340, 40  # pixels; where two do not fit, the result comes under the form
NUMBER, REST = "patient_number", "patient_rest"
# What moves along its column: Streamlit draws a container into a wrapper of the same height.
STAYS = f'[data-testid="stLayoutWrapper"]:has(> .st-key-{NUMBER})'
# The number stays in sight while the form is filled in: beside it, or where that leaves no room
# in a bar at the bottom (`answer.js` says which). Neither hides what takes the focus. Reasons of
# another patient are pale.
STYLE = f"""<style>
{STAYS} {{ position: sticky; top: .5rem; z-index: 20; }}
.stApp:has([data-testid="stExpandSidebarButton"]) {STAYS} {{ top: 3.75rem; }}
.st-key-{REST} * {{ scroll-margin-top: var(--bedside-number, 0); }}
.bedside-bar {STAYS} {{ position: static; }}
.bedside-bar [data-testid="stMain"] {{ scroll-padding-bottom: 68px; }}
.st-key-record-open {{ max-width: 520px; }}
.st-key-{REST} {{ transition: opacity .15s; }}
.bedside-stale .st-key-{REST} {{ opacity: .3; }}
@media print {{
    .st-key-more {{ display: none; }}
    .st-key-{result.SENTENCE}, .st-key-{result.REASONS} {{ min-height: 0 !important; }}
    {STAYS} {{ position: static; }}
}}
</style>"""


def render(services: Services, selection: Selection) -> None:
    """Score as soon as the needed fields are filled; sharpen as tests are added."""
    if seen_version.render(services, selection, "Patient"):
        return
    _question(selection.required().model)
    recovery.on_request()
    _visit(services, selection)


def _question(model: Model) -> None:
    """What is asked, of whom, and for what use: before the first number."""
    st.html(STYLE)
    st.markdown(f"# {plain(model.schema.outcome.heading)}", anchors=False)
    population = model.card.population.partition(". ")[0] if model.card is not None else ""
    st.markdown(note(plain(f"{text.RESEARCH_USE} {population}".strip())))


@st.fragment
def _visit(services: Services, selection: Selection) -> None:
    """What a changed value draws anew; frame and sidebar stay. The number comes first."""
    schema = selection.required().model.schema
    sent = entry.current(schema)
    table = check_patient(sent.canonical(schema), schema)
    page = st.grid(2, min_column_width=COLUMN, gap=("medium", GAP))
    left, right = page.cell(), page.cell()
    with right:
        _answer(services, selection, sent, table)
    with left:
        health_record.render(schema)
        form.render(schema, selection.required().model.card)


def _answer(services: Services, selection: Selection, sent: Entry, table: CheckedTable) -> None:
    chosen = selection.required()
    case, problem = None, ""
    if len(table.rows) == 1 and sent.is_one_of(chosen.model.schema.outcome.population):
        try:
            case = Case.of(chosen, table, prevalence.current())
        except EndpointError as error:  # told where the number would stand
            problem = str(error)
    with st.container(key=NUMBER):
        answer.render(chosen.model.schema, sent, table, case, problem)
    if case is not None:
        # The number goes out alone and is painted; else the browser first draws all that comes
        # below it. `benchmarks/patient_change.py` measures it.
        time.sleep(PAINT_SECONDS)
        with st.container(key=REST):
            result.render(case)
            _more(services, selection, case)
            result.proof(case)


def _more(services: Services, selection: Selection, case: Case) -> None:
    """What one may ask next; only what is open is worked out."""
    if_changed, missing, versions, record = st.tabs(list(MORE), key="more", on_change="rerun")
    if if_changed.open:
        with if_changed:
            if case.explains:
                what_if.render(case)
            else:
                st.markdown(NO_REASONS)
    if missing.open:
        with missing:
            missing_tests.render(case)
    if versions.open:
        with versions:
            other_versions.render(services, selection, case)
    if record.open:
        with record:
            if case.chosen.kind is Kind.ENDPOINT:
                st.markdown(NO_REPORT)
            else:
                # Not above: what writes reports and records is loaded when one may be taken away.
                from dashboard.components.patient import exports

                exports.render(case)
