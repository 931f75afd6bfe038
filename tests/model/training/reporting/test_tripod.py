"""Every question of the reporting guidelines is answered, or there is no model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

from model.errors import BedsideError
from model.scoring.documents import Evaluation, Gap
from model.studies import Study
from model.studies.cohort import Table
from model.studies.study import Appraisal, Conduct, Judgement
from model.training.reporting import readable, report, tripod
from model.training.reporting.finished_card import FinishedCard
from model.training.reporting.probast import ANALYSIS, DOMAINS
from model.training.reporting.tripod import QUESTIONS, UnansweredItem

Document = dict[str, Any]
MadeCard = Callable[..., FinishedCard]

STATEMENT = (
    *("Title", "Abstract", "Background", "Objectives", "Data", "Participants"),
    *("Data preparation", "Outcome", "Predictors", "Sample size", "Missing data"),
    *("Analytical methods", "Class imbalance", "Fairness", "Model output"),
    *("Training versus evaluation", "Ethical approval", "Open science"),
    *("Patient and public involvement", "Participants", "Model development"),
    *("Model specification", "Model performance", "Model updating", "Interpretation"),
    *("Limitations", "Usability"),
)


def test_the_items_are_the_statement_s_27_in_its_order() -> None:
    assert list(QUESTIONS) == list(range(1, 28))
    assert tuple(topic for _, topic, _ in QUESTIONS.values()) == STATEMENT


def test_all_27_are_answered_from_a_run(card: FinishedCard) -> None:
    assert [item.number for item in card.tripod] == list(range(1, 28))
    assert all(len(item.answer) > 20 for item in card.tripod)


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_a_blank_answer_is_refused_by_number_and_topic(blank: str | None) -> None:
    answers = dict.fromkeys(QUESTIONS, "Yes.")
    if blank is None:
        del answers[17]
    else:
        answers[17] = blank
    with pytest.raises(UnansweredItem, match=r"17 \(Ethical approval\)"):
        tripod.items(answers)


def test_an_unanswered_item_is_an_error_a_user_may_read() -> None:
    assert issubclass(UnansweredItem, BedsideError)


@pytest.mark.parametrize("part", Conduct.questions())
def test_what_a_study_does_not_declare_is_a_gap_the_card_shows(
    made_card: MadeCard, study: Study, part: str
) -> None:
    silent = replace(study, conduct=replace(study.conduct, **{part: " "}))
    made = made_card(study=silent)
    question = Conduct.questions()[part]
    assert made.gaps == (Gap(f"conduct.{part}", question),)
    assert any(f"[Gap: {question}]" in item.answer for item in made.tripod)
    page = readable.as_markdown(made)
    assert "Not documented yet" in page
    assert question in page


def test_the_heart_disease_study_declares_all_of_it(study: Study) -> None:
    assert all(getattr(study.conduct, field.name).strip() for field in fields(Conduct))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (2, "AUC 0.911 [0.881, 0.941]"),
        (5, "40da73d60b7102e6677f121e2eadfc6ed8f30090975086fccd6628eab5aa2eff"),
        (9, "Thallium scan (normal, fixed defect, reversible defect)"),
        (10, "prevalence to within 0.05 asks for 382 patients, not met"),
        (11, "Vessels on fluoroscopy in 4 and Thallium scan in 2"),
        (12, "strengths = one of 0.1, 1, strength = 0.1"),
        (13, "139 (46 %)"),
        (17, "no new approval was sought"),
        (18, "commit 0000000000000000000000000000000000000000"),
        (19, "no patient and public involvement"),
        (20, "Cleveland: 303 patients, 139 with and 164 without the outcome"),
        (21, "200 bootstrap samples of 303 patients"),
        (22, "Exercise angina: no 0, yes +"),
        (23, "Zurich and Basel, Switzerland: AUC 0.800 [0.750, 0.850]"),
        (23, "do not use without recalibration"),
        (25, "typical angina scores"),
        (26, "1 of 2 published sample-size criteria"),
        (27, "0.24 wide in the median and 0.62 at worst"),
    ],
)
def test_an_answer_is_written_from_the_run(card: FinishedCard, number: int, words: str) -> None:
    assert words in card.tripod[number - 1].answer


# PROBAST+AI -------------------------------------------------------------------------------


def reasons(card: FinishedCard) -> str:
    return "\n".join(one.reason for one in card.probast)


def test_every_domain_is_judged_for_development_evaluation_and_applicability(
    card: FinishedCard,
) -> None:
    judged = [(one.part, one.domain) for one in card.probast]
    domains = (*DOMAINS, ANALYSIS, "Overall")
    assert judged == [
        *(("Development", domain) for domain in domains),
        *(("Evaluation", domain) for domain in domains),
        *(("Both", domain) for domain in (*DOMAINS, "Overall")),
    ]
    assert all(one.reason for one in card.probast)


def test_the_unflattering_is_said(card: FinishedCard) -> None:
    told = reasons(card)
    for words in (
        "One hospital, 1981 to 1984",
        "referral bias",
        "303 patients are fewer than the 382",
        "had been looked at before this training",
        "has 51 patients of the rarer outcome",
        "was not recalibrated",
    ):
        assert words in told
    overall = [one.concern for one in card.probast if one.domain == "Overall"]
    assert overall == ["high", "high", "high"]


@pytest.mark.parametrize(
    ("estimator", "chosen"),
    [
        ("reference", "two and three share one effect"),
        ("forest", "the candidates at a split"),
    ],
)
def test_what_was_chosen_after_a_look_at_the_results_counts_against_the_model(
    made_card: MadeCard, estimator: str, chosen: str
) -> None:
    (analysis, _) = (
        one for one in made_card(estimator=estimator).probast if one.domain == ANALYSIS
    )
    assert chosen in analysis.reason
    assert "after looking at the cross-validation" in analysis.reason


def test_without_a_fault_in_the_analysis_it_is_judged_low(
    made_card: MadeCard, document: Document
) -> None:
    document["sample_size"] = [{"name": "shrinkage", "needed": 200, "met": True}]
    document["sites"] = []
    analysis, evaluation = (
        one for one in made_card(document=document).probast if one.domain == ANALYSIS
    )
    assert analysis.concern == "low"
    assert evaluation.concern == "high"
    assert "There is no external evaluation." in evaluation.reason


@pytest.mark.parametrize("judgement", [Judgement("", "why"), Judgement("fine", "why")])
def test_a_judgement_that_is_none_is_refused(
    made_card: MadeCard, study: Study, judgement: Judgement
) -> None:
    judged = {**study.appraisal.development, "Outcome": judgement}
    wrong = replace(study, appraisal=replace(study.appraisal, development=judged))
    with pytest.raises(UnansweredItem, match="development, outcome"):
        made_card(study=wrong)


def test_what_nobody_judged_is_unclear_and_a_gap(made_card: MadeCard, study: Study) -> None:
    made = made_card(study=replace(study, appraisal=Appraisal()))
    assert len(made.gaps) == 9
    assert "nobody has judged this yet" in reasons(made)


def test_a_table_that_is_not_the_published_one_counts_against_the_model(
    made_card: MadeCard, table: Table
) -> None:
    changed = made_card(table=replace(table, pinned=False))
    assert "The table is not the study's own." in reasons(changed)
    assert "NOT the table this project pins" in changed.tripod[4].answer


def test_a_label_with_markup_stays_text_on_the_card_and_in_the_report(
    made_card: MadeCard, study: Study, evaluation: Evaluation
) -> None:
    marked = '<script>alert("x")</script>'
    feature = replace(study.schema.features[0], label=marked)
    schema = replace(study.schema, features=(feature, *study.schema.features[1:]))
    made = made_card(study=replace(study, schema=schema, intended_use=marked))
    assert marked not in report.html(made, evaluation)
    assert "<script>" not in readable.as_markdown(made)
