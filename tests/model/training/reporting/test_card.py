"""The model card as a document and as Markdown."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from model.evaluation import wording
from model.scoring.documents import Card, Subgroup
from model.scoring.measurements import Estimate
from model.studies import Study
from model.studies.cohort import Table
from model.training.reporting import readable
from model.training.reporting.blocks import Answers, Bullets, Columns, Section, Text, markdown
from model.training.reporting.card import settings_of
from model.training.reporting.finished_card import FinishedCard

Document = dict[str, Any]
MadeCard = Callable[..., FinishedCard]

PAGE = 50  # lines
STORED = Path(__file__).parents[3] / "bundles" / "before_the_rooms.tar.xz"


def of_earlier_release(version: str) -> bytes:
    """The card of a version that is kept from before the cards had a number."""
    with tarfile.open(STORED) as archive:
        member = archive.extractfile(f"{version}/artifacts/data/bundle/model_card.json")
        assert member is not None
        return member.read()


def test_the_card_is_read_as_it_was_written(card: FinishedCard) -> None:
    assert FinishedCard.from_json(card.to_json()) == card


def test_what_pages_read_of_it_is_the_same(card: FinishedCard) -> None:
    read = Card.from_json(card.to_json())
    whole, part = asdict(card), asdict(read)
    for name in ("data", "provenance"):  # of these a page reads less
        assert part[name].items() <= whole[name].items()
    same = set(part) - {"data", "provenance"}
    assert {name: part[name] for name in same} == {name: whole[name] for name in same}
    assert read.estimator.about == "A made-up estimator."


@pytest.mark.parametrize("version", ["baseline", "small_forest"])
def test_the_card_of_an_earlier_release_is_shown_whole(version: str) -> None:
    card = FinishedCard.from_json(of_earlier_release(version))
    assert (card.gaps, card.contraries, card.interval_coverage) == ((), (), None)
    told = readable.as_markdown(card)
    assert "Not documented yet" not in told
    assert told.count("\n**27 Usability.**") == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"tripod": [{"number": 1}]}, "model_card.json: tripod: section is missing"),
        ({"participants": "all"}, "model_card.json: participants makes no sense"),
        ({"card_version": 7}, "card version 7; this program reads 1"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused_with_the_part_named(
    card: FinishedCard, change: Document, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        FinishedCard.from_json(json.dumps({**json.loads(card.to_json()), **change}))


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        ({}, "303 patients are few: 1 of 2 published sample-size criteria ask for more (382 for"),
        ({"repeats": 1}, "its metrics come from 1 repeat of cross-validation instead of 20"),
        ({"refits": 50}, "comes from 50 refits instead of 200"),
        ({}, "the model finds 44 (95 % interval 39 to 49) in the group “Any chest pain”"),
    ],
)
def test_limits_found_in_the_run_join_the_declared_ones(
    made_card: MadeCard, document: Document, change: dict[str, int], limit: str
) -> None:
    document["resampling"] |= change
    assert limit in " ".join(made_card(document=document).limits)


def test_a_sound_run_adds_no_limit(made_card: MadeCard, document: Document, study: Study) -> None:
    document["sample_size"], document["subgroups"] = [], []
    card = made_card(document=document)
    assert card.limits == study.limits
    assert "not compared between groups" in card.tripod[13].answer


def test_a_table_that_is_not_pinned_is_a_limit(made_card: MadeCard, table: Table) -> None:
    assert any(
        "not pinned" in each for each in made_card(table=replace(table, pinned=False)).limits
    )


def test_patients_are_told_as_aggregates_a_place(card: FinishedCard) -> None:
    cleveland, hungary, _, switzerland = card.participants
    assert cleveland.features["Age"] == "56 [48, 61] years"
    assert cleveland.features["Sex"] == "Male 68 %"
    assert hungary.missing["Vessels on fluoroscopy"] == 291
    assert switzerland.features["Cholesterol"] == "–"


@pytest.mark.parametrize(
    ("estimator", "lines"),
    [
        ("logistic", {"Age: −0.0", "Exercise angina: no 0, yes +0.6"}),
        ("baseline", {"Maximum heart rate / Resting blood pressure: "}),
        ("splines", {"Age: restricted cubic spline, knots "}),
    ],
)
def test_the_formula_can_be_read(made_card: MadeCard, estimator: str, lines: set[str]) -> None:
    formula = made_card(estimator=estimator).formula
    assert formula[0].startswith("Intercept: ")
    for line in lines:
        assert any(each.startswith(line) for each in formula)


def test_a_forest_has_no_formula_and_says_what_it_is_made_of(made_card: MadeCard) -> None:
    card = made_card(estimator="forest")
    assert card.specified == "No formula: it has too many parts to be computed by hand."
    trees, inputs = card.formula
    assert trees.startswith("Log-odds: the mean of 200 decision trees of ")
    assert all(feature in inputs for feature in ("Chest pain", "Sex", "Thallium scan"))
    assert card.submodels == 1
    told = readable.as_markdown(card)
    for said in (card.specified, card.calculation, card.encoding):
        assert said in told
    assert "TreeExplainer" in card.attribution
    assert "additive.json" not in told


def test_settings_are_told_as_far_as_people_can_read_them(card: FinishedCard) -> None:
    assert card.provenance.parameters == {
        "repeats": "20",
        "strengths": "one of 0.1, 1",
        "strength": "0.1",
    }


def test_the_strength_that_was_tuned_is_a_setting(fitted: Callable[[str], Any]) -> None:
    settings = settings_of(fitted("reference"))
    assert settings["strength"] == fitted("reference")[-1].strength_
    assert "mean" not in settings


# Markdown ---------------------------------------------------------------------------------


def test_the_first_page_is_use_misuse_headline_and_whom_it_serves_worse(card: FinishedCard) -> None:
    page = "\n".join(readable.as_markdown(card).splitlines()[:PAGE])
    for words in (
        "# Model card: heart disease, logistic",
        "Research use; not a medical device.",
        "## Not for",
        "| AUC | 0.911 [0.881, 0.941] |",
        "| ICI (mean miscalibration) | 0.011 |",
        "**Of 100 patients who have a narrowed coronary artery, the model finds 44 (95 % interval "
        "39 to 49) in the group “Any chest pain”, against 90 (95 % interval 85 to 95) in the group "
        "“No chest pain”, with 50 % as the line.**",
        "| **Chest pain: Any chest pain** | **34 of 159** | **0.440 [0.390, 0.490]** |",
        "| Age: Under 30 | 0 of 3 | – | – |",
    ):
        assert words in page


def test_every_part_has_its_place(card: FinishedCard) -> None:
    told = readable.as_markdown(card)
    headings = [line[3:] for line in told.splitlines() if line.startswith("## ")]
    assert headings == [
        "Intended use",
        "Not for",
        "How well it does",
        "Whom it serves worse",
        "Effects against clinical expectation",
        "Limits",
        "Telling patients with the outcome from those without",
        "If one acted on it",
        "When tests are missing",
        "In other places",
        "How sure a single number is",
        "The patients",
        "The model",
        "Where it comes from",
        "Self-assessment (PROBAST+AI)",
        "Report (TRIPOD+AI)",
    ]
    assert "**Zurich and Basel, Switzerland: do not use without recalibration.**" in told
    assert told.count("\n**27 Usability.**") == 1


def test_a_study_without_subgroups_sites_or_expectations_still_has_a_card(
    made_card: MadeCard, document: Document, study: Study
) -> None:
    document["sites"] = []
    bare = replace(study, plan=replace(study.plan, sites=(), expectations=()))
    told = readable.as_markdown(made_card(document=document, study=bare))
    assert "## Effects against clinical expectation" not in told
    assert "none was looked for, since the study declares no expectation" in told
    assert "## In other places" not in told
    assert "There is no other place." in told


@pytest.mark.parametrize(
    ("parts", "text"),
    [(("One.", " Two. "), "One. Two."), (("One.", ""), ""), ((" ",), "")],
)
def test_a_gap_makes_the_whole_paragraph_blank(parts: tuple[str, ...], text: str) -> None:
    assert wording.sentences(*parts) == text


def test_without_two_groups_of_a_kind_there_is_no_gap_to_tell() -> None:
    alone = [Subgroup(206, 114, {"recall": Estimate(0.5)}, "Sex", "Men")]
    assert wording.recall_gap(alone, "are ill") == ""


def test_markdown_shows_text_as_it_is() -> None:
    section = Section("key", "Heading", (Text("a*b_c [d](e) | f"), Bullets(["<g>"])))
    told = markdown("T", "S", [section])
    assert told == "# T\n\nS\n\n## Heading\n\na\\*b\\_c [d]\\(e) \\| f\n\n- \\<g\\>\n"


def test_html_shows_text_as_it_is() -> None:
    blocks = (Text("<a>"), Bullets(["<b>"]), Columns(("<c>",), [("<d>", "<e>")]))
    for block in (*blocks, Answers([("<f>", "<g>", "<h>")])):
        assert not any(f"<{letter}>" in block.html() for letter in "cdefgh")
        assert "&lt;" in block.html()
