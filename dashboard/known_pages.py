"""An address that is no page leads to the first page, which says so.

Streamlit would say it in words of its own, of folders and files that nobody here has.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

ASKED = "asked"
"""The part of the address that then names what was asked for."""
LONGEST = 60  # letters of it that are passed on
ONE_NAME = re.compile(r"/([^/._][^/.]*)/?")  # no file, and nothing of Streamlit's own


class KnownPages:
    """Redirects a browser that asks for a page of another name than those `known`."""

    def __init__(self, app: ASGIApp, known: Collection[str]) -> None:
        self._app = app
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = self._unknown(scope) if scope["type"] == "http" else None
        if name is None:
            await self._app(scope, receive, send)
            return
        kept = [pair for pair in parse_qsl(scope["query_string"].decode()) if pair[0] != ASKED]
        query = urlencode([*kept, (ASKED, name[:LONGEST])])
        await RedirectResponse(f"{_base()}/?{query}", 307)(scope, receive, send)

    def _unknown(self, scope: Scope) -> str | None:
        path = scope["path"].removeprefix(_base())
        asked = ONE_NAME.fullmatch(path)
        looked_at = "text/html" in Headers(scope=scope).get("accept", "")
        if scope["method"] != "GET" or not looked_at or asked is None:
            return None
        return None if asked[1] in self._known else asked[1]


def _base() -> str:
    """Where the operator has put the app, behind a proxy."""
    path = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
