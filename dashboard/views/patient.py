"""Patient: values on the left, the number and its reasons on the right."""

from __future__ import annotations

import streamlit as st

from dashboard.components import patient_form, result
from dashboard.components.sidebar import Selection
from dashboard.services import Services


def render(services: Services, selection: Selection) -> None:
    """Score as soon as the needed fields are filled; sharpen as tests are added."""
    chosen = selection.required()
    schema = chosen.model.schema
    left, right = st.columns([5, 6], gap="large")
    with left:
        table = patient_form.render(schema)
    with right:
        if patient_form.is_complete(table):
            assessment = chosen.scorer.assess(table.rows, explain=True)
            result.render(chosen, table.rows.iloc[0], assessment)
        elif waiting := patient_form.unfilled(table, schema):
            st.info(
                f"To see the risk, fill in: {', '.join(waiting)}. Everything else may stay blank."
            )
        else:
            st.warning("Correct the marked field on the left to see the risk.")
