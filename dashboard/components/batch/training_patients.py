"""Whether the patients of a file are those the version learned from."""

from __future__ import annotations

import streamlit as st

from dashboard.batch_run import Result
from dashboard.markdown import plain

HELD = "batch.training_patients"


def render(result: Result) -> None:
    """Say so, if they are: whatever is measured on them is no validation."""
    key, held = result.identity, st.session_state.get(HELD)
    if held is None or held[0] != key:
        file = result.file
        held = (key, result.chosen.model.recognised(file.patients(file.scored)))
        st.session_state[HELD] = held
    found = held[1]
    if found is None:
        return
    how_many = "All" if found.all else f"About {found.known:,}"
    st.warning(
        plain(
            f"{how_many} of these {found.rows:,} patients are patients this version was trained "
            "on. Measured on them it looks better than it is: this is no validation."
        ),
        icon=":material/school:",
    )


def forget() -> None:
    """Nothing of a file that was removed is kept."""
    st.session_state.pop(HELD, None)
