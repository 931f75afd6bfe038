"""A first declaration of a study from its table, and what a person should know about the table.

Nothing of a patient is in it: names of columns, words of answers that many share, ranges, counts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.drafting import limits, suspicions, together, words
from model.drafting.columns import Column, Kind, columns_of
from model.drafting.inputs import Drafted, drafted
from model.drafting.outcome import OutcomeColumn, outcome_of
from model.drafting.redcap import Field
from model.errors import DraftRefused
from model.estimators import DEFAULT
from model.schema import NO_TIME
from model.studies.format.document import Document
from model.studies.format.study_of import study_of
from model.studies.format.values import FORMAT
from model.studies.table import frame_of

NO_SITE = "not stated"
MOST_INPUTS = 100


@dataclass(frozen=True)
class Remark:
    """One thing about the table a person should know; `column` is blank where it is about all."""

    column: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.column}: {self.sentence}" if self.column else self.sentence


@dataclass(frozen=True)
class Draft:
    """The draft of a study, and what is said of its table.

    left_out : columns that are no input. doubts : inputs to look at. limits : of the whole table.
    """

    document: Document
    patients: int
    events: int
    left_out: tuple[Remark, ...] = ()
    doubts: tuple[Remark, ...] = ()
    limits: tuple[Remark, ...] = ()

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """All of them, the gravest first."""
        return (*self.limits, *self.doubts, *self.left_out)


@dataclass(frozen=True)
class Wanted:
    """What the person who drafts says beside the table.

    outcome : the column. present : its values that mean it is there, where that is not plain.
    name : of the study. keep, drop : columns that are inputs, or none, whatever they look like.
    fields : of a data dictionary, by column.
    """

    outcome: str
    name: str
    present: Sequence[str] = ()
    keep: Sequence[str] = ()
    drop: Sequence[str] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    estimator: str = DEFAULT


def draft(data: bytes, table: str, wanted: Wanted) -> Draft:
    """Draft a study from the bytes of its table; `table` is the file's name as the study has it.

    Raises
    ------
    TableRefused, ExtraMissing
        If the table cannot be read.
    DraftRefused
        If no study can be made of it: the outcome is unclear or the same for all, or no column is
        left that may be an input.
    """
    columns = list(columns_of(frame_of(data, Path(table).name)))
    outcome = _outcome(columns, wanted)
    left_out = dict(_left_out(columns, outcome, wanted))
    chosen = [c for c in columns if c.name not in left_out and c.name != wanted.outcome]
    if not chosen:
        raise DraftRefused(
            f"No column of {table} can be an input. "
            + " ".join(f"{name}: {why}" for name, why in list(left_out.items())[:5])
        )
    if len(chosen) > MOST_INPUTS:
        raise DraftRefused(
            f"{table} has {len(chosen):,} columns that could be inputs; a form of more than "
            f"{MOST_INPUTS} is not filled in. Keep those a clinician knows, or name the others "
            "with --drop."
        )
    document = _document(data, table, wanted, outcome, chosen, left_out)
    study = study_of(document, Path())
    told = limits.too_few(study, wanted.estimator, outcome.patients, outcome.events)
    unknown = len(outcome.known) - outcome.patients
    return Draft(
        document,
        outcome.patients,
        outcome.events,
        tuple(Remark(name, why) for name, why in left_out.items()),
        tuple(_doubts(chosen, outcome)),
        (
            *(Remark("", sentence) for sentence in told),
            *([Remark(wanted.outcome, _unknown(unknown))] if unknown else []),
        ),
    )


def _outcome(columns: list[Column], wanted: Wanted) -> OutcomeColumn:
    for column in columns:
        if column.name == wanted.outcome:
            return outcome_of(column, wanted.present)
    raise DraftRefused(
        f"The table has no column {wanted.outcome!r}. Its columns: "
        + ", ".join(column.name for column in columns[:30])
        + (", ..." if len(columns) > 30 else ".")
    )


def _left_out(
    columns: list[Column], outcome: OutcomeColumn, wanted: Wanted
) -> Iterator[tuple[str, str]]:
    known = {column.name for column in columns}
    for named in (*wanted.keep, *wanted.drop):
        if named not in known:
            raise DraftRefused(f"The table has no column {named!r} to keep or to drop.")
    for column in columns:
        described = wanted.fields.get(column.name)
        if column.name == wanted.outcome:
            continue
        if column.name in wanted.drop:
            yield column.name, "Left out on request."
        elif described is not None and described.no_input and column.name not in wanted.keep:
            yield column.name, described.no_input
        else:
            why = suspicions.why_left_out(column, outcome)
            usable = column.kind in (Kind.NUMBER, Kind.CODES, Kind.WORDS)
            if why and not (usable and column.name in wanted.keep):
                yield column.name, why


def _doubts(chosen: list[Column], outcome: OutcomeColumn) -> Iterator[Remark]:
    for column in chosen:
        if told := suspicions.doubt(column, outcome):
            yield Remark(column.name, told)


def _document(
    data: bytes,
    table: str,
    wanted: Wanted,
    outcome: OutcomeColumn,
    chosen: list[Column],
    left_out: Mapping[str, str],
) -> Document:
    made = {column.name: drafted(column, wanted.fields.get(column.name)) for column in chosen}
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
            "outcome": {
                "column": wanted.outcome,
                "present": outcome.present_values,
                "absent": outcome.absent_values,
                "unknown": outcome.unknown_values,
            },
            "training_site": NO_SITE,
            "missing": sorted({word for column in chosen for word in column.missing}),
            "left_out": left_out,
        },
        "inputs": _inputs(chosen, made, wanted),
        "examples": list(_examples(chosen, made)),
    }
    return Document.model_validate(given)


def _inputs(
    chosen: list[Column], made: Mapping[str, Drafted], wanted: Wanted
) -> dict[str, dict[str, Any]]:
    """Every input with its test: as the dictionary's logic shows it, else by who lacks it."""
    groups = {name: str(one.keys["group"]) for name, one in made.items()}
    tests = together.tests_of(chosen, groups)
    for name, described in wanted.fields.items():
        if name in made and described.shown_if and not made[name].keys["required"]:
            tests[name] = f"shown if {described.shown_if}"[:200]
    return {name: one.with_test(tests.get(name, "")) for name, one in made.items()}


