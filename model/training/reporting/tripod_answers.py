"""The answers to TRIPOD+AI, written from the study's declaration and from one training.

A part nobody declared makes its whole answer blank, which `tripod.items` refuses.
"""

from __future__ import annotations

from model.evaluation.wording import METRICS as NAMES
from model.evaluation.wording import in_sentence, interval_width, listed, sentences, several, shown
from model.schema import Schema, mid_sentence
from model.studies import Study
from model.training.reporting import tripod_methods
from model.training.reporting.finished_card import FinishedCard
from model.training.reporting.participants import elsewhere

ELSEWHERE = ("roc_auc", "calibration_slope", "observed_to_expected")


def answers(study: Study, card: FinishedCard) -> dict[int, str]:
    """By item number.

    Parameters
    ----------
    card : the model card, complete but for the guidelines' answers.
    """
    return {
        **_introduction(study, card),
        **tripod_methods.answers(study, card),
        **_open_science(study, card),
        **_results(study, card),
        **_discussion(study, card),
    }


def _introduction(study: Study, card: FinishedCard) -> dict[int, str]:
    conduct, measured = study.conduct, card.evaluation
    model = f"the model “{card.estimator.name}”"
    sites = "; ".join(site.label for site in measured.sites)
    evaluated_in = (
        f", and other places without refitting ({sites})" if sites else ", in one place only"
    )
    headline = (
        f"AUC {shown(card.estimate('roc_auc'))}, Brier score {shown(card.estimate('brier'))}, "
        f"calibration slope {shown(card.estimate('calibration_slope'))}"
    )
    people = f"{measured.patients} patients, {measured.events} with the outcome"
    scheme = (
        f"{several(measured.resampling.repeats, 'repeat')} of "
        f"{measured.resampling.folds}-fold cross-validation"
    )
    return {
        1: f"{study.title}: development and evaluation of {model} for the outcome "
        f"“{study.schema.outcome.label}” ({study.schema.outcome.timing}). {study.population}",
        2: sentences(
            f"Objective: {study.intended_use}",
            f"Data: {people}.",
            f"Model: {card.estimator.about}",
            f"Evaluation: {scheme}{evaluated_in}.",
            f"Results: {headline}.",
            _gap(card),
            "Conclusion: for research and teaching; not for decisions on care.",
        ),
        3: sentences(
            conduct.context,
            study.intended_use,
            study.intended_users,
            conduct.earlier_models,
            conduct.inequalities,
        ),
        4: f"Both: the model is developed on the patients of {card.training_site.label} and "
        "evaluated there by resampling"
        + (f"; it is evaluated as it stands on other places ({sites})." if sites else "."),
    }


def _open_science(study: Study, card: FinishedCard) -> dict[int, str]:
    conduct, training = study.conduct, card.provenance
    libraries = ", ".join(f"{name} {number}" for name, number in training.libraries.items())
    return {
        18: sentences(
            conduct.funding,
            conduct.interests,
            conduct.protocol,
            conduct.registration,
            f"Data: {card.data.url}, licence {card.data.licence}.",
            f"Code: the project's repository, commit {training.git_commit}, with {libraries}.",
        ),
        19: conduct.involvement,
    }


def _results(study: Study, card: FinishedCard) -> dict[int, str]:
    measured, resampling = card.evaluation, card.evaluation.resampling
    patients = "; ".join(
        f"{site.label}: {site.patients} patients, {site.events} with and "
        f"{site.patients - site.events} without the outcome"
        for site in card.participants
    )
    held_out = measured.patients / resampling.folds
    return {
        20: f"{patients}. Everybody in the table was used. Their characteristics and missing "
        "values stand in the card's table of patients, one column a place.",
        21: f"Fit: {measured.patients} patients, {measured.events} events. Evaluation by "
        f"resampling: the same patients, about {held_out:.0f} of them held out at a time; tuning "
        f"inside the rest. Instability: {several(resampling.refits, 'bootstrap sample')} of "
        f"{measured.patients} patients. {elsewhere(card.participants)}",
        22: f"{card.specified} "
        + "; ".join(card.formula)
        + f". {card.calculation} The model is served with `mlflow models serve`. The "
        f"restrictions are those of the data's licence ({card.data.licence}).",
        23: sentences(
            "; ".join(f"{NAMES[name]}: {shown(found)}" for name, found in card.metrics.items())
            + ".",
            _gap(card),
            " ".join(
                f"{site.label}: "
                + ", ".join(
                    f"{in_sentence(name)} {shown(site.estimate(name))}" for name in ELSEWHERE
                )
                + f"{'; ' + site.warning if site.warning else ''}."
                for site in measured.sites
            )
            or "It was evaluated in one place only.",
        ),
        24: "No. It was neither recalibrated nor refitted after any evaluation.",
    }


def _discussion(study: Study, card: FinishedCard) -> dict[int, str]:
    against = " ".join(card.against_expectation) or "none was found."
    if not card.expectations:
        against = "none was looked for, since the study declares no expectation."
    instability = card.evaluation.instability
    return {
        25: sentences(
            f"It tells patients with the outcome from those without by an AUC of "
            f"{shown(card.estimate('roc_auc'))} ({card.training_site.label}).",
            _gap(card),
            f"Effects against clinical expectation: {against}",
            "They describe who was referred and recorded, not causes.",
            study.conduct.earlier_models,
        ),
        26: " ".join(card.limits),
        27: sentences(
            "Values outside their plausible range and unknown codes are refused; values outside "
            "the range of the training are flagged.",
            _absent_inputs(study.schema),
            f"{interval_width(instability)}. Where there is an interval, it must be read with the "
            "number.",
            study.intended_users,
            study.conduct.next_steps,
        ),
    }


def _absent_inputs(schema: Schema) -> str:
    needed = [mid_sentence(schema[name].label) for name in schema.required]
    if not schema.tests:
        return "Every input is needed: a patient in whom one is blank is not scored."
    if not needed:
        return "Any input may be missing; the answer then names what is missing."
    return (
        f"Needed of every patient: {listed(needed)}. Any other input may be missing; the answer "
        "then names what is missing and the submodel used."
    )


def _gap(card: FinishedCard) -> str:
    return card.recall_gap or "Recall could not be compared between groups."
