"""Versions in a browser: switched with a patient typed in, compared, promoted and taken back.

Two versions of one study and one of another, each trained for real.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from dashboard.text import percent
from model import studies
from model.registry import audit_log
from model.registry.registry import Registry
from tests import stores
from tests.browser.pages import ANSWERED_WITHIN, belongs, choose, inside, the_number, type_number
from tests.browser.visits import Furnished, app, chromium
from tests.stores import STUDY, Store

pytestmark = pytest.mark.browser

OTHER = "breast-cancer"
PATIENT = {"age": 57.0, "sex": 1.0, "cp": 3.0, "oldpeak": 2.3}
OUTCOMES = ("intended", "done")  # each step is written down before and after
REASON = "calibrated better on our ward"
TRIES, SOON = 10, 2_000  # milliseconds
CHECKBOX, LINE = 18, 36  # pixels in the table of versions: where a row is ticked, how high it is


@dataclass
class Visit(Furnished):
    """What was seen, and what the library says."""

    log: Path = Path()
    numbers: dict[str, str] = field(default_factory=dict)
    expected: dict[str, str] = field(default_factory=dict)
    compared: str = ""
    champions: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        asked = {
            "BEDSIDE_ALLOW_PROMOTION": "true",
            "BEDSIDE_AUDIT_LOG": str(self.log),
        }
        return {**super().environment, **asked}

    @property
    def registry(self) -> Registry:
        assert self.store is not None
        return Registry(self.store.uri)

    def answer(self, reference: str, patient: dict[str, float]) -> str:
        """What the library says, as the page writes it."""
        model = self.registry.open(reference)
        return percent(float(model.assess(pd.DataFrame([patient])).risk[0]))

    def note_champion(self) -> None:
        self.champions.append(self.registry.resolve(f"models:/{STUDY}@champion").number)


@pytest.fixture(scope="module")
def visit(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """The whole visit, on a store of its own."""
    seen = Visit.prepared(tmp_path_factory.mktemp("versions"))
    seen.store = store.copy(seen.folder / "store")
    seen.log = seen.folder / "audit.jsonl"
    trained = stores.python(
        *("-m", "model", "train", "--study", OTHER, "--estimator", "logistic", "--repeats", "1"),
        store=seen.store,
    )
    assert trained.returncode == 0, trained.stderr
    example = studies.find(OTHER).examples[0]
    seen.expected = {
        "v1": seen.answer(f"models:/{STUDY}/1", PATIENT),
        "v2": seen.answer(f"models:/{STUDY}/2", PATIENT),
        OTHER: seen.answer(f"models:/{OTHER}/1", dict(example.values)),
    }
    with app(seen), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.on("console", lambda said: said.type == "error" and seen.complaints.append(said.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        switch(page, seen, example.story)
        compare(page, seen)
        promote(page, seen)
    return seen


def pick(page: Page, box: str, option: str) -> None:
    chosen = page.get_by_role("option", name=option).first
    asked = page.get_by_role("combobox", name=box, exact=True)
    expect(asked).to_be_visible(timeout=ANSWERED_WITHIN)
    for _ in range(TRIES):  # a page that is still being drawn closes the list again
        asked.click()
        try:
            chosen.click(timeout=SOON)
        except TimeoutError:
            continue
        return
    raise AssertionError(f"{box} does not offer {option}")


def read(page: Page, seen: Visit, name: str) -> None:
    expect(the_number(page)).to_have_text(seen.expected[name], timeout=ANSWERED_WITHIN)
    seen.numbers[name] = the_number(page).inner_text()
    seen.urls.append(page.url)


def switch(page: Page, seen: Visit, story: str) -> None:
    page.goto(f"http://localhost:{seen.port}/?study={STUDY}&version=1")
    expect(page.get_by_role("heading", name="Needed")).to_be_visible(timeout=60_000)
    belongs(page)
    type_number(page, "Age (years)", "57")
    choose(page, "Sex", "Male")
    choose(page, "Chest pain", "Non-anginal pain")
    type_number(page, "ST depression (mm)", "2.3")
    read(page, seen, "v1")
    pick(page, "Version", "v2 baseline")
    read(page, seen, "v2")
    pick(page, "Study", OTHER)
    expect(page.get_by_role("heading", name="Average nucleus")).to_be_visible(
        timeout=ANSWERED_WITHIN
    )
    belongs(page)
    page.get_by_text("Examples", exact=True).click()
    page.get_by_role("button", name=story).click()
    read(page, seen, OTHER)
    pick(page, "Study", STUDY)
    read(page, seen, "v1")  # its champion, and the patient is still there


def panel(page: Page, name: str, shown: Locator) -> None:
    """Choose what to do with what is ticked; a click while the page is drawn anew may be lost."""
    for _ in range(TRIES):
        page.get_by_text(name, exact=True).first.click()
        with suppress(AssertionError):
            expect(shown.first).to_be_visible(timeout=SOON)
            return
    raise AssertionError(f"{name} shows nothing")


def compare(page: Page, seen: Visit) -> None:
    page.get_by_role("link", name="Models", exact=True).click()
    pick(page, "Model", STUDY)
    panel(page, "Compare", page.get_by_role("combobox", name="Compare v1 with"))
    pick(page, "Compare v1 with", "v2")
    expect(page.get_by_role("heading", name="What moves them")).to_be_visible(
        timeout=ANSWERED_WITHIN
    )
    metrics = page.get_by_test_id("stDataFrame").filter(has_text="v2 less v1")
    seen.compared = inside(metrics.first)


def promote(page: Page, seen: Visit) -> None:
    seen.note_champion()
    panel(page, "Details", page.get_by_text("heart-disease v1 · reference"))
    table = page.locator(".st-key-models_table .dvn-scroller").first
    table.click(position={"x": CHECKBOX, "y": 2.5 * LINE})  # the second newest: version 2
    expect(page.get_by_text("heart-disease v2 · baseline")).to_be_visible(timeout=ANSWERED_WITHIN)
    reason = page.get_by_role("textbox", name="Reason")
    panel(page, "Promote", reason)
    for button, told in (
        ("Make v2 champion", "heart-disease v2 is champion now."),
        ("Back to v1", "heart-disease v1 is champion now."),
    ):
        asked = page.get_by_role("button", name=button)
        for _ in range(TRIES):  # the page empties the field after a promotion
            reason.fill(REASON)
            reason.press("Enter")
            with suppress(AssertionError):
                expect(asked).to_be_enabled(timeout=SOON)
                break
        asked.click(timeout=ANSWERED_WITHIN)
        expect(page.get_by_text(told)).to_be_visible(timeout=ANSWERED_WITHIN)
        seen.note_champion()


def test_each_number_is_that_of_the_library(visit: Visit) -> None:
    assert visit.numbers == visit.expected
    assert len(set(visit.expected.values())) == 3


def test_the_address_names_study_and_version_and_nothing_of_the_patient(visit: Visit) -> None:
    found = [url.partition("?")[2] for url in visit.urls]
    assert found == [
        f"study={STUDY}&version=1",
        f"study={STUDY}&version=2",
        f"study={OTHER}&version=1",
        f"study={STUDY}&version=1",
    ]


def test_two_versions_are_compared_with_the_interval_of_each_difference(visit: Visit) -> None:
    assert "Brier score" in visit.compared
    assert visit.compared.count("[") == 12  # one for every metric


def test_a_promotion_moves_the_champion_and_one_step_takes_it_back(visit: Visit) -> None:
    assert visit.champions == [1, 2, 1]


def test_both_are_in_the_audit_log_with_their_reason(visit: Visit) -> None:
    assert "4 lines" in audit_log.verify(visit.log)
    lines = [json.loads(line) for line in visit.log.read_text().splitlines()]
    assert [(line["version"], line["outcome"]) for line in lines] == [
        (f"{STUDY} {version}", outcome) for version in ("v2", "v1") for outcome in OUTCOMES
    ]
    assert {line["note"] for line in lines} == {f"champion: {REASON}"}


def test_the_browser_has_nothing_to_complain_about(visit: Visit) -> None:
    assert visit.complaints == []
