"""Somebody else's model adopted on the page *Models*, as a person does it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.text import percent
from tests import stores, ward_score
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
        hand_in(page, table)
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
        # For a moment the button of the draft before stands beside that of the draft as it is.
        ready = page.get_by_role("button", name="Adopt with this", disabled=False)
        expect(ready).to_be_visible()
        expect(page.get_by_role("button", name="Adopt with this")).to_have_count(1)
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


class OwnCode(Ward):
    """One that also lets what is adopted run its own code."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "BEDSIDE_WORKERS": "true"}


LOGGED = """
import math
import mlflow, pandas as pd

mlflow.set_experiment("wards")
rows = pd.DataFrame({"Age": [40.0 + at for at in range(50)]})
mlflow.pyfunc.log_model(
    name="model",
    python_model="written.py",
    signature=mlflow.models.infer_signature(rows),
    pip_requirements=["numpy"],
    registered_model_name="written",
)
rows.to_csv("cohort.csv", index=False)
print(1 / (1 + math.exp(-0.1 * (63 - 60))))
"""
WRITTEN = """
import mlflow
import numpy as np


class Written(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return (1 / (1 + np.exp(-0.1 * (model_input["Age"] - 60)))).tolist()


mlflow.models.set_model(Written())
"""


def test_a_model_s_own_code_runs_once_somebody_says_so_and_answers_for_a_patient(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = OwnCode.prepared(tmp_path_factory.mktemp("written"))
    place.store = store.empty(place.folder / "store")
    (place.store.folder / "written.py").write_text(WRITTEN)
    done = stores.python("-c", LOGGED, store=place.store)
    assert done.returncode == 0, done.stderr[-2000:]
    expected = float(done.stdout.splitlines()[-1])
    with app(place), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(f"http://localhost:{place.port}/?study=written&version=1")
        press(page, "Adopt it")
        expect(page.get_by_role("button", name="See its draft first")).to_be_visible()
        hand_in(page, place.store.folder / "cohort.csv")
        press(page, "Adopt written v1")
        run = page.get_by_role("button", name="Run its code, and adopt")
        expect(run).to_be_visible(timeout=DONE_WITHIN)
        expect(page.get_by_text("nothing of that was run")).to_be_visible()
        run.click()
        use = page.get_by_role("button", name="Use written-adopted v1")
        expect(use).to_be_visible(timeout=DONE_WITHIN)
        use.click()
        heading = page.get_by_role("heading", name=re.compile("^Probability of an"))
        expect(heading).to_be_visible(timeout=DONE_WITHIN)
        box = page.locator("[id='bedside-Age']")
        box.fill("63", timeout=ANSWERED_WITHIN)
        box.press("Enter")
        expect(the_number(page)).to_have_text(percent(expected), timeout=ANSWERED_WITHIN)


def hand_in(page: Page, table: Path) -> None:
    """Until the server has it: what is pressed before would go without the table."""
    with page.expect_response(re.compile("/upload_file/"), timeout=ANSWERED_WITHIN):
        page.locator("input[type=file]").first.set_input_files(table)
    expect(page.get_by_text(table.name)).to_be_visible(timeout=ANSWERED_WITHIN)
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=ANSWERED_WITHIN)


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
