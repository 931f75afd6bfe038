"""A patient scored at an endpoint from the app: nothing of them is left on either side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.browser.pages import ANSWERED_WITHIN, belongs, choose, the_number, type_number
from tests.browser.visits import Furnished, app, chromium
from tests.servers import Server
from tests.stores import Store

pytestmark = [pytest.mark.browser, pytest.mark.server]

CANARY = "431.7"


@dataclass
class AtAnEndpoint(Furnished):
    """A place whose operator has named an endpoint."""

    endpoint: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "BEDSIDE_ENDPOINTS": f"ward={self.endpoint}"}


@pytest.fixture(scope="module")
def visited(
    store: Store, served: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AtAnEndpoint]:
    """What is left of a visit in which a patient was typed and scored at the endpoint."""
    place = AtAnEndpoint.prepared(tmp_path_factory.mktemp("endpoint"))
    place.store, place.endpoint = store, served.url
    with app(place), chromium() as browser:
        page = browser.new_page()
        page.goto(f"http://localhost:{place.port}/")
        expect(page.get_by_role("heading", name="Needed")).to_be_visible(timeout=150_000)
        page.get_by_role("combobox", name="Scoring route").click()
        page.get_by_role("option", name="ward").click()
        belongs(page)
        type_number(page, "Age (years)", "57")
        choose(page, "Sex", "Male")
        choose(page, "Chest pain", "Typical angina")
        type_number(page, "Cholesterol (mg/dL)", CANARY)
        expect(the_number(page)).to_be_visible(timeout=ANSWERED_WITHIN)
        reasons = page.get_by_role("img", name=f"Cholesterol {CANARY} mg/dL")
        expect(reasons).to_be_visible(timeout=ANSWERED_WITHIN)
        expect(page.get_by_text("scored endpoint ward")).to_be_visible(timeout=ANSWERED_WITHIN)
        yield place


def test_the_endpoint_was_asked(visited: AtAnEndpoint, served: Server) -> None:
    assert served.log.count("POST /invocations") >= 2  # its golden patients, and this one


def test_nothing_of_the_patient_is_left_on_either_side(
    visited: AtAnEndpoint, served: Server
) -> None:
    canary = re.compile(rb"(?<![\d.])" + re.escape(CANARY.encode()) + rb"(?!\d)")
    assert [name for name, content in visited.left() if canary.search(content)] == []
    assert not canary.search(served.log.encode())
