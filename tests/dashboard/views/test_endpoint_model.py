"""Every page for a model that nobody adopted, at the endpoint the operator named for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.patient.entry import Typed
from model.registry.signature import Column, Interface, Kind
from model.registry.versions import Kind as VersionKind
from tests.dashboard.fakes import (
    FakeRegistry,
    answered,
    drawings,
    number,
    paths,
    read,
    send,
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
        version(3, study="ward-score", model_id="m-w", kind=VersionKind.SEEN, estimator="")
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


def enter(page: AppTest, lactate: float = 4.5, ward: float | None = None) -> AppTest:
    """Fill in what is needed, and the ward."""
    values = {"lactate": Typed(f"{lactate}", ""), HOSTILE: Typed("71", ""), "ward": ward}
    return send(page, values, study="ward-score")


def test_the_same_page_draws_its_form_and_shows_its_answer(ward: FakeRegistry) -> None:
    with endpoint(lambda row: 0.2 * row[0] / 10 + (0.1 if row[3] == "B" else 0.0)) as (url, asked):
        page = shown(ward, url)
        assert f"fill in: lactate, {HOSTILE}" in answered(page)["message"]
        assert asked == []
        enter(page, ward=1.0)
    assert not page.exception
    assert asked[0] == [4.5, 71, None, "B"]
    assert number(page) == "19 %"
    said = read(words(page))
    assert "No interval is known for this model." in said
    assert "is the operator's word" in said
    assert f"ward-score v3 · run 33333333 · scored endpoint {NAME}" in said


def test_contributions_are_labelled_approximate_and_add_up(ward: FakeRegistry) -> None:
    with endpoint(lambda row: 0.1 * row[0] + 0.004 * (row[1] - 60)) as (url, _):
        page = shown(ward, url)
        enter(page)
    assert "Approximate: held against the rows its author logged" in words(page)
    picture = drawings(page)
    for label in ("Its example", "lactate 4.5", "&lt;b&gt;*age*&lt;/b&gt; 71", "This patient"):
        assert f">{label}</span>" in picture  # somebody's text is shown as text
    (path,) = paths(page)
    assert path.startswith("From ")
    assert ", its example, to 49 %: lactate 4.5" in path


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("performance", "No evaluation is known for this model."),
        ("about", "No model card is known for this model"),
    ],
)
def test_what_is_not_known_is_said_in_a_line(ward: FakeRegistry, view: str, said: str) -> None:
    page = show(view, services(ward, endpoints=f"{NAME}=http://127.0.0.1:1"), study="ward-score")
    assert not page.exception
    assert said in words(page)


@pytest.mark.parametrize("answer", [1, 1.5, "high", None])
def test_an_answer_that_is_no_probability_is_told_and_the_entries_stay(
    ward: FakeRegistry, answer: Any
) -> None:
    with endpoint(lambda row: answer) as (url, _):
        page = shown(ward, url)
        enter(page)
    assert number(page) is None
    assert NAME in answered(page)["message"]
    assert answered(page)["kept"]["values"]["lactate"] == {"typed": "4.5", "unit": ""}


def test_an_endpoint_that_is_away_is_told(ward: FakeRegistry) -> None:
    page = shown(ward, "http://127.0.0.1:1")
    enter(page)
    assert "does not answer" in answered(page)["message"]
    assert number(page) is None


@pytest.mark.parametrize("view", ["patient", "batch", "performance", "about"])
def test_without_an_endpoint_every_page_says_what_is_known_and_the_one_next_step(
    ward: FakeRegistry, view: str
) -> None:
    page = show(view, services(ward), study="ward-score")
    assert not page.exception
    assert not page.error
    assert "nobody adopted it yet" in words(page)
    assert page.code[0].value == "python -m model adopt models:/ward-score/3"
    (takes,) = (each.value for each in page.dataframe if "Takes" in each.value.columns)
    assert takes["Column"].tolist() == ["lactate", HOSTILE, "sedated", "ward"]
    assert not page.number_input


def test_without_a_signature_the_page_says_so(ward: FakeRegistry) -> None:
    ward.interfaces.clear()
    page = shown(ward, "http://127.0.0.1:1")
    assert "It has no signature." in read(words(page))
