"""A file of patients in a browser: handed in with its faults, scored, explained, taken away.

The patients are those of the Hungarian site, with faults put in. One visit, told by several tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Download, Page, TimeoutError, expect

from dashboard.text import percent
from model.__main__ import main
from model.studies import find
from tests.browser.pages import ANSWERED_WITHIN, inside, waterfall
from tests.browser.visits import Furnished, app, chromium
from tests.stores import Store

pytestmark = pytest.mark.browser

TRIES, SOON = 5, 10_000  # milliseconds
CANARY, NAME = "431.7", "Quetzalcoatl"  # a cholesterol and a name that nobody else has
CHECKBOX, LINE = 18, 35  # pixels in the work list: where a row is ticked, and how high a row is


@dataclass
class Visit(Furnished):
    """What was seen, in the order it was seen."""

    patients: Path = Path()
    results: Path = Path()
    issues: str = ""
    counts: str = ""
    told: str = ""
    heading: str = ""
    number: str = ""
    charts: int = 0
    after_another_page: str = ""
    urls: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def visit(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """The whole visit; what people keep themselves lies outside its folder."""
    seen = Visit.prepared(tmp_path_factory.mktemp("batch"))
    seen.store, seen.results = store, tmp_path_factory.mktemp("results")
    seen.patients = seen.results / "hungary.csv"
    seen.patients.write_text(hungary())
    with app(seen), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("request", lambda request: seen.hosts.add(urlsplit(request.url).netloc))
        page.on("console", lambda said: said.type == "error" and seen.complaints.append(said.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        hand_in(page, seen)
        score(page, seen)
        explain(page, seen)
        take_away(page, seen)
        come_back(page, seen)
        seen.urls.append(page.url)
    for kind in ("csv", "parquet"):
        output = str(seen.results / f"command-line.{kind}")
        asked = ["score", str(seen.patients), "--output", output, "--explain"]
        assert main(asked, {"MLFLOW_TRACKING_URI": store.uri}) == 0
    return seen


def hungary() -> str:
    """Real patients as a file from a ward, with a name, an outcome and some faults."""
    study = find("heart-disease")
    table = pd.read_csv(study.source.table, dtype=str, keep_default_na=False)
    site = table[table["site"].str.startswith("hung")].drop(columns="site").reset_index(drop=True)
    site.insert(0, "name", [f"H{at}" for at in site.index])
    site.loc[0, ["name", "chol"]] = NAME, CANARY
    site.loc[4, "age"] = "12"
    site.loc[9, "trestbps"] = "-9"
    site.loc[14, "sex"] = "male"
    return str(site.to_csv(index=False))


def hand_in(page: Page, seen: Visit) -> None:
    page.goto(f"http://localhost:{seen.port}/")
    expect(page.get_by_role("heading", name="Needed")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Batch", exact=True).click()
    page.locator("input[type=file]").set_input_files(seen.patients)
    expect(page.get_by_role("button", name="Score 292 patients")).to_be_visible(
        timeout=ANSWERED_WITHIN
    )
    seen.counts = page.get_by_text("292 accepted").locator("xpath=ancestor::p").inner_text()
    page.get_by_text("What the check found").click()  # closed while the page asks how it is meant
    issues = page.get_by_test_id("stExpander").filter(has_text="What the check found")
    seen.issues = inside(issues.get_by_test_id("stDataFrame"))


def score(page: Page, seen: Visit) -> None:
    page.get_by_role("button", name="Score 292 patients").click()
    expect(page.get_by_text("Work list by heart-disease v1")).to_be_visible(timeout=ANSWERED_WITHIN)
    seen.told = page.get_by_text("at or above your threshold").inner_text()


def explain(page: Page, seen: Visit) -> None:
    page.get_by_role("textbox", name="Find in your columns").fill(NAME)
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 to 1 of 1, highest risk first")).to_be_visible()
    found = page.locator('[class*="st-key-batch-table"]').filter(has_text=NAME)
    expect(found.locator("[role=gridcell]").filter(has_text="↑ ")).to_have_count(1)
    found.locator(".dvn-scroller").click(position={"x": CHECKBOX, "y": 1.5 * LINE})
    title = page.get_by_role("heading", name=re.compile(r"^name .*, row 1$"))
    expect(title).to_be_visible(timeout=ANSWERED_WITHIN)
    chart = waterfall(page, CANARY)
    expect(chart).to_have_count(1, timeout=ANSWERED_WITHIN)
    seen.charts, seen.heading = chart.count(), title.inner_text()
    seen.number = page.get_by_role("heading", name=re.compile(r"^\d+ %$")).inner_text()


def taken(page: Page, name: str) -> Download:
    """What a button hands out. One that is being drawn anew takes no click: it is asked again."""
    for _ in range(TRIES):
        try:
            with page.expect_download(timeout=SOON) as download:
                page.get_by_role("button", name=name, exact=True).click()
        except TimeoutError:
            continue
        return download.value
    raise AssertionError(f"{name} was not handed out")


def take_away(page: Page, seen: Visit) -> None:
    for name in ("CSV", "Parquet"):
        download = taken(page, name)
        assert download.suggested_filename == f"hungary-scored.{name.lower()}"
        download.save_as(seen.results / f"browser.{name.lower()}")


def come_back(page: Page, seen: Visit) -> None:
    page.get_by_role("link", name="About", exact=True).click()
    expect(page.get_by_role("heading", name="About this model")).to_be_visible()
    page.get_by_role("link", name="Batch", exact=True).click()
    told = page.get_by_text("at or above your threshold")
    expect(told).to_be_visible(timeout=ANSWERED_WITHIN)
    seen.after_another_page = told.inner_text()


def test_the_faults_are_counted_and_listed(visit: Visit) -> None:
    for count in ("294 rows", "292 accepted", "2 rejected"):
        assert count in re.sub(r"\s+", " ", visit.counts)
    assert "✕ rejected | 5 | age | 12 | Age (age): outside what is plausible." in visit.issues
    assert "✕ rejected | 10 | trestbps | -9 | Resting blood pressure" in visit.issues


def test_every_accepted_row_is_scored(visit: Visit) -> None:
    assert visit.told.startswith("292 scored: ")
    assert visit.told.endswith("2 rejected.")


def test_a_row_says_what_moved_its_number(visit: Visit) -> None:
    assert visit.heading == f"name {NAME}, row 1"
    assert visit.charts == 1
    scored = pd.read_csv(visit.results / "command-line.csv")
    assert visit.number == percent(float(scored["risk"][0]))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_what_is_taken_away_is_what_the_command_line_writes(visit: Visit, kind: str) -> None:
    here, there = (visit.results / f"{name}.{kind}" for name in ("browser", "command-line"))
    assert here.read_bytes() == there.read_bytes()


def test_another_page_and_back_keeps_the_work_list(visit: Visit) -> None:
    assert visit.after_another_page == visit.told


def test_the_address_holds_nothing_of_the_patients(visit: Visit) -> None:
    (asked,) = (parse_qs(urlsplit(url).query) for url in visit.urls)
    assert asked == {"study": ["heart-disease"], "version": ["1"]}


def test_the_page_asks_nobody_else_and_has_nothing_to_complain_about(visit: Visit) -> None:
    assert visit.hosts - {""} == {f"localhost:{visit.port}"}
    assert visit.complaints == []


def test_nothing_of_the_patients_is_left_behind(visit: Visit) -> None:
    canary = re.compile(rb"(?<![\d.])" + re.escape(CANARY.encode()) + rb"(?!\d)|" + NAME.encode())
    files = dict(visit.left())
    assert "app.log" in files
    assert [name for name, content in files.items() if canary.search(content)] == []
    log = files["app.log"].decode()
    assert "Traceback" not in log
    assert "Error" not in log
