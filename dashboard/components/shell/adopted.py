"""What is known of an adopted version, and what is not: in place of a card nobody wrote."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard import text
from dashboard.markdown import note, plain
from dashboard.services import Chosen
from model.evaluation.wording import moment
from model.schema import RESEARCH_USE
from model.scoring import Additive
from model.scoring.certificate import Certificate
from model.scoring.origin import Origin

NOWHERE_ELSE = (
    "How well it does for patients other than those of the table it was adopted with: that is on "
    "Performance."
)
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
    st.warning(RESEARCH_USE)
    st.markdown("## Where it comes from", anchors=False)
    st.write(plain(f"Adopted from {origin.reference}, which somebody else made."))
    rows, difference = origin.rows_compared, origin.largest_difference
    st.write(plain(KINDS[origin.kind].format(rows=rows, difference=difference)))
    made_with = _made_with(origin.environment)
    st.write(plain(f"It was {origin.gate}, with {made_with}. It ran {origin.isolation}."))
    if chosen.model.certificate is not None:
        st.markdown("## The certificate", anchors=False)
        st.dataframe(
            _certificate(chosen.model.certificate),
            hide_index=True,
            height="content",
            alt="The certificate: what was compared, and the largest difference",
        )
    with st.expander("The sha256 of every file of the original"):
        st.dataframe(
            _files(origin), hide_index=True, alt="Files of the original, with their sha256"
        )
    if origin.notes:
        st.markdown("## What was taken as clear, or looks odd", anchors=False)
        st.markdown("\n".join(f"- {plain(note)}" for note in origin.notes))
    st.markdown("## How the reasons are made", anchors=False)
    st.write(plain(_attribution(chosen)))
    st.markdown("## Not known", anchors=False)
    gaps = [
        "What it may be used for, by whom, and whom it learned from: its author has to say.",
        text.NO_EVALUATION if chosen.bundle.supplied is None else NOWHERE_ELSE,
        text.NO_INTERVAL,
    ]
    st.markdown("\n".join(f"- {plain(gap)}" for gap in gaps))
    st.markdown(
        note(
            plain(
                f"Model {chosen.version.title} ({chosen.version.model_id}), adopted "
                f"{moment(chosen.bundle.manifest.created_at)}. sha256 of the original: "
                f"{origin.digest}."
            )
        )
    )


def _certificate(certificate: Certificate) -> pd.DataFrame:
    told = {
        "Original": certificate.reference,
        "It was read as": {"sum": "a sum", "trees": "trees"}.get(
            certificate.kind, certificate.kind
        ),
        "Patients compared": f"{certificate.rows_compared:,}",
        "Of those, logged with it": f"{certificate.example_rows:,}",
        "Largest difference in risk": f"{certificate.largest_difference:.2g}",
        "Difference allowed": f"{certificate.tolerance:.0e}",
        "Left blank in some": ", ".join(certificate.blanks) or "none",
        "Opened with": _made_with(certificate.environment),
    }
    return pd.DataFrame(list(told.items()), columns=["Certificate", "Value"])


def _made_with(environment: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in environment.items())


def _files(origin: Origin) -> pd.DataFrame:
    return pd.DataFrame(sorted(origin.files.items()), columns=["File", "sha256"])


def _attribution(chosen: Chosen) -> str:
    """A sum says that it was trained here, on patients that are its background."""
    engine, origin = chosen.bundle.engine, chosen.bundle.origin
    if origin is None or not isinstance(engine, Additive):
        return engine.attribution
    return (
        f"The contributions are exact Shapley values over the inputs; in {engine.scale} they add "
        f"up to the number shown. The background: {origin.background}."
    )
