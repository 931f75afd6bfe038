"""The draft as a person edits it: inputs as a table, the outcome in words, and the gaps."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import study_draft
from dashboard.markdown import label, note, plain
from model.studies.format.document import Document
from model.studies.study import Conduct

HOW_TO_EDIT = (
    "Everything here is a draft. Change what is wrong, untick “Use” where it is no input, and "
    "untick “Still a guess” once you have checked a line."
)
HOW_TO_EDIT_ADOPTED = (
    "Everything here is a draft. Change what is wrong, and untick “Still a guess” once you have "
    "checked a line. The model takes all of these inputs, so none can be left out."
)


def inputs(document: Document, key: str) -> pd.DataFrame:
    """The table of inputs as edited. key : of this draft among the elements of the page."""
    is_adopted = document.model is not None
    st.markdown("## Inputs", anchors=False)
    st.markdown(note(plain(HOW_TO_EDIT_ADOPTED if is_adopted else HOW_TO_EDIT)))
    table = study_draft.table_of(document)
    # Another table or other columns begin anew; a changed cell does not.
    drawn_from = hash(tuple(table[study_draft.COLUMN])), document.data and document.data.sha256
    edited: pd.DataFrame = st.data_editor(
        table,
        hide_index=True,
        num_rows="fixed",
        height="content",
        column_config=_columns(),
        column_order=[name for name in table.columns if name != study_draft.USE or not is_adopted],
        key=f"{key}.inputs.{drawn_from}",
    )
    return edited


def _columns() -> dict[str, Any]:
    config = st.column_config
    return {
        study_draft.USE: config.CheckboxColumn(width="small"),
        study_draft.COLUMN: config.TextColumn(disabled=True, pinned=True),
        study_draft.LABEL: config.TextColumn(max_chars=120, required=True),
        study_draft.GROUP: config.TextColumn(max_chars=120, required=True, help="Part of the form"),
        study_draft.UNIT: config.TextColumn(max_chars=40, width="small"),
        study_draft.ANSWERS: config.TextColumn(help="0 = No; 1 = Yes", width="medium"),
        study_draft.LOWEST: config.NumberColumn(help="Lower values are refused", width="small"),
        study_draft.HIGHEST: config.NumberColumn(help="Higher values are refused", width="small"),
        study_draft.NEEDED: config.CheckboxColumn(
            help="No risk is given without it", width="small"
        ),
        study_draft.TEST: config.TextColumn(
            help="What is done to learn it: inputs of one test are measured together"
        ),
        study_draft.GUESSED: config.CheckboxColumn(
            help="Untick it once you have checked the line", width="small"
        ),
    }


def words(document: Document, key: str) -> dict[str, dict[str, Any]]:
    """The outcome in words, and the sentences a person wrote, by section of the file."""
    st.markdown("## Outcome", anchors=False)
    line = partial(_line, key)
    outcome = document.outcome
    left, right = st.columns(2)
    with left:
        label = line("The risk is that of a …", outcome.label, "outcome.label")
        timing = line(
            "When", outcome.timing, "outcome.timing", "now for a diagnosis; or: within 30 days"
        )
    with right:
        among = line("Of 100 such patients about 62 …", outcome.among_patients, "outcome.among")
        population = line(
            "For which patients", outcome.population, "outcome.population", "patients seen in …"
        )
    told = {"label": label, "among_patients": among, "timing": timing, "population": population}
    changed = {key for key, text in told.items() if text != getattr(outcome, key)}
    guessed = tuple(part for part in outcome.guessed if part not in changed)
    return {
        "outcome": {key: text for key, text in told.items() if text} | {"guessed": guessed},
        # An adopted version has no card that these sentences would stand in.
        **(_gaps(key) if document.model is None else {}),
    }


def _gaps(key: str) -> dict[str, dict[str, Any]]:
    """Sentences only a person can write: folded away, none of them needed."""
    own = {
        "intended_use": "What may the number be used for?",
        "intended_users": "Who should use it?",
        "population": "Whom did it learn from: how many, where, when, how many events?",
    }
    data = {
        "training_site": "Where are these patients from?",
        "licence": "Under which licence or agreement are the data used?",
        "citation": "How are the data cited?",
    }
    with st.expander("What only you can say (may stay blank: the model card shows each gap)"):
        return {
            "": {part: text for part, q in own.items() if (text := _area(q, f"{key}.{part}"))},
            "data": {
                part: text for part, q in data.items() if (text := _area(q, f"{key}.data.{part}"))
            },
            "conduct": {
                part: text
                for part, question in Conduct.questions().items()
                if (text := _area(question, f"{key}.conduct.{part}"))
            },
        }


def _line(page: str, label: str, value: str, key: str, placeholder: str = "") -> str:
    return st.text_input(
        label, value=value, key=f"{page}.{key}", placeholder=placeholder, max_chars=120
    ).strip()


def _area(question: str, key: str) -> str:
    text = st.text_area(label(question), key=key, height=68, max_chars=2000) or ""
    return " ".join(text.split())
