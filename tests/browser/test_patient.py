"""The Patient page as a clinician walks through it: form, number, reasons, and what comes after.

One visit by keyboard and mouse, told by several tests; every state is looked at by axe-core.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from dashboard.text import percent
from model.__main__ import main
from model.interpretation.local_prevalence import Prevalence
from model.registry.registry import Registry
from tests.browser.pages import (
    ANSWERED_WITHIN,
    FOCUSED,
    axe_faults,
    belongs,
    choose,
    everything_said,
    stops_to_the_form,
    the_number,
    type_number,
)
from tests.browser.visits import Furnished, app, chromium
from tests.stores import STUDY, Store

pytestmark = pytest.mark.browser

CANARY = "431.7"
PATIENT = {"age": 57.0, "sex": 1.0, "cp": 1.0, "chol": 431.7, "fbs": 0.0, "thal": 7.0}
CLINIC = "Woman of 66, in the clinic, before any test"
OLDER = "Woman of 84, older than anyone it learned from"
NO_EXERCISE = "Woman of 71 who cannot exercise, scan at rest only"
# How the words of each chart begin.
WHY, CHANGES, BOTH = "From ", "From ", "Risk and 95 % interval of both"
RESPONSE, RANGES = "Risk by Thallium scan", "Risk now"
PAGES = ("Batch", "Models", "Performance", "About")

# As quick as anybody can be: the number is painted, and the button pressed.
UNPIN_AS_SOON_AS_BACK = """
() => new Promise(done => {
    const press = name =>
        [...document.querySelectorAll('button')].find(e => e.innerText.includes(name)).click();
    const number = () =>
        [...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)
            .map(root => root.querySelector('[data-testid=risk]')?.innerText).find(Boolean);
    const before = number();
    const watch = setInterval(() => {
        if (!number() || number() === before) return;
        clearInterval(watch);
        press('Unpin');
        done();
    }, 5);
    press('Back to the pinned patient');
})
"""


@dataclass
class Visit(Furnished):
    """What was seen, in the order it was seen."""

    kept: Path = Path()
    stops: int = 99
    focused: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    alts: dict[str, str] = field(default_factory=dict)
    still_unfolded: bool = False
    faults: list[str] = field(default_factory=list)
    taken: dict[str, bytes] = field(default_factory=dict)
    columns: dict[int, tuple[float, float]] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def note(self, page: Page, state: str) -> None:
        """Write down what the page says, and what axe-core finds wrong with it."""
        self.said[state] = everything_said(page)
        self.urls.append(page.url)
        self.faults += axe_faults(page, state)


@pytest.fixture(scope="module")
def visit(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """The whole visit; what the clinician keeps lies outside its folder."""
    seen = Visit.prepared(tmp_path_factory.mktemp("patient"))
    seen.store, seen.kept = store, tmp_path_factory.mktemp("kept")
    with app(seen), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("request", lambda request: seen.hosts.add(urlsplit(request.url).netloc))
        page.on("console", lambda said: said.type == "error" and seen.complaints.append(said.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.goto(f"http://localhost:{seen.port}/")
        expect(page.get_by_role("heading", name="Needed")).to_be_visible(timeout=150_000)
        seen.stops = stops_to_the_form(page)
        seen.note(page, "blank")
        belongs(page)
        walk_by_keyboard(page, seen)
        type_in_the_patient(page, seen)
        pin_and_change(page, seen)
        vary(page, seen)
        look_at_versions(page, seen)
        take_away(page, seen)
        clear_and_fill_from_the_record(page, seen)
        set_the_prevalence(page, seen)
        ask_for_missing_tests(page, seen)
        try_examples(page, seen)
        fold(page, seen)
        in_the_dark(page, seen)
    return seen


def walk_by_keyboard(page: Page, seen: Visit) -> None:
    """Tab from the first field to the last; the names of what takes the focus, once each."""
    page.get_by_role("spinbutton", name="Age (years)").focus()
    for _ in range(60):
        name = page.evaluate(FOCUSED)
        if name and name not in seen.focused[-1:]:
            seen.focused.append(name)
        if name == "Thallium scan":
            break
        page.keyboard.press("Tab")


def type_in_the_patient(page: Page, seen: Visit) -> None:
    type_number(page, "Age (years)", "57")
    choose(page, "Sex", "Male")
    choose(page, "Chest pain", "Typical angina")
    expect(the_number(page)).to_be_visible(timeout=ANSWERED_WITHIN)
    type_number(page, "Cholesterol (mg/dL)", CANARY)
    choose(page, "Fasting sugar above 120 mg/dL", "No")
    choose(page, "Thallium scan", "Reversible defect")
    told(page, WHY, "Thallium scan: reversible defect", seen)
    page.get_by_text("Log-odds and the sum").click()
    expect(page.get_by_text("The number shown is")).to_be_visible(timeout=ANSWERED_WITHIN)
    page.get_by_text("Show as 100 patients").click()
    drawings = page.get_by_role("img", name=re.compile("^Risk .* interval"))
    expect(drawings).to_have_count(2, timeout=ANSWERED_WITHIN)
    seen.alts["drawings"] = " | ".join(
        drawing.get_attribute("aria-label") or "" for drawing in drawings.all()
    )
    seen.note(page, "typed")


def pin_and_change(page: Page, seen: Visit) -> None:
    page.get_by_role("button", name="Pin this patient").click()
    expect(page.get_by_text("Change a value in the form")).to_be_visible(timeout=ANSWERED_WITHIN)
    choose(page, "Thallium scan", "Normal")
    told(page, CHANGES, "Thallium scan: reversible defect → normal", seen)
    told(page, BOTH, "Pinned: ", seen)
    seen.still_unfolded = page.get_by_text("not even at its upper end").is_visible()
    seen.note(page, "pinned")
    page.evaluate(UNPIN_AS_SOON_AS_BACK)
    expect(page.get_by_role("button", name="Pin this patient")).to_be_visible(
        timeout=ANSWERED_WITHIN
    )
    told(page, WHY, "Thallium scan: reversible defect", seen)


def vary(page: Page, seen: Visit) -> None:
    box = page.get_by_role("combobox", name="Vary one value")
    box.click()
    box.press_sequentially("Thallium")
    box.press("Enter")
    told(page, RESPONSE, "reversible defect", seen)
    seen.note(page, "varied")


def look_at_versions(page: Page, seen: Visit) -> None:
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_text("The same patient under other versions")).to_be_visible(
        timeout=ANSWERED_WITHIN
    )
    seen.note(page, "versions")


def take_away(page: Page, seen: Visit) -> None:
    page.get_by_role("tab", name="Report").click()
    for name in ("Receipt (JSON)", "Report (PDF)", "FHIR RiskAssessment"):
        button = page.get_by_role("button", name=name)
        expect(button).to_be_visible(timeout=ANSWERED_WITHIN)
        with page.expect_download(timeout=ANSWERED_WITHIN) as download:
            button.click()
        path = seen.kept / download.value.suggested_filename
        download.value.save_as(path)
        seen.taken[name] = path.read_bytes()
        if name == "Receipt (JSON)":
            path.rename(seen.kept / "receipt.json")
    seen.note(page, "report")


def clear_and_fill_from_the_record(page: Page, seen: Visit) -> None:
    """What was taken away for the record, pasted into an empty form."""
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("To see the risk")).to_be_visible(timeout=ANSWERED_WITHIN)
    page.get_by_text("From an electronic record").click()
    text = page.get_by_role("textbox", name="Or the text of the record")
    text.fill(seen.taken["FHIR RiskAssessment"].decode())
    page.get_by_role("button", name="Fill in the form").click()
    expect(page.get_by_text("fields are filled from the record")).to_be_visible(
        timeout=ANSWERED_WITHIN
    )
    told(page, WHY, "Thallium scan: reversible defect", seen)
    expect(text).to_be_empty()
    expect(page.get_by_role("table").first).to_be_visible(timeout=ANSWERED_WITHIN)
    seen.note(page, "record")
    page.get_by_text("From an electronic record").click()


def set_the_prevalence(page: Page, seen: Visit) -> None:
    page.get_by_text("Local prevalence").first.click()
    type_number(page, "Prevalence where you work (%)", "10")
    expect(page.get_by_text("Shifted to a local prevalence")).to_be_visible(timeout=ANSWERED_WITHIN)
    seen.note(page, "prevalence")
    page.get_by_role("spinbutton", name="Prevalence where you work (%)").fill("")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Shifted to a local prevalence")).to_have_count(
        0, timeout=ANSWERED_WITHIN
    )


def ask_for_missing_tests(page: Page, seen: Visit) -> None:
    page.get_by_role("tab", name="Missing tests").click()
    told(page, RANGES, "Fluoroscopy: ", seen)
    seen.note(page, "missing tests")


def try_examples(page: Page, seen: Visit) -> None:
    for story in (CLINIC, NO_EXERCISE, OLDER):
        page.get_by_text("Examples", exact=True).click()
        page.get_by_role("button", name=story).click()
        age = re.search(r"\d+", story)
        assert age is not None
        told(page, WHY, f"Age {age[0]} years", seen)
        seen.note(page, story)


def fold(page: Page, seen: Visit) -> None:
    """Where the form and the number stand, left edges, on a desk and on a tablet."""
    for width in (1280, 820):
        page.set_viewport_size({"width": width, "height": 1100})
        page.wait_for_timeout(500)
        heading = page.get_by_role("heading", name="Needed").bounding_box()
        number = the_number(page).bounding_box()
        assert heading is not None
        assert number is not None
        seen.columns[width] = (heading["x"], number["x"])
    seen.note(page, "tablet")
    page.set_viewport_size({"width": 1280, "height": 900})


def in_the_dark(page: Page, seen: Visit) -> None:
    page.emulate_media(color_scheme="dark")
    background = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    page.wait_for_function(f"() => ({background})() === 'rgb(15, 23, 32)'")
    for name in ("What if", "Missing tests", "Versions", "Report"):
        page.get_by_role("tab", name=name).click()
        expect(page.get_by_role("tabpanel", name=name)).not_to_be_empty(timeout=ANSWERED_WITHIN)
        seen.note(page, f"{name}, dark")
    for name in PAGES:
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_test_id("stMain")).not_to_be_empty(timeout=ANSWERED_WITHIN)
        seen.note(page, f"{name}, dark")


def told(page: Page, what: str, part: str, seen: Visit) -> None:
    """Wait until a chart's words hold something, and write them down by how they begin."""
    chart = page.locator(
        f'[role="img"][aria-label^="{what}"], [role="figure"][aria-label^="{what}"]'
    )
    # Streamlit keeps what a run replaced, out of sight, until it has cleared up after the run.
    now = chart.and_(page.locator(f'[aria-label*="{part}"]')).filter(visible=True)
    expect(now).to_have_count(1, timeout=ANSWERED_WITHIN)
    seen.alts[what] = now.get_attribute("aria-label") or ""


