"""A page finds its way back after the app was started again, also where a message was lost."""

from __future__ import annotations

from time import monotonic

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from model.studies import Study
from tests.browser.pages import ANSWERED_WITHIN, belongs, the_number, type_number
from tests.browser.visits import Furnished, Running, chromium
from tests.stores import Store

pytestmark = pytest.mark.browser


class Wire:
    """Between a page and the app: the first message of the next connection is lost on demand."""

    def __init__(self, page: Page) -> None:
        self.loses, self._page = False, page
        page.route_web_socket("**/_stcore/stream", self._connect)

    def _connect(self, browser: WebSocketRoute) -> None:
        app = browser.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if self.loses:
                self.loses = False
            else:
                app.send(message)

        browser.on_message(pass_on)

    def until_lost(self) -> None:
        end = monotonic() + ANSWERED_WITHIN / 1000
        while self.loses and monotonic() < end:
            self._page.wait_for_timeout(100)
        assert not self.loses, "the page never came back to the app"


def test_a_session_that_never_ran_the_page_is_asked_for_all_of_it(
    store: Store, study: Study, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The browser asks a new session for a part of the page, which that session does not know."""
    place = Furnished.prepared(tmp_path_factory.mktemp("reconnection"))
    place.store = store
    running = Running(place)
    try:
        with chromium() as browser:
            page = browser.new_page()
            wire = Wire(page)
            page.goto(f"http://localhost:{place.port}/")
            belongs(page)
            page.get_by_text("Examples", exact=True).click(timeout=ANSWERED_WITHIN)
            page.get_by_role("button", name=study.examples[0].story, exact=True).click()
            expect(the_number(page)).to_be_visible(timeout=ANSWERED_WITHIN)
            wire.loses = True
            running.restart()
            wire.until_lost()
            type_number(page, "Age (years)", "71")
            expect(page.get_by_text("For: 71 years")).to_be_visible(timeout=ANSWERED_WITHIN)
            expect(page.locator("body.bedside-stale")).to_have_count(0, timeout=ANSWERED_WITHIN)
    finally:
        running.stop()
