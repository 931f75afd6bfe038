"""Pointing an alias at a version, and back: only where the operator allows it, with a reason."""

from __future__ import annotations

import streamlit as st

from dashboard import caching, markdown
from dashboard.selection import Selection
from dashboard.services import Services
from model.errors import BedsideError
from model.registry.conventions import CHAMPION
from model.registry.promotion import ALIASES, LONGEST_REASON, previous
from model.registry.versions import State, Version

KEY = "promotion"
NOBODY = "local"  # who promotes where there is no login
TOLD = f"{KEY}.told"
GAPS = f"{KEY}.gaps"


def render(services: Services, selection: Selection, version: Version) -> None:
    """A form with the alias and the reason; what came of it stands above."""
    place = st.empty()  # always there, so that what comes after it stays as open as it was
    told: tuple[bool, str] | None = st.session_state.pop(TOLD, None)
    if told is not None:
        done, said = told
        (place.success if done else place.error)(markdown.plain(said))
    if not services.promoter.allowed or version.state is not State.READY:
        return
    with st.expander("Promote"):
        alias = st.segmented_control(
            "Alias", ALIASES, default=CHAMPION, required=True, key=f"{KEY}.alias"
        )
        reason = st.text_input(
            "Reason",
            max_chars=LONGEST_REASON,
            key=f"{KEY}.reason",
            help="It is recorded with the version and in the audit log.",
        )
        if not services.settings.is_embedded:
            st.text_input(
                "Why gaps are accepted",
                max_chars=LONGEST_REASON,
                key=GAPS,
                help="Only for a champion whose study has gaps: its card lists them. Recorded.",
            )
        holder = next((each for each in selection.versions if alias in each.aliases), None)
        before = previous(selection.versions, str(alias))
        with st.container(horizontal=True):
            st.button(
                f"Make v{version.number} {alias}",
                disabled=holder == version or not (reason or "").strip(),
                on_click=_promote,
                args=(services, version, alias, reason),
                key=f"{KEY}.promote",
            )
            if before is not None:
                st.button(
                    f"Back to v{before.number}",
                    disabled=not (reason or "").strip(),
                    on_click=_promote,
                    args=(services, before, alias, reason),
                    key=f"{KEY}.back",
                )


def _promote(services: Services, version: Version, alias: str, reason: str) -> None:
    try:
        accepted = str(st.session_state.get(GAPS) or "")
        services.promoter.promote(version, alias, reason=reason, who=_who(), with_gaps=accepted)
    except BedsideError as error:
        st.session_state[TOLD] = (False, str(error))
        return
    caching.forget_listed()
    st.session_state[f"{KEY}.reason"] = ""
    st.session_state[TOLD] = (True, f"{version.title} is {alias} now.")


def _who() -> str:
    return str(st.user.get("email") or NOBODY) if st.user.get("is_logged_in") else NOBODY
