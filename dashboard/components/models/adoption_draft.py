"""The draft of an adopted model's study: what is to be decided, in the editor of New study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from dashboard.adopter.order import Order
from dashboard.adopter.outcome import Drafted
from dashboard.components.models import adoption_questions, adoption_table
from dashboard.components.study_editor import draft
from dashboard.markdown import plain
from model.adoption.question import Question
from model.studies import writing
from model.studies.format.document import Document

KEY = "adopting.draft"
LAST = f"{KEY}.last"
NOTHING_OPEN = (
    "Nothing has to be decided. Look through the draft: clinicians read its words and units."
)


@dataclass(frozen=True)
class Draft:
    """A draft somebody works on, in their session.

    order : what it came from. answers : what was chosen so far, by part of the study's `model`.
    """

    order: Order
    document: Document
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, order: Order, drafted: Drafted) -> Draft:
        return cls(order, drafted.document, drafted.questions, drafted.notes)


def render(held: Draft, adopt: Callable[[Order], None], discard: Callable[[], None]) -> Draft:
    """Draw it; the draft as it is now, to go on with after another page was looked at."""
    drawn = _begun(held)
    title = plain(held.order.title)
    st.markdown(f"## The draft for {title}", anchors=False)
    st.markdown("**To decide**" if drawn.questions else plain(NOTHING_OPEN))
    for note in drawn.notes:
        st.markdown(f"- {plain(note)}")
    answers = adoption_questions.render(drawn.questions, drawn.answers, KEY)
    table = adoption_table.render(held.order.table, KEY)
    now = replace(held, answers=answers)

    def act(document: Document) -> None:
        nonlocal now
        now = replace(now, document=document)
        order = replace(held.order, study=writing.dump(document), table=table, dry_run=False)
        open_ = not adoption_questions.are_answered(drawn.questions, answers)
        if open_:
            st.info("Decide above what the risk is; then it can be adopted.")
        with st.container(horizontal=True):
            st.button(
                "Adopt with this",
                type="primary",
                disabled=open_,
                on_click=adopt,
                args=(order,),
                key=f"{KEY}.adopt",
            )
            draft.download(document, KEY)
            st.button("Discard", on_click=discard, key=f"{KEY}.discard")

    words = adoption_questions.own_words(drawn.questions)
    draft.render(drawn.document, KEY, act, model=answers, own_words=words)
    return now


def put_away() -> None:
    """Another draft, or none, is drawn next."""
    st.session_state.pop(LAST, None)


def _begun(held: Draft) -> Draft:
    """The draft its elements were first drawn with: what was changed since is in them. Those of a
    page that was left are gone, and are drawn anew with what was last made of it.
    """
    begun: Draft | None = st.session_state.get(LAST)
    if begun is None or f"{KEY}.outcome.label" not in st.session_state:
        begun = held
    st.session_state[LAST] = begun
    return begun
