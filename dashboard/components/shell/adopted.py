"""What is known of an adopted version, and what is not: in place of a card nobody wrote."""

from __future__ import annotations

import streamlit as st

from dashboard import text
from dashboard.markdown import note, plain
from dashboard.services import Chosen
from model.scoring import Additive

KINDS = {
    "data": (
        "It was proven to be numbers: {rows:,} made-up patients get the same risk from them as "
        "from the original, to {difference:.0e}. None of its code runs."
    ),
    "worker": (
        "It is asked itself, in a process of its own: every number on these pages is the "
        "original's answer."
    ),
}


def render(chosen: Chosen) -> None:
    """Where it comes from, how its numbers are made, and which questions nobody answered."""
    origin = chosen.model.origin
    assert origin is not None  # of adopted versions alone
    st.markdown("# About this model", anchors=False)
    st.warning(text.RESEARCH_USE)
    st.markdown("## Where it comes from", anchors=False)
    st.write(plain(f"Adopted from {origin.reference}, which somebody else made."))
    rows, difference = origin.rows_compared, origin.largest_difference
    st.write(plain(KINDS[origin.kind].format(rows=rows, difference=difference)))
    made_with = ", ".join(f"{name} {number}" for name, number in origin.environment.items())
    st.write(plain(f"It was {origin.gate}, with {made_with}. It ran {origin.isolation}."))
    if origin.notes:
        st.markdown("## What was taken as clear, or looks odd", anchors=False)
        st.markdown("\n".join(f"- {plain(each)}" for each in origin.notes))
    st.markdown("## How the reasons are made", anchors=False)
    st.write(plain(_attribution(chosen)))
    st.markdown("## What nobody knows", anchors=False)
    gaps = [
        "What it may be used for, by whom, and whom it learned from: its author has to say.",
        text.NO_EVALUATION,
        text.NO_INTERVAL,
    ]
    st.markdown("\n".join(f"- {plain(gap)}" for gap in gaps))
    st.markdown(
        note(
            plain(
                f"Model {chosen.version.title} ({chosen.version.model_id}), adopted "
                f"{chosen.bundle.manifest.created_at}. sha256 of the original: {origin.digest}."
            )
        )
    )


def _attribution(chosen: Chosen) -> str:
    """A sum says that it was trained here, on patients that are its background."""
    engine, origin = chosen.bundle.engine, chosen.bundle.origin
    if origin is None or not isinstance(engine, Additive):
        return engine.attribution
    return (
        "The contributions are exact Shapley values over the inputs; in log-odds they add up to "
        f"the number shown. The background: {origin.background}."
    )
