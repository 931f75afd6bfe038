"""About: what the chosen version is for, what it is not for, and how its numbers are made."""

from __future__ import annotations

from importlib.metadata import version as installed

import streamlit as st

from dashboard.components.shell import seen_version, version_details
from dashboard.markdown import note, plain
from dashboard.selection import Selection
from dashboard.services import Chosen, Services
from dashboard.text import RESEARCH_USE

SHOWN_LIBRARIES = ("streamlit", "mlflow", "scikit-learn", "pandas", "plotly", "numpy")


def render(services: Services, selection: Selection) -> None:
    """The model card of the chosen version, in plain words."""
    if seen_version.render(services, selection, "About"):
        return
    chosen = selection.required()
    st.markdown("### About this model", anchors=False)
    st.warning(RESEARCH_USE)
    if not chosen.model.has_card:
        st.info(
            "No model card is known for this model: what it is for, and whom it learned from, only "
            "its author can say."
        )
        version_details.body(services, chosen.version)
        return
    _card(chosen)


def _card(chosen: Chosen) -> None:
    card, bundle = chosen.model.card, chosen.bundle
    st.markdown("#### Intended use", anchors=False)
    st.write(plain(card["intended_use"]))
    st.write(plain(card["intended_users"]))
    st.markdown("#### Not for", anchors=False)
    _bullets(card["out_of_scope"])
    st.markdown("#### The patients it learned from", anchors=False)
    st.write(plain(card["population"]))
    data = card["data"]
    st.markdown(note(plain(f"{data['citation']} Licence: {data['licence']}.")))
    st.markdown("#### How the numbers are made", anchors=False)
    st.write(plain(card["estimator"]["about"]))
    st.write(
        f"{bundle.engine.attribution} The metrics come from repeated cross-validation: every "
        "prediction in them is of a patient the fit had not seen. Every version is checked when it "
        "loads: its files against the hashes recorded at training, its answers against golden "
        "patients logged with it."
    )
    st.markdown("#### Limits", anchors=False)
    _bullets(card["limits"])
    st.markdown("#### Versions of everything", anchors=False)
    manifest = bundle.manifest
    st.markdown(
        note(
            plain(
                f"Model {chosen.version.title} ({chosen.version.model_id}), trained "
                f"{manifest.created_at} at commit {manifest.git_commit[:12]} with "
                + ", ".join(f"{name} {number}" for name, number in manifest.libraries.items())
                + ". This app: "
                + ", ".join(f"{name} {installed(name)}" for name in SHOWN_LIBRARIES)
                + "."
            )
        )
    )


def _bullets(items: list[str]) -> None:
    st.markdown("\n".join(f"- {plain(item)}" for item in items))
