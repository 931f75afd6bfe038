"""The risk from which on the user would act: one for all pages, and part of the address."""

from __future__ import annotations

import streamlit as st

KEY = "threshold"
DEFAULT = 50


def render() -> None:
    """Draw the slider."""
    st.slider(
        "Decision threshold (%)",
        min_value=1,
        max_value=99,
        value=DEFAULT,
        key=KEY,
        bind="query-params",
        help="From which risk on you would act. It moves the counts on the Batch and the "
        "Performance page.",
    )


def current() -> float:
    """The threshold as a risk, 0.01 to 0.99."""
    return int(st.session_state.get(KEY, DEFAULT)) / 100
