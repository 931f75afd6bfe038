"""Models: the versions on the tracking server, what each says of itself, and the runs."""

from __future__ import annotations

import streamlit as st

from dashboard import markdown
from dashboard.components.models import (
    comparison,
    logged_models,
    promotion,
    runs_table,
    version_details,
    versions_table,
)
from dashboard.selection import Selection
from dashboard.services import Services

VERSIONS, RUNS, LOGGED = "Versions", "Training runs", "Logged models"


def render(services: Services, selection: Selection) -> None:
    """List, choose a row, use it, compare it, promote it. Only what is shown is asked for."""
    shown = st.segmented_control(
        "Show",
        [VERSIONS, RUNS, LOGGED],
        default=VERSIONS,
        required=True,
        key="models.shown",
        label_visibility="collapsed",
    )
    place = f"{selection.study} at {services.registry.shown_address}"
    if shown == RUNS:
        st.markdown(markdown.note(markdown.plain(f"{place}.")))
        runs_table.render(services, selection.study)
        return
    if shown == LOGGED:
        st.markdown(markdown.note(markdown.plain(f"{place}, newest first.")))
        logged_models.render(services, selection)
        return
    st.markdown(
        markdown.note(markdown.plain(f"{place}, newest first. Tick a row to see more of it."))
    )
    version = versions_table.render(selection)
    version_details.render(services, version, in_use=version == selection.version)
    promotion.render(services, selection, version)
    comparison.render(services, selection, version)
