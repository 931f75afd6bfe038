"""Page after page of what a server lists, by the tokens it gives."""

from __future__ import annotations

import streamlit as st

from dashboard import markdown
from model.registry.list_query import Cursor


def cursor(key: str, question: object) -> Cursor | None:
    """What asks for the page shown; another question begins at its first page."""
    asked, cursors = f"{key}.asked", f"{key}.cursors"
    if st.session_state.get(asked) != question:
        st.session_state[asked], st.session_state[cursors] = question, [None]
    found: Cursor | None = st.session_state[cursors][-1]
    return found


def turn(key: str, following: Cursor | None, held: str) -> None:
    """Buttons to the page before and to the next; `held` says what is on this one."""
    cursors: list[Cursor | None] = st.session_state[f"{key}.cursors"]
    if len(cursors) == 1 and following is None:
        st.markdown(markdown.note(markdown.plain(held)))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Earlier page",
            disabled=len(cursors) == 1,
            on_click=_back,
            args=(cursors,),
            key=f"{key}.back",
        )
        st.button(
            "Next page",
            disabled=following is None,
            on_click=cursors.append,
            args=(following,),
            key=f"{key}.next",
        )
        st.markdown(markdown.note(markdown.plain(f"Page {len(cursors)}, {held}")))


def _back(cursors: list[Cursor | None]) -> None:
    cursors.pop()