def _examples(chosen: list[Column], made: Mapping[str, Drafted]) -> Iterator[dict[str, Any]]:
    """A made-up patient of middling values; nobody's row."""
    values = {column.name: _middle(column, made[column.name].keys) for column in chosen}
    yield {"story": "Made up: the middle of every value in the table", "values": values}
    needed = {name: value for name, value in values.items() if made[name].keys["required"]}
    if needed and len(needed) < len(values):
        yield {"story": "Made up: only what is needed", "values": needed}


def _middle(column: Column, keys: Mapping[str, Any]) -> float:
    if "codes" not in keys:
        median = round(float(np.nanmedian(column.values)), keys["decimals"])
        middle = float(np.clip(median, *keys["plausible"]))
        return int(middle) if middle.is_integer() else middle
    commonest = column.values.mode().iloc[0]
    for number, code in keys["codes"].items():
        written = code if isinstance(code, str) else code["written"] or code["label"]
        if number == commonest or written == commonest or _is_number(commonest, number):
            return number  # type: ignore[no-any-return]
    return next(iter(keys["codes"]))  # type: ignore[no-any-return]


def _is_number(value: Any, number: float) -> bool:
    return not isinstance(value, str) and bool(pd.notna(value)) and float(value) == number


def _unknown(count: int) -> str:
    return f"{count:,} {'patient has' if count == 1 else 'patients have'} no outcome; left out."


def study_name(stem: str) -> str:
    """A file's name as a study may be called: small letters, digits and hyphens."""
    name = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    return (name if name[:1].isalpha() else f"study-{name}".strip("-"))[:60].strip("-")
