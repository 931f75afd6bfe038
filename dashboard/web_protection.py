"""What every answer of the server says to the browser, and which pages may talk to it.

Streamlit sends no security headers, and asks an outside service for this machine's address when a
page of another origin knocks. Both end here, before Streamlit sees the request.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import logging
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, file_util

log = logging.getLogger("bedside")

INLINE_SCRIPT = re.compile(r"<script\s*>(.*?)</script>", re.DOTALL)


def _own_scripts() -> str:
    """The hashes of the scripts inside Streamlit's own page; no other inline script may run."""
    page = (Path(file_util.get_static_dir()) / "index.html").read_text("utf-8")
    digests = (hashlib.sha256(script.encode()).digest() for script in INLINE_SCRIPT.findall(page))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


CONTENT = "; ".join(
    [
        "default-src 'self'",
        # Components made of inline code are imported from an address the page makes up (blob:);
        # charts and tables bring WebAssembly.
        f"script-src 'self' {_own_scripts()} blob: 'wasm-unsafe-eval'",
        "worker-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",  # every library of components writes its own styles
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
"""Nothing comes from, and nothing goes to, another server, whatever a text manages to draw."""

HEADERS = {
    "Content-Security-Policy": CONTENT,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # The address names study and version.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
DEFAULT_PORTS = {"http": 80, "https": 443}
REFUSED = "This page may not be asked from there."
POLICY_VIOLATION = 1008  # a WebSocket's code for it

EXPOSED = (
    "Bedside listens on %s, beyond this machine, and has no login of its own: whoever reaches the "
    "port sees it. Put a proxy with a login in front, or set server.address to 127.0.0.1."
)


class SecurityHeaders:
    """Adds `HEADERS` to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class SameOrigin:
    """Refuses what a page of another origin asks, be it another port of this machine.

    allowed : gives the origins the operator named, None where they allow every one.
    """

    def __init__(self, app: ASGIApp, allowed: Callable[[], set[str] | None]) -> None:
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or self._may_ask(Headers(scope=scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse(REFUSED, 403)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})

    def _may_ask(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        allowed = self._allowed()
        if origin is None or allowed is None or origin in allowed:
            return True
        return _place(origin) is not None and _place(origin) == _place(
            f"{urlsplit(origin).scheme}://{headers.get('host', '')}"
        )


def _place(address: str) -> tuple[str, int] | None:
    """Host and port of an address; None if it has none."""
    try:
        parts = urlsplit(address)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and port else None


def _allowed_origins() -> set[str] | None:
    """`server.corsAllowedOrigins`, or None where `server.enableCORS` was turned off."""
    if not config.get_option("server.enableCORS"):
        return None
    return {origin.strip() for origin in config.get_option("server.corsAllowedOrigins")}


def warn_if_exposed() -> None:
    """Say so in the log where the server listens to more than this machine."""
    address = config.get_option("server.address") or "every address"
    if not _is_loopback(address):
        log.warning(EXPOSED, address)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


MIDDLEWARE = (Middleware(SecurityHeaders), Middleware(SameOrigin, allowed=_allowed_origins))
"""In this order: an answer that refuses has the headers as well."""
