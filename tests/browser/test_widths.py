"""The pages from a phone to a wide desk, and on a window at 200 %: used, read, and printed.

One app and one browser; on each screen one visit, told by several tests. The number stays in sight
of who fills in the form, nothing needs to be scrolled sideways, and axe-core finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import (
    ANSWERED_WITHIN,
    axe_faults,
    belongs,
    option,
    stops_to_the_form,
    the_number,
    type_number,
    waterfall,
)
from tests.browser.screens import EDITED, INPUTS, LAID_OUT, SCREENS, Screen
from tests.browser.visits import Furnished, app, chromium
from tests.stores import Store

pytestmark = pytest.mark.browser

EXAMPLE = "Man of 57, typical angina, findings that disagree"
TOOLS = ("What if", "Missing tests", "Versions", "Report")
OTHERS = ("Batch", "Models", "Performance", "About")
LAST_FIELD = "Thallium scan"
FORM_PX, FINGER_PX = 520, 44
BACKGROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 23, 32)"}
BACKGROUND = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
AT_REST = "() => document.querySelector('.stApp').dataset.testScriptState === 'notRunning'"

TO_THE_TOP = "() => document.querySelector('[data-testid=stMain]').scrollTo(0, 0)"


@dataclass
class Visit:
    """What was seen on one screen."""

    screen: Screen
    stops: int = 99
    numbers: dict[str, str] = field(default_factory=dict)
    edited: list[dict[str, Any]] = field(default_factory=list)
    laid_out: dict[str, dict[str, Any]] = field(default_factory=dict)
    inputs: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    tools: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    printed: dict[str, bool | str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def note(self, page: Page, state: str) -> None:
        """Write down how the page is laid out, and what is wrong with it in either theme."""
        page.wait_for_function(AT_REST)
        page.evaluate(TO_THE_TOP)
        self.laid_out[state] = page.evaluate(LAID_OUT)
        for theme, colour in BACKGROUNDS.items():
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.wait_for_function(f"() => ({BACKGROUND})() === '{colour}'")
            self.faults += axe_faults(page, f"{state}, {theme}")
        page.emulate_media(color_scheme="light")


@pytest.fixture(scope="module")
def place(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """The running app."""
    prepared = Furnished.prepared(tmp_path_factory.mktemp("widths"))
    prepared.store = store
    with app(prepared):
        yield prepared


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module", params=SCREENS, ids=lambda screen: screen.name)
def visit(request: pytest.FixtureRequest, place: Furnished, browser: Browser) -> Iterator[Visit]:
    """The whole visit on one screen."""
    seen = Visit(request.param)
    page = seen.screen.opened(browser)
    page.goto(f"http://localhost:{place.port}/")
    expect(page.get_by_role("heading", name="Needed")).to_be_visible(timeout=150_000)
    seen.stops = stops_to_the_form(page)
    expect(page.get_by_role("status")).to_contain_text("Is your patient one of them?")
    seen.inputs["blank"] = page.evaluate(INPUTS)
    seen.note(page, "blank")
    belongs(page)
    expect(page.get_by_role("status")).to_contain_text("fill in: Age")
    fill_in_by_keyboard(page, seen)
    walk_through_the_form(page, seen)
    type_badly_and_well(page, seen)
    look_at_other_pages(page, seen)
    use_the_tools(page, seen)
    on_paper(page, seen)
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(the_number(page)).to_have_count(0, timeout=ANSWERED_WITHIN)
    seen.laid_out["cleared"] = page.evaluate(LAID_OUT)
    yield seen
    page.context.close()


def fill_in_by_keyboard(page: Page, seen: Visit) -> None:
    """What is needed, from the first field on."""
    page.get_by_role("spinbutton", name="Age (years)").focus()
    for key in ("5", "7", "Tab", "Space", "ArrowDown", "Tab", "Space"):
        page.keyboard.press(key)
    expect(option(page, "Sex", "Male")).to_be_checked()
    expect(option(page, "Chest pain", "Typical angina")).to_be_checked()
    expect(the_number(page)).to_be_attached(timeout=ANSWERED_WITHIN)
    seen.numbers["keyboard"] = the_number(page).inner_text()
    expect(page.get_by_role("status")).to_contain_text(seen.numbers["keyboard"])
    seen.note(page, "answered")


def walk_through_the_form(page: Page, seen: Visit) -> None:
    """Tab from the first field to the last, and back."""
    page.get_by_role("spinbutton", name="Age (years)").focus()
    page.wait_for_function(AT_REST)
    seen.edited.append(page.evaluate(EDITED))
    while seen.edited[-1]["field"] != LAST_FIELD and len(seen.edited) < 30:
        page.keyboard.press("Tab")
        seen.edited.append(page.evaluate(EDITED))
    for _ in range(len(seen.edited) - 1):
        page.keyboard.press("Shift+Tab")
        seen.edited.append(page.evaluate(EDITED))


def type_badly_and_well(page: Page, seen: Visit) -> None:
    type_number(page, "Resting blood pressure (mm Hg)", "1380")
    expect(page.get_by_text("Correct the marked field")).to_be_visible(timeout=ANSWERED_WITHIN)
    seen.inputs["refused"] = page.evaluate(INPUTS)
    type_number(page, "Resting blood pressure (mm Hg)", "138")
    page.get_by_label("Unit of cholesterol").select_option("mmol/L")
    type_number(page, "Cholesterol (mg/dL)", "6,2")
    type_number(page, "ST depression (mm)", "1,4")
    expect(page.get_by_text("· 6 of 13 values")).to_be_visible(timeout=ANSWERED_WITHIN)
    seen.numbers["comma"] = the_number(page).inner_text()
    seen.inputs["comma"] = page.evaluate(INPUTS)


def look_at_other_pages(page: Page, seen: Visit) -> None:
    """Each of them, and the patient again."""
    for name in OTHERS:
        go_to(page, name)
        seen.note(page, name)
    go_to(page, "Patient")
    expect(the_number(page)).to_be_attached(timeout=ANSWERED_WITHIN)
    seen.numbers["back"] = the_number(page).inner_text()
    for label in ("Age (years)", "ST depression (mm)"):
        seen.kept[label] = page.get_by_role("spinbutton", name=label).input_value()


def go_to(page: Page, name: str) -> None:
    before = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name=name, exact=True).click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).not_to_have_text(before, timeout=ANSWERED_WITHIN)
    page.wait_for_function(AT_REST, timeout=ANSWERED_WITHIN)


def use_the_tools(page: Page, seen: Visit) -> None:
    page.get_by_text("Examples", exact=True).click()
    page.get_by_role("button", name=EXAMPLE).click()
    expect(page.get_by_text("· 13 of 13 values")).to_be_visible(timeout=ANSWERED_WITHIN)
    expect(the_number(page)).to_be_attached(timeout=ANSWERED_WITHIN)
    seen.numbers["example"] = the_number(page).inner_text()
    for name in TOOLS:
        page.get_by_role("tab", name=name).click()
        expect(page.get_by_role("tabpanel", name=name)).not_to_be_empty(timeout=ANSWERED_WITHIN)
        seen.tools.append(name)
    seen.note(page, "tools")


def on_paper(page: Page, seen: Visit) -> None:
    """Printed from a dark screen."""
    page.emulate_media(media="print", color_scheme="dark")
    parts = {
        "navigation": page.get_by_role("link", name="Batch", exact=True),
        "sidebar": page.get_by_test_id("stSidebar"),
        "skip link": page.get_by_text("Skip to the form"),
        "bar": page.get_by_role("button", name="To the risk and its reasons"),
        "number": the_number(page),
        "whom": page.get_by_text("For: 57 years, male, typical angina"),
        "reasons": waterfall(page, "typical angina"),
    }
    seen.printed = {name: part.is_visible() for name, part in parts.items()}
    seen.printed["paper"] = page.evaluate(BACKGROUND)
    page.emulate_media(media="screen", color_scheme="light")


def test_the_form_is_a_few_keys_away(visit: Visit) -> None:
    assert visit.stops <= 8


def test_a_number_comes_of_the_keyboard_and_of_an_example(visit: Visit) -> None:
    assert re.fullmatch(r"\d+ %", visit.numbers["keyboard"])
    assert re.fullmatch(r"\d+ %", visit.numbers["example"])
    assert visit.tools == [*TOOLS]


def test_number_and_field_are_in_sight_while_a_field_is_edited(visit: Visit) -> None:
    assert len(visit.edited) > 20
    number = visit.numbers["keyboard"]
    assert [each for each in visit.edited if not each["isSeen"] or each["number"] != number] == []


def test_a_decimal_comma_is_kept_also_after_another_page(visit: Visit) -> None:
    assert visit.kept == {"Age (years)": "57", "ST depression (mm)": "1,4"}
    assert visit.numbers["back"] == visit.numbers["comma"]


def test_clear_takes_the_number_away(visit: Visit) -> None:
    heights = visit.laid_out["cleared"]["heights"]
    assert len(heights) >= len(visit.laid_out["blank"]["heights"])


def test_nothing_scrolls_sideways_and_the_form_is_narrow(visit: Visit) -> None:
    assert {state: said["beyond"] for state, said in visit.laid_out.items() if said["beyond"]} == {}
    assert all(said["form"] <= FORM_PX for said in visit.laid_out.values())
    assert visit.laid_out["blank"]["form"] > 300


def test_a_finger_finds_what_it_aims_at(visit: Visit) -> None:
    least = FINGER_PX if visit.screen.is_touched else 24
    heights = visit.laid_out["blank"]["heights"]
    assert len(heights) > 30
    assert min(heights) >= least


def test_version_and_pages_are_in_sight_on_every_page(visit: Visit) -> None:
    for state in ("blank", *OTHERS):
        assert "Heart disease · v1" in visit.laid_out[state]["frame"]
        assert visit.laid_out[state]["links"] == [[name, True] for name in ("Patient", *OTHERS)]


def test_headings_are_in_order_and_titles_differ(visit: Visit) -> None:
    for said in visit.laid_out.values():
        levels = said["headings"]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(deeper <= level + 1 for level, deeper in pairwise(levels))
    titles = [visit.laid_out[state]["title"] for state in ("blank", *OTHERS)]
    assert len({*titles}) == len(titles)


def test_one_place_announces_the_risk(visit: Visit) -> None:
    (asked,) = visit.laid_out["blank"]["statuses"]
    assert "Is your patient one of them?" in asked
    (said,) = visit.laid_out["answered"]["statuses"]
    assert said.startswith(visit.numbers["keyboard"])
    assert "For 57 years, male" in said


def test_inputs_say_what_they_take_and_what_is_wrong(visit: Visit) -> None:
    blank, refused, comma = (visit.inputs[state] for state in ("blank", "refused", "comma"))
    assert len(blank) == 13
    for name, told in blank.items():
        needed = name in ("Age (years)", "Sex", "Chest pain")
        assert told["aria-required"] == ("true" if needed else "false")
        assert told["aria-invalid"] == "false"
        assert len(told["described"]) == 2
        assert None not in told["described"]
    age = blank["Age (years)"]
    assert (age["inputmode"], age["min"], age["max"]) == ("decimal", "18", "100")
    assert [name for name, told in refused.items() if told["aria-invalid"] == "true"] == [
        "Resting blood pressure (mm Hg)"
    ]
    assert "60 to 260" in refused["Resting blood pressure (mm Hg)"]["described"][1]
    cholesterol = comma["Cholesterol (mg/dL)"]
    assert float(cholesterol["aria-valuemin"]) < 6.2 < float(cholesterol["aria-valuemax"])
    assert float(cholesterol["aria-valuemax"]) < 100


def test_paper_holds_the_number_whom_it_is_for_and_why(visit: Visit) -> None:
    assert visit.printed == {
        "navigation": False,
        "sidebar": False,
        "skip link": False,
        "bar": False,
        "number": True,
        "whom": True,
        "reasons": True,
        "paper": BACKGROUNDS["light"],
    }


def test_axe_finds_nothing_in_either_theme(visit: Visit) -> None:
    assert visit.faults == []
