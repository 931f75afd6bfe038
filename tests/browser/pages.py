"""What a person does on the pages, and reads there."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

ANSWERED_WITHIN = 60_000  # milliseconds
expect.set_options(timeout=ANSWERED_WITHIN)  # a busy machine takes longer than Playwright's 5 s
FAULTS = ("moderate", "serious", "critical")
VIOLATIONS = {"resultTypes": ["violations"]}  # to list what is right takes as long as to look
FOCUSED = """() => {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  const group = focused?.closest('[role=radiogroup]');
  return (group ?? focused)?.getAttribute('aria-label') ?? focused?.innerText ?? '';
}"""
WORDS = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const own = [...main.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean);
  const words = own.flatMap(root => [...root.children].map(e => e.innerText));
  return [main.innerText, ...words].join('\\n');
}"""


def the_number(page: Page) -> Locator:
    """The risk, where it is the one of the values in the form."""
    return page.get_by_test_id("risk")


def everything_said(page: Page) -> str:
    """The words of the page, those of its own components among them."""
    return str(page.evaluate(WORDS))


def belongs(page: Page) -> None:
    """Say that the patients of this visit are such as the number holds for."""
    page.get_by_role("button", name="Yes, one of them").click(timeout=2 * ANSWERED_WITHIN)


def type_number(page: Page, label: str, value: str) -> None:
    box = page.get_by_role("spinbutton", name=label)
    box.fill(value)
    box.press("Enter")


def choose(page: Page, label: str, answer: str) -> None:
    button = option(page, label, answer)
    button.click()
    expect(button).to_be_checked(timeout=ANSWERED_WITHIN)


def option(page: Page, label: str, answer: str) -> Locator:
    return page.get_by_role("radiogroup", name=label).get_by_role("radio", name=answer, exact=True)


def waterfall(page: Page, part: str) -> Locator:
    """The chart of what moved the number, if its words hold this."""
    return page.get_by_role("img", name=re.compile(f"^From .*{re.escape(part)}"))


def stops_to_the_form(page: Page) -> int:
    """Keys pressed by who goes from where a page begins to the first field."""
    for stop in range(1, 20):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == "Skip to the form":
            page.keyboard.press("Enter")
            stop += 1
        if page.evaluate(FOCUSED) == "Age (years)":
            return stop
    return 99


def axe_faults(page: Page, state: str) -> list[str]:
    """What axe-core finds wrong with the page, with the state it was found in."""
    page.mouse.move(0, 0)  # what hovers over the page belongs to no part of it, and takes a moment
    hint = page.locator("#stFloatingOverlayPortal").get_by_role("tooltip")
    expect(hint).to_have_count(0, timeout=ANSWERED_WITHIN)
    found = Axe().run(page, options=VIOLATIONS).response["violations"]
    return [
        f"{state}: {each['id']}: {each['nodes'][0]['html']:.200}"
        for each in found
        if each["impact"] in FAULTS
    ]


def inside(table: Locator) -> str:
    """What a table drawn on a canvas tells a screen reader, which is what is in sight of it."""
    cells = table.locator("[role=gridcell]")
    expect(cells.first).to_be_attached(timeout=ANSWERED_WITHIN)
    return " | ".join(cells.all_text_contents())
