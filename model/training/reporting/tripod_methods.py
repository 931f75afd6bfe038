"""The answers to TRIPOD+AI's questions about methods, items 5 to 17."""

from __future__ import annotations

from model.evaluation.estimate import METRICS, SMOOTHED
from model.evaluation.wording import METRICS as NAMES
from model.evaluation.wording import listed, sentences, several, share
from model.schema import Feature, mid_sentence
from model.studies import Study
from model.training.reporting.finished_card import FinishedCard, Participants
from model.training.reporting.participants import elsewhere


def answers(study: Study, card: FinishedCard) -> dict[int, str]:
    """By item number."""
    return {**_data(study, card), **_analysis(study, card)}


def _data(study: Study, card: FinishedCard) -> dict[int, str]:
    conduct, data, measured = study.conduct, card.data, card.evaluation
    outcome = study.schema.outcome
    inputs = "; ".join(map(_defined, study.schema.features))
    pinned = "the table this project pins" if data.pinned else "NOT the table this project pins"
    criteria = "; ".join(
        f"{one.name} asks for {one.needed} patients, {_met(one.met)}"
        for one in measured.sample_size
    )
    evaluated_elsewhere = (
        " No size was planned for the evaluation in other places either; their intervals show "
        "what it is worth."
        if measured.sites
        else ""
    )
    return {
        5: sentences(
            conduct.source,
            conduct.dates,
            f"{data.citation} Licence: {data.licence}. The table's sha256 is "
            f"{data.sha256}, {pinned}.",
        ),
        6: sentences(conduct.setting, conduct.eligibility, conduct.treatment),
        7: sentences(
            conduct.preparation,
            "Every value of the table lies within its codes or plausible range; they are "
            "the same for all patients.",
        ),
        8: sentences(
            conduct.outcome,
            f"The number is the probability of a {outcome.label}, {outcome.timing}.",
            conduct.outcome_reading,
        ),
        9: sentences(conduct.predictor_choice, f"They are: {inputs}.", conduct.predictor_reading),
        10: "The patients are all there were; no size was planned. "
        + (
            f"Riley's criteria for {measured.patients} patients: {criteria}."
            if criteria
            else "Riley's criteria count the parameters of a regression; none is claimed here."
        )
        + evaluated_elsewhere,
        11: sentences(
            f"Blank inputs in {card.training_site.label}: {_missing(card.training_site)}.",
            f"Nobody was left out for a missing value. {card.estimator.about}",
            _submodels(study, card),
        ),
    }


def _analysis(study: Study, card: FinishedCard) -> dict[int, str]:
    measured, resampling = card.evaluation, card.evaluation.resampling
    parameters = ", ".join(
        f"{name} = {value}" for name, value in card.provenance.parameters.items()
    )
    names = listed(NAMES[name] for name in (*METRICS, *SMOOTHED))
    return {
        12: sentences(
            f"All patients of {card.training_site.label} were used to fit; performance comes from "
            f"{resampling.scheme}: {several(resampling.repeats, 'repeat')} of "
            f"{resampling.folds} folds.",
            card.encoding,
            f"Model: {card.estimator.about} Settings: {parameters}.",
            f"Measured: {names}, each as the mean over repeats ({resampling.interval}); ROC, "
            "precision-recall, calibration and decision curves; instability over "
            f"{several(resampling.refits, 'refit')} of the whole procedure on bootstrap "
            "samples.",
            "Differences between places are shown by evaluating each apart, never averaged. The "
            "model was not updated for any place."
            if measured.sites
            else "There are no differences between places to handle: there is one place.",
            card.calculation,
        ),
        13: f"No: {share(measured.events, measured.patients)} had the outcome, and nothing "
        "was resampled or reweighted, which would have spoilt the calibration.",
        14: sentences(
            "No method for fairness was used.", _compared(card), study.conduct.inequalities
        ),
        15: "A probability, with a 95 % interval and one contribution an input. "
        f"{card.attribution} No threshold is "
        "recommended: 0.5 only serves to report recall, precision, specificity and accuracy, and "
        "decision curves show every other.",
        16: sentences(study.conduct.site_differences, elsewhere(card.participants))
        if measured.sites
        else "Not at all: the same patients, each predicted by fits that had not seen them.",
        17: study.conduct.ethics,
    }


def _defined(feature: Feature) -> str:
    """``Age (years): at the visit``; without unit and codes ``Smoothness: of the outline``."""
    named = feature.unit or ", ".join(mid_sentence(code.label) for code in feature.codes)
    return f"{feature.label}{f' ({named})' if named else ''}: {feature.help.rstrip('.')}"


def _submodels(study: Study, card: FinishedCard) -> str:
    if not study.schema.tests:
        return "No input may be missing in a patient who is to be scored."
    told = f"The model has {several(card.submodels, 'submodel')}."
    if not card.evaluation.missing_tests:
        return f"{told} What a missing test costs was not measured."
    return (
        f"{told} What a missing test costs was measured by blanking tests in patients the fit had "
        "not seen."
    )


def _missing(site: Participants) -> str:
    found = [f"{label} in {count}" for label, count in site.missing.items() if count]
    return listed(found) if found else "none"


def _compared(card: FinishedCard) -> str:
    kinds = list(dict.fromkeys(group.kind.lower() for group in card.evaluation.subgroups))
    if not kinds:
        return "Performance was not compared between groups either."
    return (
        f"Performance is reported by {listed(kinds)} instead, so that a reader can see who is "
        "served worse."
    )


def _met(met: bool) -> str:
    return "met" if met else "not met"
