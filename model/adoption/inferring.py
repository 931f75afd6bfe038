"""What a model takes and answers, inferred by looking and asking; what cannot be is a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from model.adoption import draft, facts, made_up, output, question
from model.adoption.facts import Fact
from model.adoption.opened import AskedOriginal
from model.adoption.opening import older
from model.adoption.original import Kind, Word
from model.adoption.output import Decided, Output, Proposal
from model.adoption.question import Question
from model.errors import OriginalFailed
from model.schema import Interval, Schema
from model.studies.format.data import Answer
from model.studies.format.document import Document
from model.studies.format.inputs import Code, Input
from model.studies.format.study_of import schema_of

PROBE_ROWS = 64
MOST_LEFT_OUT = 2  # columns of a table at a time
MOST_COLUMNS_IN_PAIRS = 40  # pairs of more would be asked for too long


@dataclass(frozen=True)
class Inferred:
    """document : the study, filled in as far as anybody can. questions : what a person has to
    decide; none if nothing. notes : what was taken as clear, and what looks odd, in sentences.
    """

    document: Document
    facts: tuple[Fact, ...]
    output: Output | None
    questions: tuple[Question, ...]
    notes: tuple[str, ...]

    @property
    def schema(self) -> Schema:
        """With the ranges that are known to be covered, outside of which a value is flagged."""
        spans = {f.input.name: Interval(*f.span) for f in self.facts if f.span is not None}
        return schema_of(self.document).with_training_ranges(spans)


def infer(
    original: AskedOriginal, name: str, table: pd.DataFrame | None, given: Document | None
) -> Inferred:
    """Look at an opened model, and ask it.

    Parameters
    ----------
    name : of the registered model or file. table : of patients, or None. given : what a person
        declared; it wins over everything that is inferred.
    """
    logged = original.logged
    signature = logged.signature if logged else {}
    names: tuple[str, ...] = tuple(given.inputs) if given else ()
    if not names and table is not None and not _knows(original, signature):
        names = _needed(original, table)
    found = facts.gather(original.told, signature, original.example, table, names)
    if given is not None:
        found = _declared(found, given)
    questions = list(_unknown(found))
    original.take(tuple(fact.input for fact in found))
    decided: Decided | Proposal | None = None
    if not questions:
        decided = _output(original, found, given)
        found = _missing(original, found, given, decided)
    if isinstance(decided, Proposal):
        questions.append(decided.question)
    document = given or _draft(original, name, found, decided)
    chosen = decided.output if isinstance(decided, Decided) else None
    clear = decided.reasons if isinstance(decided, Decided) else ()
    notes = (*clear, *facts.warnings(found), *older.notes(original.told))
    return Inferred(document, found, chosen, tuple(questions), notes)


def _knows(original: AskedOriginal, signature: Mapping[str, Any]) -> bool:
    return facts.knows_names(original.told, signature, original.example)


def _needed(original: AskedOriginal, table: pd.DataFrame) -> tuple[str, ...]:
    """The columns of a table that the model cannot answer without; none if it answers to none.

    Some models refuse a column they did not learn from, such as the outcome or a number of the
    patient, so the table is also tried without one or two of its columns.
    """
    rows = table.head(2)
    names = [str(name) for name in table.columns]
    most = MOST_LEFT_OUT if len(names) <= MOST_COLUMNS_IN_PAIRS else 1
    parts = (rows.drop(columns=[*out]) for n in range(most + 1) for out in combinations(names, n))
    whole = next((part for part in parts if _answers_to(original, part)), None)
    if whole is None:
        return ()
    return tuple(
        str(name)
        for name in whole.columns
        if len(whole.columns) == 1 or not _answers_to(original, whole.drop(columns=name))
    )


def _answers_to(original: AskedOriginal, rows: pd.DataFrame) -> bool:
    original.worker.take_columns([{"name": name, "kind": ""} for name in rows.columns])
    try:
        original.worker.ask(rows, original.told["methods"][0])
    except OriginalFailed:
        return False
    return True


def _unknown(found: tuple[Fact, ...]) -> Iterator[Question]:
    for fact in found:
        name = fact.input.name
        if fact.input.kind is Kind.WORD and not fact.input.words:
            yield question.words(name)
        elif fact.input.kind is Kind.NUMBER and fact.span is None:
            yield question.limits(name, fact.rows)


def _declared(found: tuple[Fact, ...], given: Document) -> tuple[Fact, ...]:
    """The facts with the words and ranges a person declared.

    Raises
    ------
    OriginalFailed
        If the study declares other inputs than the model takes.
    """
    names = {fact.input.name for fact in found}
    if names != set(given.inputs):
        odd = sorted(names ^ set(given.inputs))
        raise OriginalFailed(
            f"The study and the model do not have the same inputs: {', '.join(odd):.200}. Name "
            "them in the study as the model does."
        )
    by_name = {fact.input.name: fact for fact in found}
    return tuple(_with(by_name[name], declared) for name, declared in given.inputs.items())


def _with(fact: Fact, each: Input) -> Fact:
    if each.codes and fact.input.kind is Kind.BOOLEAN:
        return fact
    if each.codes:
        own = {str(word): word for word in fact.input.words}
        words = tuple(_word(value, code, own) for value, code in each.codes.items())
        return replace(fact, input=replace(fact.input, kind=Kind.WORD, words=words))
    span = fact.span or each.plausible
    return replace(fact, span=(float(span[0]), float(span[1])) if span else None)


def _word(value: float, code: str | Code, own: Mapping[str, Word]) -> Word:
    """The model's own word for a code: as it is written, else its number, else its label."""
    if not isinstance(code, str) and code.written:
        return own.get(code.written, code.written)
    for word in own.values():
        if isinstance(word, int | float) and not isinstance(word, bool) and word == value:
            return word
    return own.get(code if isinstance(code, str) else code.label, value)