def answer(visit: Visit, prevalence: float | None = None, **changes: float) -> str:
    """What the library says of the patient, as the page writes it."""
    assert visit.store is not None
    model = Registry(visit.store.uri).open(f"models:/{STUDY}@champion")
    found = model.assess(pd.DataFrame([{**PATIENT, **changes}]), explain=True)
    if prevalence is not None:
        found = Prevalence(prevalence, model.training_prevalence).applied(found)
    return percent(float(found.risk[0]))


def test_the_keyboard_goes_through_the_form_in_the_order_of_the_visit(visit: Visit) -> None:
    order = [
        "Age (years)", "Sex", "Chest pain", "Resting blood pressure (mm Hg)",
        "Cholesterol (mg/dL)", "Unit of cholesterol", "Fasting sugar above 120 mg/dL",
        "Resting ECG", "Maximum heart rate (beats/min)", "Exercise angina",
        "ST depression (mm)", "ST slope", "Vessels on fluoroscopy", "Thallium scan",
    ]  # fmt: skip
    assert [name for name in visit.focused if name in order] == order


def test_the_form_is_a_few_keys_away(visit: Visit) -> None:
    assert visit.stops <= 8


def test_the_number_is_the_models_and_the_page_proves_it(visit: Visit) -> None:
    assert answer(visit) in visit.said["typed"]
    proof = re.search(r"= ([\d.]+) %\. The number shown is ([\d.]+) %", visit.said["typed"])
    assert proof is not None
    assert proof[1] == proof[2]
    assert percent(float(proof[1]) / 100) == answer(visit)


