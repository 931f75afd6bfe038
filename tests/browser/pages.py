"""What a person does on the pages, and reads there."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

ANSWERED_WITHIN = 30_000  # milliseconds


def the_number(page: Page) -> Locator:
    return page.get_by_role("heading", name=re.compile(r"^\d+\.\d %$"))


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


def inside(table: Locator) -> str:
    """What a table drawn on a canvas tells a screen reader, which is what is in sight of it."""
    cells = table.locator("[role=gridcell]")
    expect(cells.first).to_be_attached(timeout=ANSWERED_WITHIN)
    return " | ".join(cells.all_text_contents())
