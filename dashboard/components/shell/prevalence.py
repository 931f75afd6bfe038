"""How common the outcome is where the user works: off until somebody says so."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.markdown import note, plain
from model.evaluation.wording import prevalence_evidence
from model.schema import Outcome
from model.scoring.documents import Site

KEY = "prevalence"


def render(outcome: Outcome, training: float, sites: Sequence[Site] = ()) -> None:
    """Draw the field, closed, with the evidence beside it.

    training : the share among the training patients. sites : the study's other sites, as an
    evaluation has them.
    """
    with st.expander("Local prevalence"):
        st.number_input(
            "Prevalence where you work (%)",
            min_value=0.1,
            max_value=99.9,
            value=None,
            step=1.0,
            format="%g",
            placeholder=f"{100 * training:.0f} in training",
            key=KEY,
            persist_state="session",
            help=plain(
                f"Of 100 patients you would ask about, how many {outcome.among_patients}. It "
                "shifts every number on the Patient page by one amount, by Bayes' rule. Blank: no "
                "shift."
            ),
        )
        st.markdown(
            note(
                plain(
                    "Right only where the outcome is rarer or more common where you work and the "
                    "patients otherwise look the same. Batch and Performance are not shifted; "
                    "Batch validates the shifted numbers if asked."
                )
            )
        )
        evidence = prevalence_evidence(sites)
        if evidence:
            st.markdown(note("What it did at the study's other sites, shifted to their own:"))
            st.markdown("\n".join(f"- {note(plain(line))}" for line in evidence))


def not_here() -> None:
    """Say, where one is set, that this page goes without it."""
    if current() is not None:
        st.info("Numbers on this page are not shifted to the local prevalence that is set.")


def current() -> float | None:
    """The prevalence as a share, 0 to 1; None where nobody named one."""
    typed = st.session_state.get(KEY)
    return None if typed is None else float(typed) / 100