def test_nothing_says_that_it_is_about_the_coming_years(visit: Visit) -> None:
    assert not [state for state, said in visit.said.items() if "10-year" in said]


def test_bar_and_icons_have_the_number_in_words(visit: Visit) -> None:
    risk = float(answer(visit).rstrip(" %"))
    assert visit.alts["drawings"].count(f"Risk {risk:.0f} %, 95 % interval") == 2


def test_what_is_unfolded_stays_so_when_a_value_changes(visit: Visit) -> None:
    assert visit.still_unfolded


def test_the_pinned_patient_stands_beside_the_changed_one(visit: Visit) -> None:
    assert f"Pinned: {answer(visit)}" in visit.alts[BOTH]
    assert f"Now: {answer(visit, thal=3.0)}" in visit.alts[BOTH]
    assert "is no advice" in visit.said["pinned"]


def test_a_response_curve_tells_each_result(visit: Visit) -> None:
    for thal, words in ((3.0, "normal"), (6.0, "fixed defect"), (7.0, "reversible defect")):
        risk = float(answer(visit, thal=thal).rstrip(" %"))
        assert re.search(rf"{words}: {risk:.0f} %", visit.alts[RESPONSE])


def test_missing_tests_are_ordered_by_how_much_they_could_matter(visit: Visit) -> None:
    ranges = re.findall(r"[\w ]+: (\d+) to (\d+) %", visit.alts[RANGES])
    widths = [int(high) - int(low) for low, high in ranges]
    assert len(widths) >= 5
    assert all(one >= other - 1 for one, other in pairwise(widths))


