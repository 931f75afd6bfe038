"""The report as one HTML file: its figures, their words, and that it asks nobody for anything."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from model.evaluation.figures import figures
from model.scoring.documents import Evaluation
from model.training.reporting import report
from model.training.reporting.finished_card import FinishedCard
from tests.stores import Store

KEYS = ["subgroups", "roc", "precision_recall", "calibration", "decision", "instability"]
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
LOADS = {"src", "href", "srcset", "data", "action", "poster", "background", "formaction"}


class Page(HTMLParser):
    """What a page would load, and what it says to those who cannot see."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.labels: list[str] = []
        self.policy = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.loads += [f"{tag} {name}" for name in given if name in LOADS]
        if given.get("role") == "img":
            self.labels.append(given.get("aria-label") or "")
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given.get("content") or ""


@pytest.fixture
def source(card: FinishedCard, evaluation: Evaluation) -> str:
    return report.html(card, evaluation)


def test_every_figure_is_drawn_and_told(evaluation: Evaluation) -> None:
    drawn = figures(evaluation)
    assert [each.key for each in drawn] == KEYS
    for each in drawn:
        assert each.title
        assert len(each.words) > 40
        assert "nan" not in each.words.lower()
        json.dumps([each.data, each.layout], allow_nan=False)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("subgroups", "Any chest pain: 44 (95 % interval 39 to 49)"),
        (
            "roc",
            "With 20 of 100 without the outcome at or above a threshold, 20 of 100 with it are",
        ),
        ("calibration", "Calibration slope 1.040 [0.840, 1.240]"),
        ("decision", "at 8 of 11 thresholds, from 30 % to 100 %"),
        ("instability", "Around 0.50 it lies between 0.30 and 0.70."),
    ],
)
def test_the_words_are_those_of_the_numbers(evaluation: Evaluation, key: str, words: str) -> None:
    (figure,) = (each for each in figures(evaluation) if each.key == key)
    assert words in figure.words


def test_the_lowest_recall_is_marked_by_shape_as_well_as_colour(evaluation: Evaluation) -> None:
    (forest, *_) = figures(evaluation)
    points = forest.data[-1]["marker"]
    assert points["symbol"] == ["circle", "circle", "diamond", "circle"]
    assert points["color"][2] == "#D55E00"
    assert "Under 30" not in forest.words  # too few for a recall


def test_a_curve_that_is_never_worth_acting_on_is_said_to_be(evaluation: Evaluation) -> None:
    never = replace(evaluation, decision=replace(evaluation.decision, value=(-0.1,) * 11))
    (figure,) = (each for each in figures(never) if each.key == "decision")
    assert figure.words.startswith("At no threshold")


def test_the_page_loads_nothing_and_may_not(source: str) -> None:
    page = Page(source)
    assert page.loads == []
    assert not {"link", "iframe", "img", "object", "embed", "base"} & set(page.tags)
    assert "default-src 'none'" in page.policy
    assert not re.search(r"(connect|worker|frame)-src", page.policy)
    assert "@import" not in report.STYLE
    assert "url(" not in report.STYLE


def test_plotly_js_lies_in_the_page_once(source: str) -> None:
    assert source.count("* plotly.js v") == 1
    assert source.count("Plotly.newPlot(") == len(KEYS)
    assert '"showSendToCloud": true' not in source


def test_card_and_figures_stand_side_by_side(source: str, card: FinishedCard) -> None:
    page = Page(source)
    assert page.tags.count("figure") == page.tags.count("figcaption") == len(KEYS)
    assert len(page.labels) == len(KEYS)
    assert all(page.labels)
    assert 'class="pair"' in source
    assert card.intended_use in source
    assert "27 Usability" in source


def test_what_comes_from_the_study_is_text_and_never_markup(
    card: FinishedCard, evaluation: Evaluation
) -> None:
    first, *others = evaluation.subgroups
    scripted = replace(first, label="<script>alert(1)</script>")
    told = report.html(
        replace(card, title="<b>bold</b>"), replace(evaluation, subgroups=(scripted, *others))
    )
    assert "<script>alert" not in told
    assert "<b>bold" not in told


@pytest.mark.server
def test_card_and_report_are_files_of_the_run_and_not_of_the_bundle(store: Store) -> None:
    for training in store.printed:
        (run,) = store.artifacts.glob(f"*/{training['run_id']}")
        told = (run / "artifacts" / "model_card.md").read_text()
        assert told.startswith("# Model card: heart disease, ")
        assert "not a medical device" in told
        assert Page((run / "artifacts" / "report.html").read_text()).loads == []
        bundle = {path.name for path in store.bundle(training["model_id"]).iterdir()}
        assert not {"model_card.md", "report.html"} & bundle
        logged = json.loads((store.bundle(training["model_id"]) / "model_card.json").read_bytes())
        assert len(logged["tripod"]) == 27


@pytest.mark.browser
def test_in_a_browser_every_figure_appears_and_no_host_is_asked(
    source: str, tmp_path: Path
) -> None:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        missing = "no Chromium on this system: the report was not opened in a browser"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    path = tmp_path / "report.html"
    path.write_text(source)
    asked: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_function(
            "count => document.querySelectorAll('.js-plotly-plot .main-svg').length >= count",
            arg=len(KEYS),
        )
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function(  # the figures follow a moment later
                "width => document.documentElement.scrollWidth === width", arg=width, timeout=60_000
            )
        browser.close()
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [path.as_uri()]
    assert complaints == []
