"""The first visit, as a person makes it: an empty folder, the app, a browser.

The real app is started on an empty store and trains its first model; a patient is typed in;
a second version is trained and switched to. One visit, told by several tests.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import (
    ANSWERED_WITHIN,
    belongs,
    choose,
    option,
    the_number,
    type_number,
    waterfall,
)
from tests.browser.visits import Place, app, chromium

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

TRAINED_WITHIN = 600_000  # milliseconds; a busy machine
CANARY = "431.7"  # a cholesterol nobody in the training data has
PATIENT = {"age": 57.0, "sex": 1.0, "cp": 3.0, "chol": 431.7, "oldpeak": 2.3, "thal": 7.0}

ANSWERS = """
import json, os, sys
import pandas as pd
from dashboard.text import percent
from model import Registry
from model.registry import conventions

os.environ.update(conventions.CLIENT_SETTINGS)
registry, patient = Registry(conventions.EMBEDDED_STORE), pd.DataFrame([json.loads(sys.argv[1])])
for number in ("1", "2"):
    version = registry.resolve(f"models:/heart-disease/{number}")
    print(percent(float(registry.load(version).assess(patient).risk[0])))
"""


@dataclass
class Visit(Place):
    """What was seen, in the order it was seen."""

    progress: list[str] = field(default_factory=list)
    asked_for: str = ""
    numbers: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    entries: list[dict[str, object]] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    charts: int = 0


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """The whole visit; the server and the browser are gone when it is told."""
    seen = Visit.prepared(tmp_path_factory.mktemp("visit"))
    # In this order: a page that outlives its server complains, and rightly.
    with app(seen), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("request", lambda request: seen.hosts.add(urlsplit(request.url).netloc))
        page.on("websocket", lambda socket: seen.hosts.add(urlsplit(socket.url).netloc))
        page.on("console", lambda said: said.type == "error" and seen.complaints.append(said.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        come_in(page, seen)
        type_in_the_patient(page, seen)
        seen.run("-m", "model", "train", "--estimator", "baseline", "--repeats", "1")
        seen.expected = seen.run("-c", ANSWERS, json.dumps(PATIENT)).splitlines()
        note(page, seen)
        switch_version(page, seen)
        note(page, seen)
    return seen


def come_in(page: Page, seen: Visit) -> None:
    page.goto(f"http://localhost:{seen.port}/")
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible(timeout=60_000)
    bar = page.get_by_test_id("stProgress")
    expect(bar).to_be_visible(timeout=ANSWERED_WITHIN)
    expect(page.get_by_role("heading", name="Needed")).to_be_visible(timeout=ANSWERED_WITHIN)
    training = page.get_by_role("heading", name="Nothing here yet")
    end = monotonic() + TRAINED_WITHIN / 1000
    while training.is_visible():
        assert monotonic() < end, f"the training does not end; last seen: {seen.progress[-1:]}"
        told = bar.all_inner_texts()
        if told and told != seen.progress[-1:]:
            seen.progress += told
        page.wait_for_timeout(200)
    belongs(page)
    seen.asked_for = page.get_by_text("To see the risk, fill in").first.inner_text()


def type_in_the_patient(page: Page, seen: Visit) -> None:
    type_number(page, "Age (years)", "57")
    choose(page, "Sex", "Male")
    choose(page, "Chest pain", "Non-anginal pain")
    expect(the_number(page)).to_be_visible(timeout=ANSWERED_WITHIN)
    type_number(page, "Cholesterol (mg/dL)", CANARY)
    type_number(page, "ST depression (mm)", "2.3")
    choose(page, "Thallium scan", "Reversible defect")
    now = waterfall(page, "Thallium scan: reversible defect")
    expect(now).to_have_count(1, timeout=ANSWERED_WITHIN)
    seen.charts = now.count()


def switch_version(page: Page, seen: Visit) -> None:
    # Another page and back: what was typed must still be there, and the list is read anew.
    page.get_by_role("link", name="About", exact=True).click()
    expect(page.get_by_role("heading", name="About this model")).to_be_visible()
    page.get_by_role("link", name="Patient", exact=True).click()
    expect(the_number(page)).to_have_text(seen.expected[0], timeout=ANSWERED_WITHIN)
    page.get_by_role("combobox", name="Version", exact=True).click()
    page.get_by_role("option", name=re.compile("^v2 ")).click()
    expect(the_number(page)).to_have_text(seen.expected[1], timeout=ANSWERED_WITHIN)


def note(page: Page, seen: Visit) -> None:
    """Write down what the page shows now."""
    seen.numbers.append(the_number(page).inner_text())
    seen.sentences.append(page.get_by_text(re.compile("Of 100 such patients")).first.inner_text())
    seen.urls.append(page.url)
    seen.entries.append(
        {
            "age": page.get_by_role("spinbutton", name="Age (years)").input_value(),
            "chol": page.get_by_role("spinbutton", name="Cholesterol (mg/dL)").input_value(),
            "oldpeak": page.get_by_role("spinbutton", name="ST depression (mm)").input_value(),
            "sex": option(page, "Sex", "Male").is_checked(),
            "cp": option(page, "Chest pain", "Non-anginal pain").is_checked(),
            "thal": option(page, "Thallium scan", "Reversible defect").is_checked(),
        }
    )


def test_an_empty_store_is_trained_in_sight(visit: Visit) -> None:
    told = " ".join(visit.progress)
    assert len(set(visit.progress)) > 1
    assert "…" in told


def test_the_form_then_asks_for_what_it_needs(visit: Visit) -> None:
    assert "Age, Sex, Chest pain" in visit.asked_for


def test_the_number_on_the_page_is_the_models(visit: Visit) -> None:
    assert visit.numbers[0] == visit.expected[0]


def test_after_a_switch_it_is_the_other_models(visit: Visit) -> None:
    assert visit.numbers[1] == visit.expected[1]
    assert visit.expected[0] != visit.expected[1]


def test_the_sentence_goes_with_the_number(visit: Visit) -> None:
    for number, sentence in zip(visit.numbers, visit.sentences, strict=True):
        told = re.search(r"Of 100 such patients .* about (\d+) have", sentence)
        assert told is not None
        assert abs(int(told[1]) - float(number.removesuffix(" %"))) < 0.56


def test_what_was_typed_is_kept_across_pages_and_versions(visit: Visit) -> None:
    typed = {"age": "57", "chol": CANARY, "oldpeak": "2.3", "sex": True, "cp": True, "thal": True}
    assert visit.entries == [typed, typed]


def test_a_chart_says_what_moved_the_number(visit: Visit) -> None:
    assert visit.charts == 1


def test_the_page_asks_nobody_else_for_anything(visit: Visit) -> None:
    assert visit.hosts - {""} == {f"localhost:{visit.port}"}  # "" is what lies in the page itself


def test_the_browser_has_nothing_to_complain_about(visit: Visit) -> None:
    assert visit.complaints == []


def test_the_address_holds_the_version_and_nothing_of_the_patient(visit: Visit) -> None:
    assert [parse_qs(urlsplit(url).query) for url in visit.urls] == [
        {"version": ["1"]},
        {"version": ["2"]},
    ]


def test_nothing_of_the_patient_is_left_behind(visit: Visit) -> None:
    canary = re.compile(rb"(?<![\d.])" + re.escape(CANARY.encode()) + rb"(?!\d)")
    files = dict(visit.written())
    assert {"app.log", "mlflow.db"} <= set(files)
    assert [name for name, content in files.items() if canary.search(content)] == []
    assert not list((visit.folder / "tmp").glob("bedside-*"))


def test_the_server_had_nothing_to_complain_about(visit: Visit) -> None:
    log = (visit.folder / "app.log").read_text()
    assert "Traceback" not in log
    assert "Error" not in log
