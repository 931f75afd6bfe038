"""A changed value leaves the page where it is: neither the wait nor the answer moves anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import ANSWERED_WITHIN, belongs, the_number, type_number
from tests.browser.visits import Furnished, app, chromium
from tests.stores import Store

pytestmark = pytest.mark.browser

EXAMPLE = "Man of 57, typical angina, findings that disagree"
SETTLED = 1000  # milliseconds: the last of an answer is told to a screen reader after 600
# Each brings, ends or rewords a limit, a line or a bar; they moved what lay below by 0.003.
OPTIONS = ("sex-0", "sex-1", "cp-4", "restecg-1", "restecg-2", "slope-3", "thal-3", "thal-7")
# Chromium's own measure, those after an input included: https://web.dev/articles/cls
WATCH = """() => {
  window.shifts = [];
  new PerformanceObserver(list => window.shifts.push(...list.getEntries().map(e => e.value)))
    .observe({type: 'layout-shift'});
}"""


@pytest.fixture(scope="module")
def page(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """An example is filled in, and its number and reasons are drawn."""
    seen = Furnished.prepared(tmp_path_factory.mktemp("shift"))
    seen.store = store
    with app(seen), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://localhost:{seen.port}/")
        belongs(page)
        page.get_by_text("Examples", exact=True).click(timeout=150_000)
        page.get_by_text(EXAMPLE).click()
        expect(the_number(page)).to_be_visible(timeout=ANSWERED_WITHIN)
        page.wait_for_timeout(SETTLED)
        page.evaluate(WATCH)
        yield page


def test_another_age_moves_nothing(page: Page) -> None:
    for age in ("45", "65"):
        type_number(page, "Age (years)", age)
        expect(page.get_by_text(f"{age} years, male")).to_be_visible(timeout=ANSWERED_WITHIN)
        expect(the_number(page)).to_be_visible(timeout=ANSWERED_WITHIN)
        page.wait_for_timeout(SETTLED)
    assert page.evaluate("window.shifts") == []


def test_another_finding_moves_nothing(page: Page) -> None:
    for option in OPTIONS:
        name, _, value = option.partition("-")
        radio = page.locator(f'input[name="bedside-{name}"][value="{value}"]')
        radio.locator("xpath=..").click()
        expect(the_number(page)).to_be_visible(timeout=ANSWERED_WITHIN)
        page.wait_for_timeout(SETTLED)
    assert page.evaluate("window.shifts") == []


def test_the_measure_sees_what_moves(page: Page) -> None:
    page.get_by_role("heading", level=1).scroll_into_view_if_needed()
    page.evaluate("document.querySelector('h1').style.marginTop = '80px'")
    page.wait_for_timeout(SETTLED)
    assert sum(page.evaluate("window.shifts")) > 0
