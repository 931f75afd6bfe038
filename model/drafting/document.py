"""The document of a draft: every key of the study's file, each as its format has it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from model.drafting import examples, together, words
from model.drafting.columns import Column
from model.drafting.inputs import Drafted, drafted
from model.drafting.outcome import OutcomeColumn
from model.drafting.redcap import Field
from model.drafting.wanted import Wanted
from model.errors import DraftRefused
from model.schema import NO_TIME
from model.studies import reading, writing
from model.studies.format.document import Document
from model.studies.format.faults import faults
from model.studies.format.inputs import Input
from model.studies.format.values import FORMAT, Label
from model.studies.reading import mistakes

NO_SITE = "not stated"
_NAME: TypeAdapter[str] = TypeAdapter(Label)


def nameable(name: str) -> bool:
    """Whether a study's file can name a column so."""
    try:
        _NAME.validate_python(name)
    except ValidationError:
        return False
    return True


def inputs_of(
    columns: Sequence[Column], fields: Mapping[str, Field]
) -> tuple[dict[str, Drafted], dict[str, str]]:
    """The input of each column by its name, and why another can be none as it is."""
    made: dict[str, Drafted] = {}
    refused: dict[str, str] = {}
    for column in columns:
        one = drafted(column, fields.get(column.name))
        given = one.with_test("")
        try:
            Input.model_validate(given)
        except ValidationError as error:
            path, what = next(mistakes(error, given))
            refused[column.name] = f"Cannot be an input as it is: {path[0]}: {what}"
        else:
            made[column.name] = one
    return made, refused


def document_of(
    data: bytes,
    table: str,
    wanted: Wanted,
    outcome: OutcomeColumn,
    chosen: Sequence[Column],
    made: Mapping[str, Drafted],
    left_out: Mapping[str, str],
) -> Document:
    """The document, as reading its file would give it; `chosen` are the columns of `made`.

    Raises
    ------
    DraftRefused
        If it would be none that can be read; the message says which part, and what is wrong there.
    """
    noun, among = outcome.wording
    given = {
        "format": FORMAT,
        "name": wanted.name,
        "title": words.label(wanted.name),
        "outcome": {
            "label": noun,
            "among_patients": among,
            "timing": NO_TIME,
            "guessed": ("label", "among_patients", "timing"),
        },
        "data": {
            "table": table,
            "sha256": hashlib.sha256(data).hexdigest(),
            "sheet": wanted.sheet,
            "outcome": {
                "column": wanted.outcome,
                "present": outcome.present_values,
                "absent": outcome.absent_values,
                "unknown": outcome.unknown_values,
            },
            "training_site": NO_SITE,
            "missing": _missing(chosen),
            "zero_means_missing": [column.name for column in chosen if 0 in column.marked],
            "left_out": {name: why for name, why in left_out.items() if nameable(name)},
        },
        "inputs": _inputs(chosen, made, wanted),
        "examples": list(examples.made_up(chosen, made)),
    }
    return _valid(given, table)


def _valid(given: dict[str, Any], table: str) -> Document:
    try:
        document = Document.model_validate(given)
    except ValidationError as error:
        found = list(mistakes(error, given))
    else:
        found = list(faults(document))
    if found:
        path, what = found[0]
        raise DraftRefused(
            f"No study can be drafted of {table} as it is: {'.'.join(map(str, path))[:80]}: {what}"
        )
    return reading.parse(writing.dump(document).encode(), "the draft")


def _missing(columns: Sequence[Column]) -> list[float | str]:
    words = {word for column in columns for word in column.missing}
    numbers = {mark for column in columns for mark in column.marked if mark}
    return [*sorted(words), *sorted(int(mark) for mark in numbers)]


def _inputs(
    chosen: Sequence[Column], made: Mapping[str, Drafted], wanted: Wanted
) -> dict[str, dict[str, Any]]:
    """Every input with its test: as the dictionary's logic shows it, else by who lacks it."""
    groups = {name: str(one.keys["group"]) for name, one in made.items()}
    tests = together.tests_of(chosen, groups)
    for name, described in wanted.fields.items():
        if name in made and described.shown_if and not made[name].keys["required"]:
            tests[name] = f"shown if {described.shown_if}"[:200]
    return {name: one.with_test(tests.get(name, "")) for name, one in made.items()}
