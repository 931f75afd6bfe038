"""The risk from which on the user would act: one for all pages, and part of the address."""

from __future__ import annotations

import streamlit as st

from dashboard.markdown import note, plain
from model.evaluation.wording import hundred_meaning, needless_tests, percent, threshold_meaning
from model.schema import Outcome
from model.scoring.measurements import OfAHundred

KEY = "threshold"
NEEDLESS = f"{KEY}.needless"
REFUSED = f"{KEY}.refused"
BEGUN = f"{KEY}.begun"
DEFAULT, LEAST, MOST = 50, 1, 99
LONGEST_ASKED = 12  # letters of an address that are repeated


def render(outcome: Outcome, of_100: OfAHundred | None = None) -> None:
    """Draw the question, the slider it moves, what the choice means, and where the study begins.
    An address that asks for what no threshold can be is told so.

    of_100 : what becomes of 100 patients at each threshold, by the version's evaluation.
    """
    start = _start(outcome)
    asked = st.query_params.get(KEY)
    if asked is not None and not _is_possible(asked):
        del st.query_params[KEY]
        st.session_state[REFUSED] = asked[:LONGEST_ASKED]
    _begin(start)
    if (refused := st.session_state.get(REFUSED)) is not None:
        st.warning(
            plain(
                f"The address asks for a threshold of {refused} %. One can be {LEAST} to {MOST} %; "
                f"{percent(current())} is used."
            )
        )
    st.slider(
        "Decision threshold (%)",
        min_value=LEAST,
        max_value=MOST,
        value=start,
        key=KEY,
        bind="query-params",
        on_change=_forget,
        help="From which risk on you would act. It divides the patients of the Batch and the "
        "Performance page, and the line on the Patient page stands there.",
    )
    st.session_state[NEEDLESS] = round(needless_tests(current()), 2)
    st.number_input(
        "Needless tests one missed patient is worth",
        min_value=round(needless_tests(MOST / 100), 2),
        max_value=needless_tests(LEAST / 100),
        step=1.0,
        format="%g",
        key=NEEDLESS,
        on_change=_weighed,
        help="Another way to choose the threshold: with 4, four needless tests weigh "
        "as much as one missed patient, and you act from 20 % on.",
    )
    meaning = threshold_meaning(current())
    if of_100 is not None:
        meaning = f"{meaning} {hundred_meaning(of_100, current())}"
    st.markdown(note(plain(meaning)))
    if outcome.threshold is not None:
        begins = f"{start} %: {outcome.threshold.reason}"
        st.markdown(note(plain(f"The study begins at {begins}")))


def _start(outcome: Outcome) -> int:
    if outcome.threshold is None:
        return DEFAULT
    return min(MOST, max(LEAST, round(100 * outcome.threshold.value)))


def _begin(start: int) -> None:
    """Another study begins at its own threshold, unless the user moved the slider."""
    begun = st.session_state.get(BEGUN)
    if begun not in (None, start) and st.session_state.get(KEY) == begun:
        del st.session_state[KEY]
    st.session_state[BEGUN] = start


def _weighed() -> None:
    """The slider follows the answer."""
    share = 1 / (1 + float(st.session_state[NEEDLESS]))
    st.session_state[KEY] = min(MOST, max(LEAST, round(100 * share)))
    _forget()


def _is_possible(asked: str) -> bool:
    return asked.isascii() and asked.isdecimal() and LEAST <= int(asked[:LONGEST_ASKED]) <= MOST


def _forget() -> None:
    st.session_state.pop(REFUSED, None)


def current() -> float:
    """The threshold as a risk, 0.01 to 0.99."""
    begun = st.session_state.get(BEGUN, DEFAULT)
    return int(st.session_state.get(KEY, begun)) / 100
