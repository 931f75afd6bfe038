"""A study whose every text is markup and a link: people read the letters, and nobody is asked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests import stores
from tests.browser.pages import ANSWERED_WITHIN, everything_said, the_number
from tests.browser.visits import Furnished, app, chromium
from tests.stores import Store

pytestmark = pytest.mark.browser

HOST = "elsewhere.example"
IMAGE = f"![i](http://{HOST}/i.png)"
HTML = f"<img src=http://{HOST}/h.png onerror=document.title=1>"
LINK = f"[l](http://{HOST}/)"
SIGNS = ":red[c] $x^2$ `k` **b**"
JOINER = "\u2060"  # invisible: it keeps an address from becoming a link
PAGES = ("Batch", "Models", "Performance", "About")
DECLARATION = f"""
format: bedside-study/1
name: odd-labels
title: '{IMAGE}'
intended_use: '{HTML}'
intended_users: '{LINK}'
population: '{IMAGE} {HTML}'
limits: ['{LINK} {IMAGE}']
out_of_scope: ['{HTML}']
outcome:
  label: 'infection {LINK}'
  among_patients: 'have {HTML}'
  timing: now
  population: 'patients {IMAGE}'
data:
  table: patients.csv
  sha256: SHA256
  outcome: {{column: infected, present: [1], absent: [0]}}
  training_site: '{LINK}'
  licence: '{HTML}'
inputs:
  pulse:
    label: 'Pulse {IMAGE}'
    group: 'Bedside {HTML}'
    help: '{LINK} {HTML}'
    unit: 'bpm {LINK}'
    required: true
    plausible: [30, 250]
  rigor:
    label: 'Rigor {SIGNS}'
    group: 'Bedside {HTML}'
    help: '{IMAGE}'
    codes: {{0: 'No {IMAGE}', 1: 'Yes {HTML}'}}
examples:
- story: 'A story {IMAGE} {HTML}'
  values: {{pulse: 118, rigor: 1}}
"""


@dataclass
class Seen:
    hosts: set[str] = field(default_factory=set)
    foreign: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def seen(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Every page, with a number on the first."""
    place = Furnished.prepared(tmp_path_factory.mktemp("odd"))
    place.store = trained(store, place.folder)
    found = Seen()
    with app(place), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.on("request", lambda request: found.hosts.add(urlsplit(request.url).hostname or ""))
        page.goto(f"http://localhost:{place.port}/")
        page.get_by_role("button", name="Yes, one of them").click(timeout=2 * ANSWERED_WITHIN)
        page.get_by_text("Examples", exact=True).click()
        page.get_by_role("button", name="A story").click()
        expect(the_number(page)).to_be_visible(timeout=ANSWERED_WITHIN)
        note(page, "Patient", found)
        for name in PAGES:
            before = page.get_by_role("heading", level=1).inner_text()
            page.get_by_role("link", name=name, exact=True).click()
            heading = page.get_by_role("heading", level=1)
            expect(heading).not_to_have_text(before, timeout=ANSWERED_WITHIN)
            page.wait_for_timeout(1500)  # what is drawn last, such as charts
            note(page, name, found)
    return found


def trained(store: Store, folder: Path) -> Store:
    """A store with one quick version of the study."""
    rng = np.random.default_rng(0)
    pulse = rng.normal(90, 15, 80).round()
    rigor = (rng.random(80) < 0.3).astype(int)
    risk = 1 / (1 + np.exp(-(0.05 * (pulse - 90) + rigor)))
    infected = (rng.random(80) < risk).astype(int)
    table = pd.DataFrame({"pulse": pulse, "rigor": rigor, "infected": infected})
    data = table.to_csv(index=False).encode()
    (folder / "patients.csv").write_bytes(data)
    path = folder / "odd-labels.yaml"
    path.write_text(DECLARATION.replace("SHA256", hashlib.sha256(data).hexdigest()))
    made = store.empty(folder / "store")
    arguments = ("train", "--study", str(path), "--estimator", "baseline", "--repeats", "1")
    done = stores.python("-m", "model", *arguments, store=made)
    assert done.returncode == 0, done.stderr
    return made


def note(page: Page, name: str, found: Seen) -> None:
    found.said[name] = everything_said(page).replace(JOINER, "")
    found.foreign += page.evaluate(
        "host => [...document.querySelectorAll('[src], [href]')]"
        ".filter(each => (each.src || each.href || '').toString().includes(host))"
        ".map(each => each.outerHTML.slice(0, 200))",
        HOST,
    )


def test_nobody_else_is_asked_and_nothing_leads_there(seen: Seen) -> None:
    assert seen.hosts - {""} == {"localhost"}  # what a page holds itself has no host
    assert seen.foreign == []


@pytest.mark.parametrize("name", ["Patient", "About"])
def test_the_letters_are_there_to_be_read(seen: Seen, name: str) -> None:
    assert IMAGE in seen.said[name]
    assert HTML in seen.said[name]


def test_no_page_broke(seen: Seen) -> None:
    assert [name for name, said in seen.said.items() if "went wrong" in said] == []
