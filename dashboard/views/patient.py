"""Patient: values on the left, the number and its reasons on the right."""

from __future__ import annotations

import streamlit as st

from dashboard.components import foreign_patient, other_versions, patient_form, result
from dashboard.components.sidebar import Selection
from dashboard.services import Services
from dashboard.text import plain
from model.errors import EndpointError
from model.schema import Schema

COLUMN, GAP = 380, 48  # pixels; where two do not fit, the result comes under the form


def render(services: Services, selection: Selection) -> None:
    """Score as soon as the needed fields are filled; sharpen as tests are added."""
    if selection.foreign is not None:
        foreign_patient.render(selection.foreign)
        return
    chosen = selection.required()
    schema = chosen.model.schema
    page = st.grid(2, min_column_width=COLUMN, gap=("medium", GAP))
    with page.cell():
        table = patient_form.render(schema)
    with page.cell():
        if patient_form.is_complete(table):
            try:
                assessment = chosen.scorer.assess(table.rows, explain=True)
            except EndpointError as error:  # told where the number would stand
                st.error(plain(str(error)))
            else:
                result.render(chosen, table.rows.iloc[0], assessment, table.issues)
                other_versions.render(services, selection, table.rows, assessment)
        elif waiting := patient_form.unfilled(table, schema):
            st.info(_asked_for(waiting, schema))
        else:
            st.warning("Correct the marked field to see the risk.")


def _asked_for(waiting: list[str], schema: Schema) -> str:
    if len(waiting) == len(schema.names):
        return "To see the risk, fill in every field."
    optional = " Everything else may stay blank." if schema.tests else ""
    return f"To see the risk, fill in: {', '.join(waiting)}.{optional}"
