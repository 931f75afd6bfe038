"""A nurse's workbook in a browser: two months on two sheets, words and units of the ward.

The sheet is chosen, a word nobody knows is given its meaning, and the mapping is taken away and
used at the command line; both give the same risks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Page, TimeoutError, expect

from model.__main__ import main
from model.studies import cohort, find
from tests.browser.pages import ANSWERED_WITHIN
from tests.browser.visits import Furnished, app, chromium
from tests.stores import Store

pytestmark = pytest.mark.browser

HEADER = {
    "age": "Alter",
    "sex": "Geschlecht",
    "cp": "Brustschmerz",
    "trestbps": "Blutdruck",
    "chol": "Cholesterin (g/L)",
    "thalach": "Maximalpuls",
    "exang": "Angina",
    "thal": "Thallium",
}
WORDS = {
    "sex": {0: "w", 1: "m"},
    "cp": {1: "typisch", 2: "ATA", 3: "NAP", 4: "ASY"},
    "exang": {0: "nein", 1: "ja"},
    "thal": {3: "normal", 6: "fix", 7: "rev"},
}
MONTHS = ("März", "April")
UNKNOWN = "typisch"
TRIES, SOON = 6, 10_000  # milliseconds


@dataclass
class Visit(Furnished):
    """A place to visit, and what people keep themselves, outside its folder."""

    kept: Path = Path()


def ward(rows: pd.DataFrame) -> pd.DataFrame:
    """Patients as the ward writes them."""
    written = rows[list(HEADER)].astype(object)
    for name, words in WORDS.items():
        written[name] = rows[name].map(words)
    written["chol"] = rows["chol"] / 100
    written["min heart rate"] = 55
    return written.rename(columns=HEADER).astype(object).where(written.notna().to_numpy(), "n.d.")


def workbook(path: Path) -> None:
    """Two months of patients with a title above them, and a hidden sheet of lists."""
    patients = cohort.read(find("heart-disease")).training.rows.head(60)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for month, rows in zip(MONTHS, np.array_split(np.arange(60), [24]), strict=True):
        sheet = book.create_sheet(month)
        sheet.append([f"Station 3, {month}"])
        table = ward(patients.iloc[rows])
        sheet.append(list(table.columns))
        for row in table.itertuples(index=False):
            sheet.append(list(row))
    book.create_sheet("Listen").sheet_state = "hidden"
    book.save(path)


def chosen(page: Page, field: re.Pattern[str], answer: str) -> None:
    """An answer is chosen; a field that is being drawn anew closes its list, and is asked again."""
    for _ in range(TRIES):
        try:
            page.get_by_role("combobox", name=field).click(timeout=SOON)
            page.get_by_role("option", name=answer, exact=True).click(timeout=SOON)
        except TimeoutError:
            page.keyboard.press("Escape")
            continue
        return
    raise AssertionError(f"{answer} was not chosen")


def test_a_workbook_of_two_sheets_is_read_as_its_owner_says(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    seen = Visit.prepared(tmp_path_factory.mktemp("workbook"))
    seen.store, seen.kept = store, tmp_path_factory.mktemp("kept")
    book = seen.kept / "ward.xlsx"
    workbook(book)
    with app(seen), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://localhost:{seen.port}/")
        expect(page.get_by_role("heading", name="Needed")).to_be_visible(timeout=ANSWERED_WITHIN)
        page.get_by_role("link", name="Batch", exact=True).click()
        page.locator("input[type=file]").set_input_files(book)
        expect(page.get_by_text("Choose one to go on.")).to_be_visible(timeout=ANSWERED_WITHIN)
        chosen(page, re.compile("^Sheet with the patients"), "April")
        said = "Read from the sheet “April”. Not read: “März”. Hidden, and not read: “Listen”."
        expect(page.get_by_text(said).first).to_be_visible(timeout=ANSWERED_WITHIN)
        chosen(page, re.compile(f"“{UNKNOWN}”"), "Typical angina")
        three = page.get_by_test_id("stDataFrame").filter(has_text=f"{UNKNOWN} → typical angina")
        expect(three).to_have_count(1, timeout=ANSWERED_WITHIN)
        with page.expect_download(timeout=ANSWERED_WITHIN) as download:
            page.get_by_role("button", name="Download this mapping").click()
        download.value.save_as(seen.kept / "map.yaml")
        page.get_by_role("button", name="Read the file this way").click()
        page.get_by_role("button", name="Score 36 patients").click(timeout=ANSWERED_WITHIN)
        expect(page.get_by_text("Work list by")).to_be_visible(timeout=ANSWERED_WITHIN)
        with page.expect_download(timeout=ANSWERED_WITHIN) as download:
            page.get_by_role("button", name="CSV", exact=True).click()
        download.value.save_as(seen.kept / "browser.csv")

    mapping = (seen.kept / "map.yaml").read_text()
    assert "sheet: April" in mapping
    assert f"{UNKNOWN}: typical angina" in mapping
    output = ["--output", str(seen.kept / "command-line.csv"), "--explain"]
    asked = ["score", str(book), "--map", str(seen.kept / "map.yaml"), *output]
    assert main(asked, {"MLFLOW_TRACKING_URI": store.uri}) == 0
    here, there = (seen.kept / f"{name}.csv" for name in ("browser", "command-line"))
    assert here.read_bytes() == there.read_bytes()
