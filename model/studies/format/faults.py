"""What a document says that cannot be so, though every key by itself is as it should be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from model.studies.format.document import Document
from model.studies.format.inputs import Input
from model.studies.marked_yaml import Path

Fault = tuple[Path, str]


def faults(document: Document) -> Iterator[Fault]:
    """Where, and what is wrong there."""
    yield from _inputs(document)
    yield from _data(document)
    yield from _references(document)
    yield from _ranges(document)


def _inputs(document: Document) -> Iterator[Fault]:
    for name, given in document.inputs.items():
        at = ("inputs", name)
        if bool(given.codes) == (given.plausible is not None):
            told = "has both codes and a plausible range" if given.codes else "has neither"
            yield at, f"{told}; an input has codes, or a plausible range."
        elif len(given.codes) == 1:
            yield (*at, "codes"), "has one answer; an input needs two or more."
        words = _words(given)
        for word, count in Counter(words).items():
            if count > 1:
                yield (*at, "codes"), f"{word!r} stands for more than one answer."
        for unit, factor in given.other_units.items():
            if factor <= 0:
                yield (*at, "other_units", unit), "a factor is more than 0."


def _words(given: Input) -> Iterator[str]:
    """All words of an input's answers, each answer's once, as a file may have them."""
    for code in given.codes.values():
        words = {code} if isinstance(code, str) else {code.label, *code.aliases, code.written}
        yield from {word.strip().casefold() for word in words if word.strip()}


def _data(document: Document) -> Iterator[Fault]:
    table = document.data
    if table is None:
        return
    column = table.outcome.column
    if column in document.inputs:
        yield ("data", "outcome", "column"), f"{column} is an input as well."
    every = [*table.outcome.present, *table.outcome.absent, *table.outcome.unknown]
    for value, count in Counter(map(str, every)).items():
        if count > 1:
            yield ("data", "outcome"), f"{value!r} stands in it more than once."
    for place in ("present", "absent"):
        if "" in getattr(table.outcome, place):
            yield ("data", "outcome", place), "a blank cell says nothing; list it under unknown."
    for number, name in enumerate(table.zero_means_missing):
        if name not in document.inputs:
            yield ("data", "zero_means_missing", number), _no_input(name)
    for name in table.left_out:
        if name in document.inputs:
            yield ("data", "left_out", name), "is an input as well."
    if table.columns and column not in table.columns:
        yield ("data", "columns"), f"lacks the outcome's column, {column}."


def _references(document: Document) -> Iterator[Fault]:
    for path, name in _named(document):
        if name not in document.inputs:
            yield path, _no_input(name)
    known = {recoding.name for recoding in document.recodings}
    for number, copy in enumerate(document.bad_copies):
        if copy.recoded and copy.recoded not in known:
            yield ("bad_copies", number, "recoded"), f"there is no recoding {copy.recoded!r}."


def _named(document: Document) -> Iterator[tuple[Path, str]]:
    """Every input that is named outside `inputs`, and where."""
    for number, ratio in enumerate(document.ratios):
        yield ("ratios", number, "numerator"), ratio.numerator
        yield ("ratios", number, "denominator"), ratio.denominator
    for number, example in enumerate(document.examples):
        yield from _keys(("examples", number, "values"), example.values)
    plan = document.plan
    for number, subgroup in enumerate(plan.subgroups):
        yield ("plan", "subgroups", number, "input"), subgroup.input
    for words, names in plan.blanked.items():
        yield from ((("plan", "blanked", words, n), name) for n, name in enumerate(names))
    for number, expectation in enumerate(plan.expectations):
        yield ("plan", "expectations", number, "input"), expectation.input
    for number, recoding in enumerate(document.recodings):
        yield from _keys(("recodings", number, "codes"), recoding.codes)
    for number, copy in enumerate(document.bad_copies):
        yield from _keys(("bad_copies", number, "sums"), copy.sums)
        yield from _keys(("bad_copies", number, "blanks"), copy.blanks)


def _keys(path: Path, names: Iterable[str]) -> Iterator[tuple[Path, str]]:
    yield from (((*path, name), name) for name in names)


def _ranges(document: Document) -> Iterator[Fault]:
    for name, given in document.inputs.items():
        for key in ("plausible", "usual", "observed"):
            if (limits := getattr(given, key)) and not limits[0] < limits[1] and key != "observed":
                yield ("inputs", name, key), "the first number has to be less than the second."
    for number, subgroup in enumerate(document.plan.subgroups):
        if not subgroup.range[0] <= subgroup.range[1]:
            yield (
                ("plan", "subgroups", number, "range"),
                "the first number must not be more than the second.",
            )
    for number, example in enumerate(document.examples):
        for name, value in example.values.items():
            if (known := document.inputs.get(name)) and not _allows(known, value):
                at = ("examples", number, "values", name)
                yield at, "is none of the input's codes, or not in its plausible range."


def _allows(given: Input, value: float) -> bool:
    if given.plausible:
        return given.plausible[0] <= value <= given.plausible[1]
    return value in given.codes


def _no_input(name: str) -> str:
    return f"there is no input {name!r}."
