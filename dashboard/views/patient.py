"""Patient: values on the left, the number and its reasons on the right."""

from __future__ import annotations

import streamlit as st

from dashboard.assessed_patient import Case
from dashboard.components.patient import (
    exports,
    health_record,
    missing_tests,
    other_versions,
    patient_form,
    result,
    what_if,
)
from dashboard.components.shell import prevalence, seen_version
from dashboard.markdown import plain
from dashboard.selection import Selection
from dashboard.services import Services
from model.errors import EndpointError
from model.intake import CheckedTable
from model.schema import Schema

MORE = ("What if", "Missing tests", "Versions", "Report")
NO_INTERVAL = (
    "No interval is known for this model, so there is no curve to draw. Change a value in the form "
    "to see what becomes of the number."
)
NO_PATIENTS = (
    "Whom this model learned from is not known, so what a missing test could show cannot be said."
)
NO_REPORT = (
    "There is no report: it would rest on a verified version with a model card, and this model has "
    "none. Adopt it first."
)
COLUMN, GAP = 380, 48  # pixels; where two do not fit, the result comes under the form


def render(services: Services, selection: Selection) -> None:
    """Score as soon as the needed fields are filled; sharpen as tests are added."""
    if seen_version.render(services, selection, "Patient"):
        return
    selection.required()
    _visit(services, selection)


@st.fragment
def _visit(services: Services, selection: Selection) -> None:
    """What a changed value draws anew; frame and sidebar stay.

    The number comes first, and the form, which shows what the browser has already, after it.
    """
    schema = selection.required().model.schema
    table = patient_form.checked(schema)
    page = st.grid(2, min_column_width=COLUMN, gap=("medium", GAP))
    form, answer = page.cell(), page.cell()
    form_first = patient_form.is_ahead()
    if form_first:
        with form:
            _form(schema, table)
    with answer:
        _answer(services, selection, table)
    if not form_first:
        with form:
            _form(schema, table)


def _form(schema: Schema, table: CheckedTable) -> None:
    health_record.render(schema)
    patient_form.render(schema, table)


def _answer(services: Services, selection: Selection, table: CheckedTable) -> None:
    chosen = selection.required()
    schema = chosen.model.schema
    if patient_form.is_complete(table):
        try:
            case = Case.of(chosen, table, prevalence.current())
            result.render(case)
            _more(services, selection, case)
        except EndpointError as error:  # told where the number would stand
            st.error(plain(str(error)))
    elif waiting := patient_form.unfilled(table, schema):
        st.info(_asked_for(waiting, schema))
    else:
        st.warning("Correct the marked field to see the risk.")


def _more(services: Services, selection: Selection, case: Case) -> None:
    """What one may ask next; only what is open is worked out."""
    if_changed, missing, versions, record = st.tabs(list(MORE), key="more", on_change="rerun")
    if if_changed.open:
        with if_changed:
            if case.chosen.model.has_interval:
                what_if.render(case)
            else:
                st.markdown(NO_INTERVAL)
    if missing.open:
        with missing:
            if case.chosen.model.knows_patients:
                missing_tests.render(case)
            else:
                st.markdown(NO_PATIENTS)
    if versions.open:
        with versions:
            other_versions.render(services, selection, case)
    if record.open:
        with record:
            if case.chosen.model.has_card:
                exports.render(case)
            else:
                st.markdown(NO_REPORT)


def _asked_for(waiting: list[str], schema: Schema) -> str:
    if len(waiting) == len(schema.names):
        return "To see the risk, fill in every field."
    optional = " Everything else may stay blank." if schema.tests else ""
    return f"To see the risk, fill in: {', '.join(waiting)}.{optional}"
