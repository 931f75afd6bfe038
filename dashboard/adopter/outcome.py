"""How an adoption ended: what the command printed last, as one of four things."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model.adoption.question import Question
from model.errors import StudyRefused
from model.studies import reading
from model.studies.format.document import Document

BROKE_OFF = (
    "The adoption broke off because of an error in this program. Nothing was registered. Run the "
    "command in a terminal to see more."
)


@dataclass(frozen=True)
class Adopted:
    """The version there is now. kind : ``data``, or ``worker`` where the original is asked."""

    name: str
    version: int
    kind: str
    rows_compared: int
    largest_difference: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drafted:
    """The draft of its study, and what a person has to decide before it can be adopted."""

    document: Document
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """Why nothing was registered. needs_its_code : whether running its own code might help."""

    sentence: str
    needs_its_code: bool = False


@dataclass(frozen=True)
class Stopped:
    """Somebody stopped it. while_registering : so late that it may be there nevertheless."""

    while_registering: bool = False


Outcome = Adopted | Drafted | Failed | Stopped


def read(printed: str, draft: bytes) -> Outcome:
    """The outcome of a command that ended by itself.

    Parameters
    ----------
    printed : by the command: its last object counts. draft : the study it wrote or was given.
    """
    try:
        return _understood(_last_document(printed), draft)
    except (LookupError, TypeError, ValueError, AttributeError):
        return Failed(BROKE_OFF)


def _understood(told: Mapping[str, Any], draft: bytes) -> Outcome:
    if told.get("version") is not None:
        return Adopted(
            str(told["name"]),
            int(told["version"]),
            str(told["kind"]),
            int(told["rows_compared"]),
            float(told["largest_difference"] or 0.0),
            tuple(map(str, told["decisions"])),
        )
    if "error" in told:
        return Failed(str(told["error"]), bool(told.get("needs_its_code")))
    # Whatever else it printed may hold a patient's value, and is shown nowhere.
    return _drafted(told, draft) if "decisions" in told else Failed(BROKE_OFF)


def _drafted(told: Mapping[str, Any], draft: bytes) -> Outcome:
    said = tuple(map(str, told["decisions"]))
    questions = tuple(map(Question.from_document, told.get("questions", ())))
    if "questions" in told and not any(question.places for question in questions):
        return Failed(said[0])  # no answer would help
    try:
        document = reading.parse(draft, "The draft", unfinished=True)
    except StudyRefused as error:
        return Failed(str(error))
    return Drafted(document, questions, () if questions else said)


def _last_document(printed: str) -> Mapping[str, Any]:
    """The last object among the lines; empty if there is none."""
    for line in reversed(printed.splitlines()):
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict):
            return told
    return {}