def _output(
    original: AskedOriginal, found: tuple[Fact, ...], given: Document | None
) -> Decided | Proposal:
    told, near = original.told, made_up.rows(found, PROBE_ROWS)
    answer: Answer | None = given.model if given else None
    if answer is not None and (answer.classes or answer.output is not None):
        named = answer.output is not None and "predict" in told["methods"]
        names = original.table(near, "predict").names if named else ()
        chosen = output.declared(told, answer, names)
        original.output = chosen
        original.ask(near)
        return Decided(chosen, ("The study says which number is the risk.",))
    decided = output.of_classes(told)
    if decided is None:
        far = made_up.rows(found, PROBE_ROWS, far=True)
        decided = output.of_answers(
            told, original.table(near, "predict"), original.table(far, "predict")
        )
    if isinstance(decided, Decided):
        original.output = decided.output
        original.ask(near)
    return decided


def _missing(
    original: AskedOriginal,
    found: tuple[Fact, ...],
    given: Document | None,
    decided: Decided | Proposal,
) -> tuple[Fact, ...]:
    """Which inputs may be blank: a number if the model answers without it; a word only where a
    fitted part knows blanks, since an encoder may pass one over in silence.
    """
    row = made_up.rows(found, 1)
    made = []
    for fact in found:
        wanted = fact.input
        if wanted.kind is Kind.NUMBER:
            blank = row.assign(**{wanted.name: np.nan})
            takes = not wanted.whole and _answers(original, blank, decided)
        else:
            takes = wanted.kind is Kind.WORD and wanted.missing
        if given is not None and given.inputs[wanted.name].required:
            takes = False
        made.append(replace(fact, input=replace(wanted, missing=takes)))
    return tuple(made)


def _answers(original: AskedOriginal, row: pd.DataFrame, decided: Decided | Proposal) -> bool:
    """Whether it answers with numbers, be it known or not which of them is the risk."""
    try:
        if isinstance(decided, Proposal):
            answer = original.table(row, "predict_proba" if decided.classes else "predict")
            return bool(np.isfinite(answer.values).all())
        original.ask(row)
    except OriginalFailed:
        return False
    return True


def _draft(
    original: AskedOriginal,
    name: str,
    found: tuple[Fact, ...],
    decided: Decided | Proposal | None,
) -> Document:
    answer: dict[str, Any] = {"reference": original.reference[:120]}
    if isinstance(decided, Proposal):
        answer |= {"output": decided.output, "classes": decided.classes, "scale": decided.scale}
    elif isinstance(decided, Decided):
        chosen = decided.output
        answer["scale"] = chosen.scale
        if chosen.method == "predict_proba":
            by_text = {str(label): label for label in original.told["classes"]}
            answer["classes"] = tuple(by_text[column] for column in chosen.columns)
        else:
            answer["output"] = chosen.columns[0]
    missing = {fact.input.name: fact.input.missing for fact in found}
    return draft.document(name, found, answer, missing)
