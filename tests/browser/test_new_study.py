"""From a table to a working form on the page *New study*, as a person does it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from dashboard.text import percent
from model.registry.registry import Registry
from model.scoring import LoadedModel
from tests.browser.pages import ANSWERED_WITHIN, the_number
from tests.browser.visits import Furnished, app, chromium
from tests.stores import Store
from tests.tables import TABLES, written

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

TRAINED_WITHIN = 300_000  # milliseconds; a busy machine
CHOSEN = ("breast", "fair", "wine")  # words, yes and no, true and false


@dataclass
class Hospital(Furnished):
    """A place whose operator allows training."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "BEDSIDE_ALLOW_TRAINING": "true"}


def test_three_tables_become_forms_that_give_their_version_s_number(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = Hospital.prepared(tmp_path_factory.mktemp("studies"))
    place.store = store.copy(place.folder / "store")
    with app(place), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        for name in CHOSEN:
            page.goto(f"http://localhost:{place.port}/new-study")
            page.locator("input[type=file]").first.set_input_files(written(name, place.folder))
            train(page, TABLES[name][1][0])
            registry = Registry(place.store.uri)
            (version,) = registry.versions(name)
            assert version.aliases == ()  # nobody has filled its gaps
            expected = fill(page, registry.load(version))
            expect(the_number(page)).to_have_text(expected, timeout=ANSWERED_WITHIN)
            expect(page.locator("body.bedside-stale")).to_have_count(0, timeout=ANSWERED_WITHIN)


def train(page: Page, outcome: str) -> None:
    page.get_by_role("combobox", name="Outcome to predict").click(timeout=ANSWERED_WITHIN)
    page.get_by_role("option", name=outcome, exact=True).click()
    button = page.get_by_role("button", name="Train and open the form")
    expect(button).to_be_enabled(timeout=ANSWERED_WITHIN)
    button.click()
    heading = page.get_by_role("heading", name=re.compile("^Probability of a"))
    expect(heading).to_be_visible(timeout=TRAINED_WITHIN)


def fill(page: Page, model: LoadedModel) -> str:
    """Type in the first golden patient; the number that belongs to it."""
    rows = model.golden.rows.iloc[[0]]
    for feature in model.schema.features:
        value = float(rows[feature.name].iloc[0])
        if feature.is_coded:
            chosen = page.locator(f'input[name="bedside-{feature.name}"][value="{value:g}"]')
            chosen.check(force=True, timeout=ANSWERED_WITHIN)
        else:
            box = page.locator(f"[id='bedside-{feature.name}']")
            box.fill(f"{value:.{feature.decimals}f}", timeout=ANSWERED_WITHIN)
            box.press("Enter")
    return percent(float(model.assess(rows).risk[0]))
