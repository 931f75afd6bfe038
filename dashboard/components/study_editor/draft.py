"""The whole draft: inputs as a table, the outcome in words, what can be done with it, the form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

from dashboard import study_draft
from dashboard.components.study_editor import form_preview, inputs_editor
from dashboard.markdown import plain
from dashboard.study_draft import Unfinished
from model.errors import StudyRefused
from model.studies import writing
from model.studies.format.document import Document
from model.studies.format.study_of import schema_of


def render(
    document: Document,
    key: str,
    then: Callable[[Document], None],
    *,
    model: Mapping[str, Any] | None = None,
    own_words: Collection[str] = (),
) -> None:
    """Draw the draft and, where it is a study as edited, what can be done with that.

    Parameters
    ----------
    key : of this draft among the elements of the page. then : draws what can be done, below the
    words. model : what a person decided about an adopted model's answer. own_words : its inputs
    whose answers are taken as they are written.
    """
    table = inputs_editor.inputs(document, key)
    left, right = st.columns(2, gap="medium")
    with left:
        words = inputs_editor.words(document, key)
        if model:
            words["model"] = dict(model)
        try:
            study = study_draft.edited(document, table, words, own_words)
        except Unfinished as error:
            open_ = "\n\n".join(plain(line) for line in str(error).splitlines())
            st.info(f"Still to be filled in:\n\n{open_}")
            return
        except StudyRefused as error:
            st.error("\n\n".join(plain(line) for line in str(error).splitlines()))
            return
        then(study)
    with right:
        form_preview.render(schema_of(study))


def download(document: Document, key: str) -> None:
    """The study's file, to keep or to go on with elsewhere."""
    st.download_button(
        "Download the study (YAML)",
        data=writing.dump(document),
        file_name=f"{document.name}.yaml",
        mime="application/yaml",
        on_click="ignore",
        icon=":material/download:",
        key=f"{key}.download",
    )
