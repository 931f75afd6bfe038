"""What the first visitor would wait for, done while the server starts and the browser loads."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from model.errors import BedsideError

NAME = "warm-up"
CONTEXT = "streamlit.runtime.scriptrunner_utils.script_run_context"
FIRST_VISITOR = 10.0  # seconds in which a page that is opened at once is drawn and filled in


@asynccontextmanager
async def beside(_server: object) -> AsyncIterator[None]:
    """Prepare beside a server that is starting: its `lifespan`."""
    threading.Thread(target=_prepare, name=NAME, daemon=True).start()
    yield


def _prepare() -> None:
    """Load the version and the page that are shown first; then, not in their way, the rest.

    What fails here fails again when somebody looks, and is told there.
    """
    # To load them is what is done here.
    from dashboard import caching, garbage, views
    from dashboard.components.shell import sidebar

    # Streamlit warns of every thread that uses its caches and is no session.
    logging.getLogger(CONTEXT).addFilter(lambda record: record.threadName != NAME)
    with suppress(BedsideError):
        services = caching.services()
        sidebar.load_first(services)
        first, *others = views.PAGES
        views.page(first)
        time.sleep(FIRST_VISITOR)
        for page in others:
            views.page(page)
        services.registry.connect()
    garbage.set_aside()
    garbage.collect_when_quiet()
