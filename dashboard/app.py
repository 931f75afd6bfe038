"""The entry point: page config, services, navigation, and the one `except` for users' errors.

Start it from the repository's root with ``streamlit run dashboard/app.py``. Streamlit imports it
once as the server's `app`, and runs it as a script for every session.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

# Streamlit puts this file's folder on the path and not the repository's root, where the
# packages are; a module here must not shadow a library of its name, so the root goes first
# and this folder goes.
FILE = Path(__file__).resolve()
HERE = FILE.parent
sys.path[:] = [
    str(HERE.parent),
    *(entry for entry in sys.path if Path(entry or ".").resolve() != HERE),
]

import streamlit as st

from dashboard import warm_up

if TYPE_CHECKING:
    from dashboard.services import Services

SIDEBAR = 264  # pixels: narrow enough for two columns beside it on a small laptop


def main(services: Services | None = None) -> None:
    """Draw the frame and the page asked for."""
    # Not above: the server, which imports this file as well, is to answer before they are loaded.
    from dashboard import caching, views
    from dashboard.components.shell import first_model, recovery, sidebar, store_notice
    from dashboard.markdown import plain
    from model.errors import BedsideError, TrackingError

    st.set_page_config(
        page_title="Bedside", page_icon="🫀", layout="wide", initial_sidebar_state=SIDEBAR
    )
    try:
        services = services or caching.services()
        selection = sidebar.render(services)
        if not selection.versions and not first_model.has_anything(services):
            first_model.render(services)
            return
        store_notice.render(services)
        for note in selection.notes:
            st.warning(plain(note))
        st.navigation(
            [
                st.Page(
                    partial(views.render, title, services, selection),
                    title=title,
                    url_path=title.lower(),
                    default=title == views.PAGES[0],
                )
                for title in views.PAGES
            ],
            position="top",
        ).run()
    except BedsideError as error:
        st.error(plain(str(error)))
        if isinstance(error, TrackingError):
            recovery.watch()


if __name__ == "__main__":  # for each session's run
    main()
elif __name__ == FILE.stem:  # once, for the server
    app = st.App(__file__, lifespan=warm_up.beside)
