"""The risk from which on the user would act: one for all pages, and part of the address."""

from __future__ import annotations

import streamlit as st

from dashboard.markdown import note, plain
from model.evaluation.wording import threshold_meaning
from model.schema import Outcome

KEY = "threshold"
REFUSED = f"{KEY}.refused"
DEFAULT, LEAST, MOST = 50, 1, 99
LONGEST_ASKED = 12  # letters of an address that are repeated


def render(outcome: Outcome) -> None:
    """Draw the slider, what the choice means, and where the study would begin. An address that
    asks for what no threshold can be is told so.
    """
    asked = st.query_params.get(KEY)
    if asked is not None and not _is_possible(asked):
        del st.query_params[KEY]
        st.session_state[REFUSED] = asked[:LONGEST_ASKED]
    if (refused := st.session_state.get(REFUSED)) is not None:
        st.warning(
            plain(
                f"The address asks for a threshold of {refused} %. One can be {LEAST} to {MOST} %; "
                f"{100 * current():.0f} % is used."
            )
        )
    st.slider(
        "Decision threshold (%)",
        min_value=LEAST,
        max_value=MOST,
        value=DEFAULT,
        key=KEY,
        bind="query-params",
        on_change=_forget,
        help="From which risk on you would act. It moves the counts on the Batch and the "
        "Performance page.",
    )
    st.markdown(note(plain(threshold_meaning(current()))))
    if outcome.threshold is not None:
        start = f"{100 * outcome.threshold.value:.0f} %"
        st.markdown(note(plain(f"The study begins at {start}: {outcome.threshold.reason}")))


def _is_possible(asked: str) -> bool:
    return asked.isascii() and asked.isdecimal() and LEAST <= int(asked[:LONGEST_ASKED]) <= MOST


def _forget() -> None:
    st.session_state.pop(REFUSED, None)


def current() -> float:
    """The threshold as a risk, 0.01 to 0.99."""
    return int(st.session_state.get(KEY, DEFAULT)) / 100
