"""A mapping as YAML: drafted by ``check --propose``, edited by its owner, read by ``--map``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from model.errors import InputError
from model.files.understanding import vocabulary
from model.files.understanding.mapping import ColumnMapping, FileMapping
from model.files.understanding.proposal import Proposal
from model.intake import cells
from model.schema import NOT_MEASURED, Feature, Interval, Schema

LARGEST_BYTES = 4_000_000
HEAD = """\
# How a file of this shape is read. It holds names, words and codes; no row and no patient.
# Look it through, correct what is wrong, and use it: python -m model check FILE --map THIS.yaml
#
# sheet: of a workbook, the one with the patients. columns: each column that is an input.
# words: what is written there, and the answer it means. not measured: what stands there for a
# missing value. unclear: words nobody could read; give them a meaning under words, or rows that
# have them are rejected. unsure: columns that may be an input; list them under columns if they
# are. kept: columns that are none. absent: inputs without a column.
"""
KEYS = {"study", "header", "sheet", "coding", "columns", "unsure", "kept", "absent"}
COLUMN_KEYS = {
    "column", "input", "confidence", "words", NOT_MEASURED, "unit", "yes above", "unclear"
}  # fmt: skip

NO_WORDS = frozenset({"", "nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"})
"""A file of numbers holds these without a word; they can be given no meaning."""


class _AsWritten(yaml.SafeLoader):
    """Scalars as they stand: a cell that holds yes, 010 or 1.0 is not true, 8 or 1."""

    yaml_implicit_resolvers = {  # noqa: RUF012 — as its parent declares it
        first: [resolver for resolver in resolvers if resolver[0] == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping whose keys stand there once: of two meanings none would be the right one."""
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len({*keys}) < len(keys):
            raise yaml.constructor.ConstructorError(
                None, None, "a key is there twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


def draft(proposal: Proposal) -> str:
    """What a proposal says, as a document to be looked through, corrected and agreed to."""
    confidence = {
        column.feature.name: column.confidence.name.lower() for column in proposal.settled
    }
    unsure = {column.column: column.feature.name for column in proposal.unsure}
    unsure |= {column: name for name, columns in proposal.apart.items() for column in columns}
    unsure |= proposal.rivals
    return to_yaml(proposal.mapping, proposal.schema, confidence=confidence, unsure=unsure)


def to_yaml(
    mapping: FileMapping,
    schema: Schema,
    *,
    confidence: Mapping[str, str] = {},
    unsure: Mapping[str, str] = {},
) -> str:
    """A mapping as a document.

    confidence : of each input, in a word. unsure : columns with the input they may be. Both are
    for its reader alone.
    """
    document: dict[str, Any] = {"study": mapping.study}
    if mapping.sheet:
        document["sheet"] = mapping.sheet
    document["header"] = mapping.header
    if mapping.coding:
        document["coding"] = mapping.coding
    document["columns"] = [
        _column(column, schema[column.feature], confidence.get(column.feature, ""))
        for column in mapping.columns
    ]
    if unsure:
        document["unsure"] = dict(unsure)
    document["kept"] = [name for name in mapping.kept if name not in unsure]
    document["absent"] = [name for name in schema.names if name not in mapping.by_feature]
    body: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    return HEAD + body


def _column(each: ColumnMapping, feature: Feature, confidence: str) -> dict[str, Any]:
    document: dict[str, Any] = {"column": each.column, "input": each.feature}
    if confidence:
        document["confidence"] = confidence
    words = {text: feature.in_words(code) for text, code in each.words if code is not None}
    marks = [text for text, code in each.words if code is None]
    for key, value in (
        ("words", words),
        (NOT_MEASURED, marks),
        ("unit", each.unit),
        ("yes above", each.above),
        ("unclear", list(each.unclear)),
    ):
        if value:
            document[key] = value
    return document


def from_yaml(text: str | bytes, schema: Schema) -> FileMapping:
    """Read a mapping.

    Raises
    ------
    InputError
        If it is none, or names what the study does not know; with the key it is about.
    """
    if len(text) > LARGEST_BYTES:
        raise InputError("The mapping is larger than 4 MB. Is it the right file?")
    try:
        document = yaml.load(text, _AsWritten)  # a safe loader, with fewer types
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f", line {line + 1}" if line is not None else ""
        raise InputError(
            f"The mapping is no valid YAML{where}, or a key is there twice. Correct it."
        ) from None
    if not isinstance(document, dict) or not isinstance(document.get("columns"), list):
        raise InputError("The mapping has no list of columns. Draft one with check --propose.")
    _require_known(document, KEYS, "The mapping")
    study = document.get("study", schema.study)
    if study != schema.study:
        raise InputError(f"The mapping is for the study {study!r}, not {schema.study!r}.")
    coding = _text(document.get("coding"), "coding")
    known = [other.name for other in vocabulary.of(schema).codings]
    if coding and coding not in known:
        raise InputError(f"The mapping names a coding nobody knows. Known: {', '.join(known)}.")
    header = _text(document.get("header"), "header").casefold() or "true"
    if header not in ("true", "false"):
        raise InputError("In the mapping, header is either true or false.")
    columns = tuple(_read_column(column, schema) for column in document["columns"])
    names = [column.feature for column in columns]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InputError(f"The mapping reads {twice} from two columns. Keep one.")
    return FileMapping(
        schema.study,
        columns,
        tuple(_text(name, "kept") for name in document.get("kept") or ()),
        coding,
        header == "true",
        _text(document.get("sheet"), "sheet"),
    )


def _read_column(document: object, schema: Schema) -> ColumnMapping:
    if not isinstance(document, dict):
        raise InputError("In the mapping, each of columns has a column and an input.")
    column = _text(document.get("column"), "column")
    name = document.get("input")
    if name not in schema.names:
        listed = ", ".join(schema.names)
        raise InputError(f"In the mapping, column “{column}” has no input. Inputs: {listed}.")
    feature = schema[name]
    where = f"In the mapping, {name}"
    _require_known(document, COLUMN_KEYS, where)
    unit = _text(document.get("unit"), "unit")
    if unit == feature.unit:
        unit = ""
    others = [each.name for each in vocabulary.of(schema).units_of(feature)]
    if unit and unit not in others:
        units = ", ".join(others) or "none"
        raise InputError(f"{where}: the unit is not known. Other units of it: {units}.")
    words = document.get("words") or {}
    if not isinstance(words, dict):
        raise InputError(f"{where}: words are pairs, what is written and what it means.")
    read = tuple((_cell(text), _code(said, feature, where)) for text, said in words.items())
    marks = tuple((_cell(mark), None) for mark in _list(document.get(NOT_MEASURED)))
    above = document.get("yes above")
    if above is not None:
        above = _above(_text(above, "yes above"), vocabulary.of(schema).of(name).measured, where)
    _require_one_meaning((*read, *marks), where)
    unclear = tuple(map(_cell, _list(document.get("unclear"))))
    return ColumnMapping(column, name, (*read, *marks), unit, above, unclear)


def _above(text: str, measured: Interval | None, where: str) -> float:
    if measured is None:
        raise InputError(f"{where}: no value of it is above anything. Remove yes above.")
    above = cells.number_of(text)
    if above is None or above not in measured:
        raise InputError(f"{where}: yes above is a number from {measured}.")
    return above


def _require_one_meaning(words: Sequence[tuple[str, float | None]], where: str) -> None:
    """Texts that are told apart by capitals or by zeros alone are one word, with one meaning."""
    meant: dict[float | str, float | None] = {}
    for at, (text, code) in enumerate(words):
        if code is not None and text.strip().casefold() in NO_WORDS:
            raise InputError(
                f"{where}: word {at + 1} is blank or no number, which means no answer."
            )
        number = cells.number_of(text)
        word = text.strip().casefold() if number is None else number
        if meant.setdefault(word, code) != code:
            raise InputError(
                f"{where}: word {at + 1} is there twice with two meanings; capitals and zeros make "
                "no other word. Keep one."
            )


def _code(said: object, feature: Feature, where: str) -> float | None:
    """A code by its number or its words; None for "not measured"."""
    if said is None or str(said).casefold() == NOT_MEASURED:
        return None
    for code in feature.codes:
        if _cell(said).casefold() == code.label.casefold():
            return code.value
    number = cells.number_of(_cell(said))
    if number in feature.levels:
        return number
    answers = ", ".join(feature.in_words(value) for value in feature.levels) or "none"
    raise InputError(f"{where}: a word has a meaning nobody knows. Answers: {answers}.")


def _cell(written: object) -> str:
    if isinstance(written, dict | list | tuple):
        raise InputError("In the mapping, a word or a mark is a text or a number.")
    return "null" if written is None else str(written)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object, key: str) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise InputError(f"In the mapping, {key} is a name.")
    return str(value)


def _require_known(document: Mapping[object, Any], known: set[str], where: str) -> None:
    if unknown := [str(key)[:40] for key in document if key not in known]:
        raise InputError(f"{where} has a key {unknown[0]!r}. Known: {', '.join(sorted(known))}.")