def test_a_local_prevalence_shifts_the_number_and_is_named(visit: Visit) -> None:
    assert answer(visit, prevalence=0.1) in visit.said["prevalence"]
    assert "Shifted to a local prevalence of 10 %" in visit.said["prevalence"]
    assert "Shifted" not in visit.said["missing tests"]


def test_examples_tell_their_story(visit: Visit) -> None:
    assert "outside the range the model was trained on" in visit.said[OLDER]
    assert "Based on what you entered;" in visit.said[CLINIC]
    assert "exercise test" in visit.said[NO_EXERCISE]


def test_the_receipt_scores_again_to_the_same_number(
    visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    assert visit.store is not None
    told = ["verify", str(visit.kept / "receipt.json")]
    assert main(told, {"MLFLOW_TRACKING_URI": visit.store.uri}) == 0
    assert "The same number comes again" in capsys.readouterr().out


def test_the_report_is_a_pdf_and_the_risk_assessment_holds_the_risk(visit: Visit) -> None:
    assert visit.taken["Report (PDF)"].startswith(b"%PDF-")
    written = json.loads(visit.taken["FHIR RiskAssessment"])
    assert written["resourceType"] == "RiskAssessment"


def test_a_record_fills_an_empty_form_with_the_same_patient(visit: Visit) -> None:
    assert answer(visit) in visit.said["record"]
    assert f"{len(PATIENT)} of 13 fields are filled from the record" in visit.said["record"]


def test_a_tablet_has_one_column(visit: Visit) -> None:
    form, number = visit.columns[1280]
    assert number > form + 300
    form, number = visit.columns[820]
    assert abs(number - form) < 40


def test_axe_finds_nothing_in_any_state_in_either_theme(visit: Visit) -> None:
    assert len(visit.said) >= 19
    assert visit.faults == []


def test_the_page_asks_nobody_else_for_anything(visit: Visit) -> None:
    assert visit.hosts - {""} == {f"localhost:{visit.port}"}
    assert visit.complaints == []


def test_nothing_of_the_patient_is_in_the_address_or_left_behind(visit: Visit) -> None:
    assert {key for url in visit.urls for key in parse_qs(urlsplit(url).query)} <= {
        "version",
        "study",
    }
    canary = re.compile(rb"(?<![\d.])" + re.escape(CANARY.encode()) + rb"(?!\d)")
    assert [name for name, content in visit.left() if canary.search(content)] == []
