"""The risk from which on the user would act: one for all pages, and part of the address."""

from __future__ import annotations

import streamlit as st

from dashboard.markdown import note, plain
from model.evaluation.wording import threshold_meaning
from model.schema import Outcome

KEY = "threshold"
DEFAULT = 50


def render(outcome: Outcome) -> None:
    """Draw the slider, what the choice means, and where the study would begin."""
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
    st.markdown(note(plain(threshold_meaning(current()))))
    if outcome.threshold is not None:
        start = f"{100 * outcome.threshold.value:.0f} %"
        st.markdown(note(plain(f"The study begins at {start}: {outcome.threshold.reason}")))


def current() -> float:
    """The threshold as a risk, 0.01 to 0.99."""
    return int(st.session_state.get(KEY, DEFAULT)) / 100
