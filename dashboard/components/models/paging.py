"""Page after page of what a server lists, by the tokens it gives."""

from __future__ import annotations

import streamlit as st

from dashboard import markdown


def token(key: str, question: object) -> str | None:
    """What asks for the page shown; another question begins at its first page."""
    asked, tokens = f"{key}.asked", f"{key}.tokens"
    if st.session_state.get(asked) != question:
        st.session_state[asked], st.session_state[tokens] = question, [None]
    found: str | None = st.session_state[tokens][-1]
    return found


def turn(key: str, following: str | None, held: str) -> None:
    """Buttons to the page before and to the next; `held` says what is on this one."""
    tokens: list[str | None] = st.session_state[f"{key}.tokens"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Earlier page",
            disabled=len(tokens) == 1,
            on_click=_back,
            args=(tokens,),
            key=f"{key}.back",
        )
        st.button(
            "Next page",
            disabled=following is None,
            on_click=tokens.append,
            args=(following,),
            key=f"{key}.next",
        )
        st.markdown(markdown.note(markdown.plain(f"Page {len(tokens)}, {held}")))


def _back(tokens: list[str | None]) -> None:
    tokens.pop()
