"""New study: from a table of patients to a form with an honest number, on one page."""

from __future__ import annotations

import streamlit as st

from dashboard import study_draft
from dashboard.components.new_study import (
    form_preview,
    inputs_editor,
    patients_table,
    study_training,
)
from dashboard.markdown import note, plain
from dashboard.selection import Selection
from dashboard.services import Services
from model.errors import StudyRefused
from model.studies.format.study_of import schema_of

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
    table = inputs_editor.inputs(drafted.draft.document)
    left, right = st.columns(2, gap="medium")
    with left:
        words = inputs_editor.words(drafted.draft.document)
        try:
            document = study_draft.edited(drafted.draft.document, table, words)
        except StudyRefused as error:
            st.error("\n\n".join(plain(line) for line in str(error).splitlines()))
            return
        study_training.render(services, document, drafted.data)
    with right:
        form_preview.render(schema_of(document))
