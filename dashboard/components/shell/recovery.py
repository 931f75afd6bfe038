"""While something is away: look again by itself, so that nobody has to reload the page."""

from __future__ import annotations

import time

import streamlit as st

LOOK_AGAIN = 3.0  # seconds
DRAWN = "recovery.drawn"


def watch() -> None:
    """Run the page again in a few seconds, and go on doing so as long as it calls this."""
    st.session_state[DRAWN] = time.monotonic()
    _look_again()


@st.fragment(run_every=LOOK_AGAIN)
def _look_again() -> None:
    # The first call is part of drawing the page; the later ones are the clock's.
    if time.monotonic() - st.session_state.get(DRAWN, 0.0) > LOOK_AGAIN / 2:
        st.rerun()
