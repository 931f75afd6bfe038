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
from streamlit.errors import FragmentHandledException

from dashboard import mishap, warm_up, web_protection

if TYPE_CHECKING:
    from dashboard.services import Services

SIDEBAR = 264  # pixels: narrow enough for two columns beside it on a small laptop


def main(services: Services | None = None) -> None:
    """Draw the frame and the page asked for."""
    # Not above: the server, which imports this file as well, is to answer before they are loaded.
    from dashboard import caching, views
    from dashboard.components.patient import form
    from dashboard.components.shell import (
        choice,
        first_model,
        frame,
        recovery,
        sidebar,
        store_notice,
    )
    from dashboard.markdown import plain
    from dashboard.selection import GO_TO
    from model.errors import BedsideError, TrackingError

    st.set_page_config(
        page_title="Bedside", page_icon="🫀", layout="wide", initial_sidebar_state=SIDEBAR
    )
    try:
        services = services or caching.services()
        page, version = st.session_state.pop(GO_TO, (None, None))
        if version is not None:
            choice.use(version)
        choice.page_asked(views.PAGES[0])
        selection = sidebar.render(services)
        titles = [*views.PAGES, *([views.NEW_STUDY] if services.settings.may_train else [])]
        render = partial(views.render, services=services, selection=selection)
        if not selection.versions and not first_model.has_anything(services):
            frame.style()
            first_model.render(services, form.render)
            return
        pages = {
            title: st.Page(
                partial(render, title),
                title=title,
                url_path=views.address(title),
                default=title == views.PAGES[0],
            )
            for title in titles
        }
        shown = st.navigation(list(pages.values()), position="hidden")
        if page in pages:
            st.switch_page(pages[page])
        st.set_page_config(page_title=frame.page_title(shown.title, selection))
        frame.render(selection, list(pages.values()))
        store_notice.render(services)
        for note in selection.notes:
            st.warning(plain(note))
        shown.run()
    except BedsideError as error:
        st.error(plain(str(error)))
        if isinstance(error, TrackingError):
            recovery.watch()
    except FragmentHandledException:  # its own error was told where it was raised
        raise
    except Exception as error:
        broke_off(error)


def broke_off(error: Exception) -> bool:
    """Tell an error, one of ours in its own sentence; True, so that Streamlit shows nothing beside
    it.
    """
    # Not above: see `main`.
    from dashboard.markdown import plain

    st.error(plain(str(mishap.as_ours(error))))
    return True


if __name__ == "__main__":  # for each session's run
    main()
elif __name__ == FILE.stem:  # once, for the server
    from starlette.middleware import Middleware

    from dashboard import known_pages, views

    known = {views.address(title) for title in (*views.PAGES, views.NEW_STUDY)}
    mishap.keep_values_out_of_logs()
    web_protection.warn_if_exposed()
    app = st.App(
        __file__,
        lifespan=warm_up.beside,
        middleware=(
            *web_protection.MIDDLEWARE,
            Middleware(known_pages.KnownPages, known=known),
        ),
        on_script_error=broke_off,  # in a callback or a fragment, which `main` does not see
    )
