"""New study: from a table of patients to a form with an honest number, on one page."""

from __future__ import annotations

import streamlit as st

from dashboard.components.new_study import patients_table, study_training
from dashboard.components.study_editor import draft
from dashboard.markdown import note, plain
from dashboard.selection import Selection
from dashboard.services import Services

KEY = "new_study"
WHAT_IT_DOES = (
    "Hand in a table, name the outcome, look through the draft, and train: minutes from a table "
    "to a form. What only a person can say may stay blank; the model card shows it as a gap."
)


def render(services: Services, selection: Selection) -> None:
    """Hand in, name the outcome, look through the draft, train."""
    st.markdown("# New study", anchors=False)
    if study_training.follow(services):
        return
    st.markdown(note(plain(WHAT_IT_DOES)))
    drafted = patients_table.render()
    if drafted is None:
        return
    patients_table.tell(drafted.draft)
    draft.render(
        drafted.draft.document,
        KEY,
        lambda document: study_training.render(services, document, drafted.data),
    )
