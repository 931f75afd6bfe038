"""PROBAST+AI: our own appraisal of the model, published with its unflattering answers.

Moons et al., BMJ 2025;388:e082505. What the study decides is judged in its declaration; the
analysis is judged here, from the training. Quality is asked of the development, risk of bias of
the evaluation, applicability of both.
"""

from __future__ import annotations

from model.evaluation.wording import several
from model.studies import Study
from model.studies.study import Judgement
from model.training.reporting.finished_card import FinishedCard, Judged
from model.training.reporting.tripod import UnansweredItem

DOMAINS = ("Participants and data sources", "Predictors", "Outcome")
ANALYSIS = "Analysis"
CONCERNS = ("low", "high", "unclear")


def appraisal(study: Study, card: FinishedCard) -> tuple[Judged, ...]:
    """One entry a judgement: part, domain, what is judged, concern and reason.

    Raises
    ------
    UnansweredItem
        If the study leaves a domain unjudged or a judgement without a reason.
    """
    declared = study.appraisal
    parts = (
        ("Development", "quality", {**declared.development, ANALYSIS: _development(card)}),
        ("Evaluation", "risk of bias", {**declared.evaluation, ANALYSIS: _evaluation(card)}),
        ("Both", "applicability", declared.applicability),
    )
    found: list[Judged] = []
    gaps = []
    for part, judged, given in parts:
        domains = DOMAINS if part == "Both" else (*DOMAINS, ANALYSIS)
        for domain in domains:
            judgement = given.get(domain, Judgement("", ""))
            if judgement.concern not in CONCERNS or not judgement.reason.strip():
                gaps.append(f"{part.lower()}, {domain.lower()}")
                continue
            found.append(Judged(part, domain, judged, judgement.concern, judgement.reason))
        if not gaps:
            overall = _overall(list(given.values()))
            found.append(Judged(part, "Overall", judged, overall.concern, overall.reason))
    if gaps:
        raise UnansweredItem(
            f"PROBAST+AI is not fully answered: {'; '.join(gaps)}. Judge it in the study's "
            "appraisal, with a reason."
        )
    return tuple(found)


def _overall(judgements: list[Judgement]) -> Judgement:
    """As bad as the worst domain."""
    for concern in ("high", "unclear"):
        count = sum(each.concern == concern for each in judgements)
        if count:
            return Judgement(concern, f"{several(count, 'domain')} judged {concern}.")
    return Judgement("low", "Every domain is judged low.")


def _development(card: FinishedCard) -> Judgement:
    measured = card.evaluation
    against = [
        f"{measured.patients} patients are fewer than the {criterion.needed} asked for by "
        f"“{criterion.name}”."
        for criterion in measured.sample_size
        if not criterion.met
    ]
    against += [
        f"{choice} This was chosen after looking at the cross-validation." for choice in card.chosen
    ]
    if not card.data.pinned:
        against.append("The table is not the study's own.")
    kept = "What is tuned is tuned inside the folds, and no input is selected by the outcome."
    if against:
        return Judgement("high", " ".join([*against, kept]))
    if not measured.sample_size:
        return Judgement("unclear", f"No sample-size criterion counts what this fits. {kept}")
    return Judgement("low", kept)


def _evaluation(card: FinishedCard) -> Judgement:
    measured = card.evaluation
    against = [
        "The headline comes from resampling the patients the model was made from; the recipes were "
        "compared on the same patients, so that it is somewhat too good."
    ]
    if measured.sites:
        places = "; ".join(site.label for site in measured.sites)
        against.append(
            f"The other places ({places}) had been looked at before this training: they are "
            "reported, not an untouched test, and the model was not recalibrated for them."
        )
    else:
        against.append("There is no external evaluation.")
    for site in measured.sites:
        rarer = min(site.events, site.patients - site.events)
        if rarer < FEW_EVENTS:
            against.append(
                f"{site.label} has {rarer} patients of the rarer outcome: fewer than the "
                f"{FEW_EVENTS} from which calibration can be judged."
            )
    return Judgement("high", " ".join(against))


FEW_EVENTS = 100
"""Events, and non-events, advised for external validation (Vergouwe et al., J Clin Epidemiol
2005;58:475-483; Collins et al., Stat Med 2016;35:214-226)."""
