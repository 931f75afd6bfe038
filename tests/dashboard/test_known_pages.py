"""An address of no page leads to the first page; everything else is left alone."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.responses import PlainTextResponse

from dashboard.known_pages import KnownPages

BROWSER = "text/html,application/xhtml+xml"
GUARD = KnownPages(PlainTextResponse("here"), known={"patient", "new-study"})


def answer(asked: str, accept: str = BROWSER, method: str = "GET") -> tuple[int, str]:
    """Status, and where it leads or what it says."""
    path, _, query = asked.partition("?")
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "query_string": query.encode(),
        "headers": [(b"accept", accept.encode())],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(GUARD(scope, receive, send))
    start, body = sent
    leads = dict(start["headers"]).get(b"location", body.get("body", b""))
    return start["status"], leads.decode()


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/nosuchpage", "/?asked=nosuchpage"),
        ("/nosuchpage/", "/?asked=nosuchpage"),
        ("/nosuchpage?study=ward&version=3", "/?study=ward&version=3&asked=nosuchpage"),
        ("/nosuchpage?asked=other", "/?asked=nosuchpage"),
        ("/%3Cb%3Ebold", "/?asked=%3Cb%3Ebold"),
        ("/" + 200 * "x", "/?asked=" + 60 * "x"),
    ],
)
def test_a_page_of_another_name_leads_to_the_first(asked: str, led_to: str) -> None:
    assert answer(asked) == (307, led_to)


@pytest.mark.parametrize(
    "asked",
    ["/", "/patient", "/new-study", "/_stcore/health", "/index.html", "/static/a", "//elsewhere"],
)
def test_a_page_and_what_is_no_page_is_answered(asked: str) -> None:
    assert answer(asked) == (200, "here")


def test_a_program_that_asks_is_answered() -> None:
    assert answer("/healthz", accept="*/*") == (200, "here")
    assert answer("/nosuchpage", method="POST") == (200, "here")
