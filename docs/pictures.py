"""The pictures of the app in this folder, taken anew in the system's Chromium: `make pictures`.

The real app on a store of its own, with `reference` and `baseline` trained for it, and made-up
patients; on the Batch page those of the Hungarian site. Every state is taken in either theme.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from PIL import Image
from playwright.sync_api import Page, expect

from model.registry import conventions
from model.studies import DEFAULT, find
from tests.browser.pages import ANSWERED_WITHIN, choose, the_number, type_number
from tests.browser.visits import ROOT, Place, app, chromium

HERE = Path(__file__).parent
COLOURS = 128  # of a picture: enough for flat surfaces, and a third of the bytes
WIDTH, BELOW, TALLEST = 1280, 24, 2400
THEMES = ("light", "dark")
DISAGREE = "Man of 57, typical angina, findings that disagree"
CLINIC = "Woman of 66, in the clinic, before any test"
OLDER = "Woman of 84, older than anyone it learned from"
SETTLED = 1500  # milliseconds in which a chart is drawn
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
RESULTS = (("14647-2", 5.8, "mmol/L"), ("8480-6", 138, "mm[Hg]"), ("2345-7", 104, "mg/dL"))

State = Callable[[Page], None]


def bundle() -> str:
    """A record of somebody, with a glucose that may not be fasting."""
    person = {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1969-05-01"}
    results = [
        {
            "resourceType": "Observation",
            "status": "final",
            "subject": {"reference": "Patient/p"},
            "effectiveDateTime": "2026-02-20",
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "valueQuantity": {"value": value, "system": UCUM, "code": unit},
        }
        for code, value, unit in RESULTS
    ]
    entries = [{"resource": each} for each in (person, *results)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


@dataclass
class Studio(Place):
    """A place with a store that is trained into."""

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **conventions.CLIENT_SETTINGS, "PYTHONPATH": str(ROOT)}

    def train(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "model", "train", *arguments]
        subprocess.run(command, cwd=self.folder, env=self.environment, check=True)


def blank(page: Page) -> None:
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("To see the risk")).to_be_visible(timeout=ANSWERED_WITHIN)


def complete(page: Page) -> None:
    example(page, DISAGREE)


def why(page: Page) -> None:
    example(page, DISAGREE)
    page.get_by_text("Log-odds and the sum").click()


def flagged(page: Page) -> None:
    example(page, OLDER)


def refused(page: Page) -> None:
    example(page, DISAGREE)
    type_number(page, "Cholesterol (mg/dL)", "5.8")
    expect(page.get_by_text("Correct the marked field")).to_be_visible(timeout=ANSWERED_WITHIN)


def what_if(page: Page) -> None:
    example(page, DISAGREE)
    tab(page, "What if")
    page.get_by_role("button", name="Pin this patient").click()
    choose(page, "Thallium scan", "Normal")
    box = page.get_by_role("combobox", name="Vary one value")
    box.click()
    box.press_sequentially("ST depression")
    box.press("Enter")


def missing_tests(page: Page) -> None:
    example(page, CLINIC)
    tab(page, "Missing tests")


def versions(page: Page) -> None:
    example(page, DISAGREE)
    tab(page, "Versions")
    page.get_by_role("combobox", name="The same patient under other versions").click()
    page.get_by_role("option", name=re.compile("baseline")).click()
    page.keyboard.press("Escape")


def report(page: Page) -> None:
    example(page, DISAGREE)
    tab(page, "Report")


def prevalence(page: Page) -> None:
    example(page, DISAGREE)
    page.get_by_text("Local prevalence").first.click()
    type_number(page, "Prevalence where you work (%)", "10")
    expect(page.get_by_text("Shifted to a local")).to_be_visible(timeout=ANSWERED_WITHIN)


def record(page: Page) -> None:
    page.get_by_text("From an electronic record").click()
    page.get_by_role("textbox", name="Or the text").fill(bundle())
    page.get_by_role("button", name="Fill in the form").click()
    expect(page.get_by_text("fields are filled")).to_be_visible(timeout=ANSWERED_WITHIN)


PATIENT: dict[str, State] = {
    "blank": blank,
    "complete": complete,
    "why": why,
    "flagged": flagged,
    "refused": refused,
    "what-if": what_if,
    "missing-tests": missing_tests,
    "versions": versions,
    "report": report,
    "prevalence": prevalence,
    "record": record,
}


def example(page: Page, story: str) -> None:
    page.get_by_text("Examples", exact=True).click()
    page.get_by_role("button", name=story).click()
    expect(the_number(page)).to_be_visible(timeout=ANSWERED_WITHIN)


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tabpanel", name=name)).not_to_be_empty(timeout=ANSWERED_WITHIN)


def opened(page: Page, place: Place) -> None:
    """The app anew: each state begins with an empty form."""
    page.goto(f"http://localhost:{place.port}/?version=1")
    expect(page.get_by_role("heading", name="Needed")).to_be_visible(timeout=60_000)


def take(page: Page, name: str) -> None:
    """The whole page down to its last line, in few colours."""
    page.set_viewport_size({"width": page.viewport_size["width"], "height": TALLEST})
    page.wait_for_timeout(SETTLED)
    end = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.stElementContainer')]"
        ".map(each => each.getBoundingClientRect().bottom))"
    )
    width = page.viewport_size["width"]
    clip = {"x": 0, "y": 0, "width": width, "height": min(end + BELOW, TALLEST)}
    drawn = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")
    drawn.quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)
    page.set_viewport_size({"width": width, "height": 900})


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
    expect(page.get_by_text("Download").first).to_be_visible(timeout=ANSWERED_WITHIN)


def pages(page: Page) -> Iterator[str]:
    """The other pages, one after the other."""
    batch(page)
    yield "batch"
    for name in ("Models", "Performance", "About"):
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_timeout(2 * SETTLED)
        yield name.lower()


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        studio = Studio.prepared(Path(scratch))
        studio.train("--estimator", "reference")
        studio.train("--estimator", "baseline")
        with app(studio), chromium() as browser:
            for theme in THEMES:
                context = browser.new_context(
                    viewport={"width": WIDTH, "height": 900}, color_scheme=theme
                )
                page = context.new_page()
                for name, state in PATIENT.items():
                    opened(page, studio)
                    state(page)
                    take(page, f"patient-{name}-{theme}")
                opened(page, studio)
                complete(page)
                page.set_viewport_size({"width": 820, "height": 1180})
                take(page, f"patient-tablet-{theme}")
                page.set_viewport_size({"width": WIDTH, "height": 900})
                for name in pages(page):
                    take(page, f"{name}-{theme}")
                context.close()


if __name__ == "__main__":
    main()
