"""The Patient page for a model somebody else logged."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from model.registry.signature import Column, Interface, Kind
from model.registry.versions import State
from tests.dashboard.fakes import (
    FakeRegistry,
    drawings,
    paths,
    read,
    services,
    show,
    version,
    words,
)

NAME = "ward-score/3"
HOSTILE = "<b>*age*</b>"
INTERFACE = Interface(
    (
        Column("lactate", Kind.NUMBER, True),
        Column(HOSTILE, Kind.WHOLE, True),
        Column("sedated", Kind.TRUTH, False),
        Column("ward", Kind.TEXT, False),
    ),
    example=((1.0, 60, False, "A"), (3.0, 70, True, "B")),
)


@pytest.fixture
def ward(registry: FakeRegistry) -> FakeRegistry:
    """A server with our own versions and one of somebody else's."""
    registry.listed.append(
        version(3, study="ward-score", model_id="m-w", state=State.FOREIGN, estimator="")
    )
    registry.interfaces["m-w"] = INTERFACE
    return registry


@contextmanager
def endpoint(answer: Callable[[list[Any]], Any]) -> Iterator[tuple[str, list[Any]]]:
    """An endpoint that answers each row; yields its address and the rows it was asked about."""
    asked: list[Any] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            rows = body["dataframe_split"]["data"]
            asked.extend(rows)
            told = json.dumps({"predictions": [answer(row) for row in rows]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def shown(ward: FakeRegistry, url: str) -> AppTest:
    page = show("app", services(ward, endpoints=f"{NAME}={url}"))
    page.get_by_key("study").set_value("ward-score")
    return page.run()


def field(page: AppTest, name: str) -> Any:
    return page.get_by_key(f"foreign.models:/m-w.{name}")


def test_a_form_is_drawn_from_the_signature_and_the_endpoint_s_answer_is_shown(
    ward: FakeRegistry,
) -> None:
    with endpoint(lambda row: 0.2 * row[0] / 10 + (0.1 if row[3] == "ICU" else 0.0)) as (
        url,
        asked,
    ):
        page = shown(ward, url)
        assert f"fill in: lactate, {HOSTILE}" in read(page.info[0].value)
        assert asked == []
        field(page, "lactate").set_value(4.5)
        field(page, HOSTILE).set_value(71)
        field(page, "ward").set_value("ICU")
        page.run()
    assert asked == [[4.5, 71, None, "ICU"]]
    assert page.title[0].value == "19.0 %"
    assert "without an interval" in page.warning[0].value
    assert f"ward-score v3 · run 33333333 · scored endpoint {NAME}" in words(page)


def test_contributions_are_labelled_approximate_and_add_up(ward: FakeRegistry) -> None:
    with endpoint(lambda row: 0.1 * row[0]) as (url, _):
        page = shown(ward, url)
        field(page, "lactate").set_value(4.5)
        field(page, HOSTILE).set_value(71)
        page.run()
        page.get_by_key("foreign.explain").set_value(True).run()
    assert "**Approximate.**" in words(page)
    picture = drawings(page)
    for label in ("Its example", "lactate 4.5", "This patient"):
        assert f">{label}</div>" in picture
    assert ">&lt;b&gt;*age*&lt;/b&gt; 71</div>" in picture  # somebody's text is shown as text
    assert paths(page)[0].startswith("From 20 %, its example, to 45 %: lactate 4.5 +25.0")


@pytest.mark.parametrize("answer", [1, 1.5, "high", None])
def test_an_answer_that_is_no_probability_is_told_and_the_entries_stay(
    ward: FakeRegistry, answer: Any
) -> None:
    with endpoint(lambda row: answer) as (url, _):
        page = shown(ward, url)
        field(page, "lactate").set_value(4.5)
        field(page, HOSTILE).set_value(71)
        page.run()
    assert not page.title
    assert NAME in read(page.error[0].value)
    assert field(page, "lactate").value == 4.5


def test_an_endpoint_that_is_away_is_told(ward: FakeRegistry) -> None:
    page = shown(ward, "http://127.0.0.1:1")
    field(page, "lactate").set_value(4.5)
    field(page, HOSTILE).set_value(71)
    page.run()
    assert "does not answer" in page.error[0].value
    assert not page.title


def test_without_an_endpoint_the_page_says_how_to_get_one(ward: FakeRegistry) -> None:
    page = show("app", services(ward))
    page.get_by_key("study").set_value("ward-score").run()
    said = read(page.error[0].value)
    assert "runs nobody else's code" in said
    assert "python -m model serve models:/m-w" in said
    assert f"name the endpoint {NAME} in BEDSIDE_ENDPOINTS" in said


def test_without_a_signature_the_page_says_so(ward: FakeRegistry) -> None:
    ward.interfaces.clear()
    page = shown(ward, "http://127.0.0.1:1")
    assert "It has no signature." in read(page.error[0].value)
