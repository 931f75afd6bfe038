"""A champion that was named while the app is open: the session stays where it is, and says so."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import caching, markdown
from dashboard.services import Services
from model.errors import TrackingError
from model.registry.conventions import CHAMPION
from model.registry.versions import Version

KEY = "newer_champion"
LOOK_AGAIN = 10.0  # seconds


def render(
    services: Services,
    versions: tuple[Version, ...],
    version: Version,
    use: Callable[[Version], None],
) -> None:
    """Tell of a champion the session has not seen, and offer it; watch for the next one."""
    champion = _champion(versions)
    known = f"{KEY}.{version.study}"
    if champion == version or known not in st.session_state:
        st.session_state[known] = champion.number if champion else None
    if champion is not None and champion.number != st.session_state[known]:
        said = f"{champion.title} is the champion now. You go on with v{version.number}."
        st.info(markdown.plain(said))
        st.button(f"Use v{champion.number}", on_click=use, args=(champion,), key=f"{KEY}.use")
    _watch(services, version.study, champion.number if champion else None)


@st.fragment(run_every=LOOK_AGAIN)
def _watch(services: Services, study: str, drawn: int | None) -> None:
    try:
        listed = caching.versions(services.registry, services.registry.shown_address, study)
    except TrackingError:
        return  # the page says so when it is next drawn
    champion = _champion(listed)
    if (champion.number if champion else None) != drawn:
        st.rerun()


def _champion(versions: tuple[Version, ...]) -> Version | None:
    return next((version for version in versions if CHAMPION in version.aliases), None)
