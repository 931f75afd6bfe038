"""Models: everything on the server that is a model or could become one, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import caching, markdown
from dashboard.components.models import (
    adopting,
    comparison,
    filters,
    models_table,
    paging,
    promotion,
    together,
)
from dashboard.components.shell import handover, version_details
from dashboard.selection import Selection
from dashboard.services import Services
from model.errors import InputError
from model.registry.versions import Version

KEY, DO = "models", handover.DO
DETAILS = "Details"
Panel = Callable[[Services, Selection, tuple[Version, ...]], None]


def render(services: Services, selection: Selection) -> None:
    """List, tick, act on what is ticked. Only what is shown is asked for."""
    st.markdown("# Models on this server", anchors=False)
    registry = services.registry
    studies = caching.studies(registry, registry.shown_address)
    query = filters.render(studies)
    try:
        page = caching.everything(
            registry, registry.shown_address, query, paging.cursor(KEY, query)
        )
    except InputError as error:
        st.error(markdown.plain(str(error)))
        return
    if not page.rows:
        where = "among those looked at so far" if page.following else "on this server"
        st.info(f"Nothing {where} matches. Change the filters, or clear the search.")
        paging.turn(KEY, page.following, "nothing on it")
        return
    ticked = models_table.render(page.rows, selection)
    paging.turn(KEY, page.following, f"{len(page.rows)} rows. {registry.shown_address}")
    if not ticked and (in_use := selection.version) is not None:
        # The row says more than the sidebar's list: what its run was asked for, and where it is.
        same = (row for row in page.rows if row.reference == in_use.reference)
        ticked = (next(same, in_use),)
    _act(services, selection, ticked)


def _act(services: Services, selection: Selection, ticked: tuple[Version, ...]) -> None:
    """One panel for what is ticked; without a tick, for the version in use."""
    panels: dict[str, Panel] = {
        DETAILS: _details,
        "Compare": comparison.render,
        "One patient under all": together.one_patient,
        "Score a file with all": together.a_file,
        "Promote": promotion.render,
        handover.ADOPT: adopting.render,
    }
    promotion.tell()
    # Who comes back sees how it stands; a page that was left has forgotten what was chosen on it.
    st.session_state.setdefault(DO, handover.ADOPT if adopting.is_going_on(services) else DETAILS)
    shown = st.segmented_control(
        "With what is ticked",
        list(panels),
        format_func=markdown.label,
        required=True,
        key=DO,
    )
    if ticked or (shown == handover.ADOPT and adopting.is_going_on(services)):
        panels[str(shown)](services, selection, ticked)
    else:
        st.info("Tick a row in the table first.")


def _details(services: Services, selection: Selection, ticked: tuple[Version, ...]) -> None:
    if len(ticked) > 1:
        titles = {version.reference or version.run_id: version for version in ticked}
        picked = st.segmented_control(
            "Which",
            list(titles),
            format_func=lambda reference: markdown.label(titles[reference].title),
            default=next(iter(titles)),
            required=True,
            key=f"{KEY}.which",
        )
        ticked = (titles[str(picked)],)
    version_details.render(services, selection, ticked[0])
