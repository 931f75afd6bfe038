"""A first declaration of a study from its table, and what a person should know about the table.

Nothing of a patient is in it: names of columns, words of answers that many share, ranges, counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from model.drafting import limits, marks, odd_cells, suspicions
from model.drafting.columns import Column, Kind, columns_of
from model.drafting.document import document_of, inputs_of, nameable
from model.drafting.outcome import OutcomeColumn, outcome_of
from model.drafting.wanted import Wanted
from model.errors import DraftRefused
from model.studies.format.document import Document
from model.studies.format.study_of import study_of
from model.studies.table import read_table

LONGEST_NAME = 60
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

    outcome : which values were taken to mean that it is present, as a phrase.
    left_out : columns that are no input. doubts : inputs to look at. limits : of the whole table.
    """

    document: Document
    patients: int
    events: int
    outcome: str
    left_out: tuple[Remark, ...] = ()
    doubts: tuple[Remark, ...] = ()
    limits: tuple[Remark, ...] = ()

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """All of them, the gravest first."""
        return (*self.limits, *self.doubts, *self.left_out)


def _require_no_units(columns: Sequence[Column]) -> None:
    if names := odd_cells.units_row(columns):
        raise DraftRefused(
            f"The first row below the header holds words where the others have numbers, in "
            f"{len(names)} columns ({', '.join(map(shortened, names[:5]))}): units, it seems. "
            "Delete the row; the header may name a unit in brackets, such as chol [mg/dL]."
        )


def _require_few(chosen: Sequence[Column], table: str) -> None:
    if len(chosen) > MOST_INPUTS:
        raise DraftRefused(
            f"{table} has {len(chosen):,} columns that could be inputs; a form of more than "
            f"{MOST_INPUTS} is not filled in. Keep those a clinician knows, or name the others "
            "with --drop."
        )


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
    read = read_table(data, Path(table).name, sheet=wanted.sheet, outcome=wanted.outcome)
    columns = list(columns_of(read.frame))
    _require_no_units(columns)
    outcome = _outcome(columns, wanted)
    marked = marks.without(columns, wanted.fields, {wanted.outcome})
    columns = list(marked.columns)
    left_out = dict(_left_out(columns, outcome, wanted))
    chosen = [c for c in columns if c.name not in left_out and c.name != wanted.outcome]
    _require_few(chosen, table)
    made, refused = inputs_of(chosen, wanted.fields)
    left_out |= refused
    chosen = [column for column in chosen if column.name in made]
    if not chosen:
        raise DraftRefused(
            f"No column of {table} can be an input. "
            + " ".join(f"{shortened(name)}: {why}" for name, why in list(left_out.items())[:5])
        )
    wanted = replace(wanted, sheet=read.sheet)
    document = document_of(data, table, wanted, outcome, chosen, made, left_out)
    study = study_of(document, Path())
    told = limits.too_few(study, wanted.estimator, outcome.patients, outcome.events)
    unknown = len(outcome.known) - outcome.patients
    return Draft(
        document,
        outcome.patients,
        outcome.events,
        f"{wanted.outcome}: {outcome.reading}.",
        tuple(Remark(shortened(name), why) for name, why in left_out.items()),
        tuple(_doubts(chosen, outcome, marked.doubts, document)),
        (
            *(Remark("", sentence) for sentence in (*told, *read.said)),
            *([Remark(wanted.outcome, _unknown(unknown))] if unknown else []),
        ),
    )


def _outcome(columns: list[Column], wanted: Wanted) -> OutcomeColumn:
    for column in columns:
        if column.name == wanted.outcome:
            if not nameable(column.name):
                raise DraftRefused(
                    f"The outcome's column, {shortened(column.name)}, has a name of more than 120 "
                    "letters, or signs that cannot be shown. Give it a short one."
                )
            return outcome_of(column, wanted.present)
    raise DraftRefused(
        f"The table has no column {shortened(wanted.outcome)!r}. Its columns: "
        + ", ".join(shortened(column.name) for column in columns[:30])
        + (", ..." if len(columns) > 30 else ".")
    )


def _left_out(
    columns: list[Column], outcome: OutcomeColumn, wanted: Wanted
) -> Iterator[tuple[str, str]]:
    known = {column.name for column in columns}
    for named in (*wanted.keep, *wanted.drop):
        if named not in known:
            raise DraftRefused(f"The table has no column {shortened(named)!r} to keep or to drop.")
    for column in columns:
        described = wanted.fields.get(column.name)
        if column.name == wanted.outcome:
            continue
        if not nameable(column.name):
            yield column.name, "Its name is too long to be one, or has signs that cannot be shown."
        elif column.name in wanted.drop:
            yield column.name, "Left out on request."
        elif described is not None and described.no_input and column.name not in wanted.keep:
            yield column.name, described.no_input
        else:
            why = suspicions.why_left_out(column, outcome)
            usable = column.kind in (Kind.NUMBER, Kind.CODES, Kind.WORDS)
            if why and not (usable and column.name in wanted.keep):
                yield column.name, why


def _doubts(
    chosen: list[Column], outcome: OutcomeColumn, marked: Mapping[str, str], document: Document
) -> Iterator[Remark]:
    for column in chosen:
        if column.name in marked:
            yield Remark(column.name, marked[column.name])
        if told := suspicions.outside(column, document.inputs[column.name].plausible):
            yield Remark(column.name, told)
        if told := suspicions.doubt(column, outcome):
            yield Remark(column.name, told)


def _unknown(count: int) -> str:
    return f"{count:,} {'patient has' if count == 1 else 'patients have'} no outcome; left out."


def study_name(stem: str) -> str:
    """A file's name as a study may be called: small letters, digits and hyphens."""
    name = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    return (name if name[:1].isalpha() else f"study-{name}".strip("-"))[:60].strip("-")


def shortened(name: str) -> str:
    """A column's name as a sentence can hold it."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
