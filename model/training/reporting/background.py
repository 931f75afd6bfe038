"""The back pages of a model card: patients, formula, provenance and the reporting guidelines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.evaluation.wording import NONE, moment, share
from model.training.reporting.blocks import Answers, Bullets, Columns, Section, Text

Card = dict[str, Any]


def sections(card: Card) -> Iterator[Section]:
    """In the order of the card."""
    yield from _patients(card)
    yield from _model(card)
    yield from _guidelines(card)


def _patients(card: Card) -> Iterator[Section]:
    places = card["participants"]
    features = list(places[0]["features"])
    rows = [("Patients", *(str(each["patients"]) for each in places))]
    rows.append(("With outcome", *(share(each["events"], each["patients"]) for each in places)))
    rows += [(f, *(_with_missing(each, f) for each in places)) for f in features]
    fitted_to = " The model was fitted to the first column alone." if len(places) > 1 else ""
    yield Section(
        "population",
        "The patients",
        (
            Text(card["population"]),
            Columns(("", *(each["label"] for each in places)), rows),
            Text(f"Numbers: median [quartiles].{fitted_to}"),
        ),
    )


def _model(card: Card) -> Iterator[Section]:
    data, found = card["data"], card["provenance"]
    libraries = ", ".join(f"{name} {number}" for name, number in found["libraries"].items())
    yield Section(
        "model",
        "The model",
        (
            Text(card["estimator"]["about"]),
            Text(card["specified"]),
            Bullets(card["formula"]),
            *([Bullets(card["chosen"])] if card["chosen"] else []),
            Text(card["attribution"]),
        ),
    )
    pinned = "pinned in the code" if data["pinned"] else "NOT the table pinned in the code"
    yield Section(
        "provenance",
        "Where it comes from",
        (
            Bullets(
                [
                    f"{data['citation']} Licence: {data['licence']}.",
                    f"Table: sha256 {data['sha256']}, {pinned}.",
                    f"Trained {moment(found['created_at'])} at commit {found['git_commit']}.",
                    f"Libraries: {libraries}.",
                    "Settings: "
                    + ", ".join(f"{name} = {text}" for name, text in found["parameters"].items())
                    + ".",
                ]
            ),
        ),
    )


def _guidelines(card: Card) -> Iterator[Section]:
    yield Section(
        "probast",
        "Self-assessment (PROBAST+AI)",
        (
            Text("By the makers of the model, after Moons et al., BMJ 2025;388:e082505."),
            Columns(
                ("Part", "Domain", "Judged", "Concern", "Why"),
                [
                    (e["part"], e["domain"], e["judged"], e["concern"], e["reason"])
                    for e in card["probast"]
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
                    (f"{e['number']} {e['topic']}", e["question"], e["answer"])
                    for e in card["tripod"]
                ]
            ),
        ),
    )


def _with_missing(place: dict[str, Any], feature: str) -> str:
    summary, missing = place["features"][feature], place["missing"][feature]
    if not missing:
        return str(summary)
    return f"{missing} missing" if summary == NONE else f"{summary}; {missing} missing"
