"""Which coding a file's codes are in: chosen among those that fit, or as they stand."""

from __future__ import annotations

import streamlit as st

from dashboard.markdown import plain
from model.files.understanding.codings import Fit, difference
from model.files.understanding.proposal import Proposal
from model.schema import Recoding, Schema

AS_THEY_STAND = ""


def render(proposal: Proposal, key: str) -> str:
    """Ask where there is a choice; the coding's name, blank for the study's own."""
    fit = proposal.fit
    if fit.mixed is not None:
        st.warning(plain(str(fit.mixed)))
        return AS_THEY_STAND
    fitting = _fitting(fit)
    if not fitting:
        if not fit.is_ours:
            st.warning("The codes fit no coding that is known. Correct them in the file.")
        return AS_THEY_STAND
    names = [*fitting, AS_THEY_STAND] if fit.offered else [AS_THEY_STAND, *fitting]
    chosen: str = st.radio(
        plain(_question(fit, proposal.schema)),
        names,
        format_func=lambda name: plain(_label(fitting.get(name))),
        key=f"batch.coding.{key}.{'.'.join(names)}",
    )
    return chosen


def _fitting(fit: Fit) -> dict[str, Recoding]:
    """The codings that may be chosen, the one that is proposed first."""
    possible = [fit.offered, *(each.coding for each in fit.near), fit.doubted]
    return {each.name: each for each in possible if each is not None}


def _label(coding: Recoding | None) -> str:
    return f"As {coding.label}" if coding else "As they stand: this study's codes"


def _question(fit: Fit, schema: Schema) -> str:
    if fit.offered is not None:
        return f"The codes are in another coding: {fit.offered.label}. It alone fits."
    if fit.doubted is not None:
        return (
            "The codes are this study's as they stand, and then mean answers that are seldom met "
            f"together. They would fit {fit.doubted.label} as well. How are they meant?"
        )
    if len(fit.near) > 1:
        said = difference(fit, schema)
        return f"More than one coding fits, so none is proposed. {said} How are the codes meant?"
    return (
        "The codes may be in another coding, or hold a number for “not measured”. Too little "
        "speaks for either, so none is proposed. How are they meant?"
    )
