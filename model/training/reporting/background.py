"""The back pages of a model card: patients, formula, provenance and the reporting guidelines."""

from __future__ import annotations

from collections.abc import Iterator

from model.evaluation.wording import NONE, moment, share
from model.training.reporting.blocks import Answers, Bullets, Columns, Section, Text
from model.training.reporting.finished_card import FinishedCard, Participants


def sections(card: FinishedCard) -> Iterator[Section]:
    """In the order of the card."""
    yield from _patients(card)
    yield from _model(card)
    yield from _guidelines(card)


def _patients(card: FinishedCard) -> Iterator[Section]:
    places = card.participants
    features = list(card.training_site.features)
    rows = [("Patients", *(str(place.patients) for place in places))]
    rows.append(("With outcome", *(share(place.events, place.patients) for place in places)))
    rows += [
        (feature, *(_with_missing(place, feature) for place in places)) for feature in features
    ]
    fitted_to = " The model was fitted to the first column alone." if len(places) > 1 else ""
    yield Section(
        "population",
        "The patients",
        (
            Text(card.population),
            Columns(("", *(place.label for place in places)), rows),
            Text(f"Numbers: median [quartiles].{fitted_to}"),
        ),
    )


def _model(card: FinishedCard) -> Iterator[Section]:
    data, training = card.data, card.provenance
    libraries = ", ".join(f"{name} {number}" for name, number in training.libraries.items())
    yield Section(
        "model",
        "The model",
        (
            Text(card.estimator.about),
            Text(card.specified),
            Bullets(card.formula),
            *([Bullets(card.chosen)] if card.chosen else []),
            Text(card.attribution),
        ),
    )
    pinned = "pinned in the code" if data.pinned else "NOT the table pinned in the code"
    yield Section(
        "provenance",
        "Where it comes from",
        (
            Bullets(
                [
                    f"{data.citation} Licence: {data.licence}.",
                    f"Table: sha256 {data.sha256}, {pinned}.",
                    f"Trained {moment(training.created_at)} at commit {training.git_commit}.",
                    f"Libraries: {libraries}.",
                    "Settings: "
                    + ", ".join(f"{name} = {text}" for name, text in training.parameters.items())
                    + ".",
                ]
            ),
        ),
    )


def _guidelines(card: FinishedCard) -> Iterator[Section]:
    yield Section(
        "probast",
        "Self-assessment (PROBAST+AI)",
        (
            Text("By the makers of the model, after Moons et al., BMJ 2025;388:e082505."),
            Columns(
                ("Part", "Domain", "Judged", "Concern", "Why"),
                [
                    (one.part, one.domain, one.judged, one.concern, one.reason)
                    for one in card.probast
                ],
            ),
        ),
    )
    yield Section(
        "tripod",
        "Report (TRIPOD+AI)",
        (
            Text("The 27 items of Collins et al., BMJ 2024;385:e078378, answered from this run."),
            Answers(
                [
                    (f"{item.number} {item.topic}", item.question, item.answer)
                    for item in card.tripod
                ]
            ),
        ),
    )


def _with_missing(place: Participants, feature: str) -> str:
    summary, missing = place.features[feature], place.missing[feature]
    if not missing:
        return summary
    return f"{missing} missing" if summary == NONE else f"{summary}; {missing} missing"
