"""While something is away: look again by itself, so that nobody has to reload the page."""

from __future__ import annotations

import time
from pathlib import Path

import streamlit as st

LOOK_AGAIN = 3.0  # seconds
DRAWN = "recovery.drawn"
ON_REQUEST = "recovery-on-request"

_on_request = st.components.v2.component(
    "bedside.recovery",
    js=(Path(__file__).parent / "recovery.js").read_text(),
)


def on_request() -> None:
    """Let the browser ask for the whole page where it gets no answer to a part.

    To be called outside of every fragment. It takes no room.
    """
    st.html(f"<style>.st-key-{ON_REQUEST} {{ position: absolute; }}</style>")
    _on_request(key=ON_REQUEST, on_wanted_change=_wanted)


def _wanted() -> None:
    """Nothing: that the page runs is all that was wanted."""


def watch() -> None:
    """Run the page again in a few seconds, and go on doing so as long as it calls this."""
    st.session_state[DRAWN] = time.monotonic()
    _look_again()


@st.fragment(run_every=LOOK_AGAIN)
def _look_again() -> None:
    # The first call is part of drawing the page; the later ones are the clock's.
    if time.monotonic() - st.session_state.get(DRAWN, 0.0) > LOOK_AGAIN / 2:
        st.rerun()
