"""The pictures of the app in this folder, taken anew in the system's Chromium: `make pictures`.

The real app on a store of its own, with `reference` and `baseline` trained for it, and made-up
patients; on the Batch page those of the Hungarian site. Every page is taken in either theme, and
the Patient page on each of the screens the app is tested on.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from model.registry import conventions
from model.studies import DEFAULT, find
from tests.browser.pages import ANSWERED_WITHIN, belongs, the_number
from tests.browser.screens import SCREENS, Screen
from tests.browser.visits import ROOT, Place, app, chromium

HERE = Path(__file__).parent
COLOURS = 128  # of a picture: enough for flat surfaces, and a third of the bytes
BELOW, TALLEST = 24, 2400
DESK = Screen("desk", 1280, 900)
THEMES = ("light", "dark")
EXAMPLE = "Man of 57, typical angina, findings that disagree"
SETTLED = 1500  # milliseconds in which a chart is drawn


@dataclass
class Studio(Place):
    """A place with a store that is trained into."""

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **conventions.CLIENT_SETTINGS, "PYTHONPATH": str(ROOT)}

    def train(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "model", "train", *arguments]
        subprocess.run(command, cwd=self.folder, env=self.environment, check=True)


def complete(page: Page) -> None:
    page.get_by_text("Examples", exact=True).click()
    page.get_by_role("button", name=EXAMPLE).click()
    expect(the_number(page)).to_be_visible(timeout=ANSWERED_WITHIN)


def opened(page: Page, place: Place) -> None:
    """The app anew, with an empty form."""
    page.goto(f"http://localhost:{place.port}/?version=1")
    belongs(page)


def take(page: Page, name: str) -> None:
    """The whole page down to its last line, in few colours."""
    page.set_viewport_size({"width": page.viewport_size["width"], "height": TALLEST})
    page.wait_for_timeout(SETTLED)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=ANSWERED_WITHIN)
    end = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.stElementContainer')]"
        ".map(each => each.getBoundingClientRect().bottom))"
    )
    width = page.viewport_size["width"]
    clip = {"x": 0, "y": 0, "width": width, "height": min(end + BELOW, TALLEST)}
    save(page.screenshot(clip=clip), name)
    page.set_viewport_size({"width": width, "height": DESK.height})


def save(picture: bytes, name: str) -> None:
    drawn = Image.open(io.BytesIO(picture)).convert("RGB")
    drawn.quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)


def batch(page: Page) -> None:
    table = pd.read_csv(find(DEFAULT).source.table)
    site = table[table["site"].str.startswith("hung")].drop(columns="site")
    site.insert(0, "id", [f"H{at}" for at in range(len(site))])
    csv = site.to_csv(index=False).encode()
    page.get_by_role("link", name="Batch", exact=True).click()
    file = {"name": "hungary.csv", "mimeType": "text/csv", "buffer": csv}
    page.locator("input[type=file]").set_input_files(files=[file])
    page.get_by_role("button", name=re.compile(r"^Score \d+ patients")).click(
        timeout=ANSWERED_WITHIN
    )
    expect(page.get_by_text("Work list by")).to_be_visible(timeout=ANSWERED_WITHIN)
    expect(page.get_by_role("heading", name="Download")).to_be_visible(timeout=ANSWERED_WITHIN)


def pages(page: Page) -> Iterator[str]:
    """The other pages, one after the other."""
    batch(page)
    yield "batch"
    for name in ("Models", "Performance", "About"):
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_timeout(2 * SETTLED)
        yield name.lower()


def on_each_screen(browser: Browser, place: Place, theme: str) -> None:
    """One patient, as much of the page as a window shows while a field is edited."""
    for screen in SCREENS:
        page = screen.opened(browser, theme)
        opened(page, place)
        complete(page)
        page.get_by_role("spinbutton", name="Age (years)").focus()
        page.wait_for_timeout(SETTLED)
        save(page.screenshot(scale="css"), f"patient-{screen.name}-{theme}")
        page.context.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        studio = Studio.prepared(Path(scratch))
        studio.train("--estimator", "reference")
        studio.train("--estimator", "baseline")
        with app(studio), chromium() as browser:
            for theme in THEMES:
                page = DESK.opened(browser, theme)
                opened(page, studio)
                complete(page)
                take(page, f"patient-complete-{theme}")
                for name in pages(page):
                    take(page, f"{name}-{theme}")
                page.context.close()
                on_each_screen(browser, studio, theme)


if __name__ == "__main__":
    main()
