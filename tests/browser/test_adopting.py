"""Somebody else's model adopted on the page *Models*, as a person does it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from dashboard.text import percent
from tests import ward_score
from tests.browser.pages import ANSWERED_WITHIN, axe_faults, the_number
from tests.browser.visits import Furnished, app, chromium
from tests.stores import Store

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

DONE_WITHIN = 240_000  # milliseconds; a busy machine


@dataclass
class Ward(Furnished):
    """A place whose operator lets people adopt models."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "BEDSIDE_ALLOW_ADOPTION": "true"}


def test_a_model_is_adopted_in_sight_and_its_form_gives_the_original_s_number(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = Ward.prepared(tmp_path_factory.mktemp("ward"))
    place.store = store.empty(place.folder / "store")
    expected, patients = ward_score.logged(place.store)
    table = place.folder / "cohort.csv"
    table.write_bytes(patients)
    with app(place), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(f"http://localhost:{place.port}/?study={ward_score.NAME}&version=1")
        press(page, "Adopt it")
        expect(page.get_by_role("button", name="See its draft first")).to_be_visible()
        page.locator("input[type=file]").first.set_input_files(table)
        press(page, "Adopt ward-score v1")
        going_on = page.get_by_role("heading", name="Adopting ward-score v1")
        expect(going_on).to_be_visible()
        page.reload()
        expect(going_on.or_(page.get_by_role("button", name="Adopt with this"))).to_be_visible()
        page.get_by_role("link", name="About").click()  # it goes on meanwhile
        expect(page.get_by_role("heading", name="ward-score v1")).to_be_visible()
        page.get_by_role("link", name="Models").click()
        expect(page.get_by_role("button", name="Adopt with this")).to_be_disabled(
            timeout=DONE_WITHIN
        )
        page.get_by_role("radio", name="ill", exact=True).click()
        expect(page.get_by_role("button", name="Adopt with this")).to_be_enabled()
        faults = axe_faults(page, "draft")
        press(page, "Adopt with this")
        use = page.get_by_role("button", name="Use ward-score-adopted v1")
        expect(use).to_be_visible(timeout=DONE_WITHIN)
        faults += axe_faults(page, "adopted")
        use.click()
        fill(page)
        expect(the_number(page)).to_have_text(percent(expected), timeout=ANSWERED_WITHIN)
        page.get_by_role("link", name="Performance").click()
        expect(page.get_by_text("200 patients of the table")).to_be_visible()
        faults += axe_faults(page, "measured on the table")
    assert faults == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click(timeout=2 * ANSWERED_WITHIN)


def fill(page: Page) -> None:
    heading = page.get_by_role("heading", name=re.compile("^Probability of an"))
    expect(heading).to_be_visible(timeout=DONE_WITHIN)
    for name, value in ward_score.NUMBERS.items():
        box = page.locator(f"[id='bedside-{name}']")
        box.fill(f"{value:.0f}", timeout=ANSWERED_WITHIN)
        box.press("Enter")
    man = page.locator(f'input[name="bedside-Sex"][value="{ward_score.MAN:g}"]')
    man.check(force=True, timeout=ANSWERED_WITHIN)
