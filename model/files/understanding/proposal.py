"""What a whole file seems to mean: one proposal, to be looked through and agreed to at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa

from model.files.understanding import codings, header_words, headers, levels, names, vocabulary
from model.files.understanding.code_table import CodeTable
from model.files.understanding.codings import Fit
from model.files.understanding.columns import ColumnProposal, propose
from model.files.understanding.headers import texts_at
from model.files.understanding.mapping import FileMapping
from model.files.understanding.names import Confidence
from model.files.understanding.sample import Sample
from model.files.understanding.vocabulary import Vocabulary
from model.intake import cells
from model.intake.cells import How
from model.schema import Feature, Schema


@dataclass(frozen=True)
class Proposal:
    """How a file is proposed to be read.

    columns : those that seem to be inputs, in the file's order. kept : the others. outcomes : of
    these, the ones known to hold what became of the patients. rivals : further columns that seem
    to be an input which another column is taken for. absent : inputs without a column.
    fit : what the codes say about the coding. rows : how many were looked at.
    """

    schema: Schema
    columns: tuple[ColumnProposal, ...]
    kept: tuple[str, ...]
    outcomes: tuple[str, ...]
    rivals: Mapping[str, str]
    absent: tuple[Feature, ...]
    header: bool
    fit: Fit
    rows: int
    sheet: str = ""
    apart: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Inputs that several columns hold between them, with these columns; none of them is read."""

    @property
    def settled(self) -> tuple[ColumnProposal, ...]:
        """The columns that are sure enough to be agreed to as they stand."""
        return tuple(column for column in self.columns if _is_settled(column))

    @property
    def unsure(self) -> tuple[ColumnProposal, ...]:
        """Those that are only read if somebody says so."""
        return tuple(column for column in self.columns if not _is_settled(column))

    @cached_property
    def mapping(self) -> FileMapping:
        """What is agreed to, if nobody changes anything."""
        taken = {column.at for column in self.settled}
        unsure = (column.column for column in self.columns if column.at not in taken)
        return FileMapping(
            self.schema.study,
            tuple(column.mapping for column in self.settled),
            (*unsure, *self.kept),
            self.fit.offered.name if self.fit.offered else "",
            self.header,
            self.sheet,
        )

    @cached_property
    def is_needed(self) -> bool:
        """Whether the file is read differently with the mapping than without, or has words of
        which somebody would have to say what they mean.
        """
        if not self.header or self.fit.candidates or self.unsure or self.rivals or self.apart:
            return True
        return any(
            names.plain_name(column.column) != column.feature.name
            or column.mapping.words
            or column.mapping.unclear
            or column.unit
            or column.above
            for column in self.columns
        )


def _is_settled(each: ColumnProposal) -> bool:
    exact = names.plain_name(each.column) == each.feature.name
    return exact or each.confidence > Confidence.UNSURE


def _as_chosen(
    found: list[tuple[int, str, Confidence]], spread: set[int], chosen: Mapping[int, str | None]
) -> list[tuple[int, str, Confidence]]:
    """What the owner says comes first; a column that is one of several for an input is unsure."""
    named = {name for name in chosen.values() if name}
    kept = [
        (at, name, min(sure, Confidence.UNSURE) if at in spread else sure)
        for at, name, sure in found
        if at not in chosen and name not in named
    ]
    return sorted(kept + [(at, name, Confidence.CHOSEN) for at, name in chosen.items() if name])


def make(
    sample: Sample, schema: Schema, chosen: Mapping[int, str | None] | None = None
) -> Proposal:
    """What the beginning of a file says about the whole.

    chosen : of some columns, from 0, the input that its owner says it is; None for none.
    """
    known = vocabulary.of(schema)
    chosen = chosen or {}
    matches = names.match(sample.first, schema)
    header, first, rows, order = headers.told(sample, schema, known, len(matches.found))
    if not header:
        found = [(at, name, Confidence.LIKELY) for at, name in enumerate(order)]
    else:
        found = [(match.at, match.feature, match.confidence) for match in matches.found]
    apart = levels.apart(first, matches, schema) if header else {}
    spread = {at for columns in apart.values() for at in columns}
    named = {name for name in chosen.values() if name}
    found = _as_chosen(found, spread, chosen)
    columns = tuple(
        propose(at, first[at], schema[name], sure, texts_at(rows, at), known)
        for at, name, sure in found
    )
    taken = {column.at for column in columns}
    rivals = {
        first[match.at]: match.feature
        for match in matches.rivals
        if header and match.at not in taken | spread and match.at not in chosen
    }
    kept = tuple(name for at, name in enumerate(first) if at not in taken)
    there = {each.feature.name for each in columns}
    outcomes = {header_words.skeleton(name) for name in known.outcomes}
    return Proposal(
        schema,
        columns,
        kept,
        tuple(name for name in kept if header_words.skeleton(name) in outcomes),
        rivals,
        tuple(feature for feature in schema.features if feature.name not in there),
        header,
        _fit(columns, schema, known, len(rows)),
        len(rows),
        sample.sheet,
        {
            name: tuple(first[at] for at in columns)
            for name, columns in apart.items()
            if name not in named
        },
    )


def _fit(columns: Sequence[ColumnProposal], schema: Schema, known: Vocabulary, rows: int) -> Fit:
    """What the columns' codes say about their coding."""
    table = CodeTable.of(schema, known.codings)
    numbers, spoken = {}, {}
    for column in columns:
        if column.feature.name in table.columns and _is_settled(column):
            read = cells.read(pa.array(column.content.texts, pa.string()), column.feature)
            codes = np.where(read.how == How.WORDS, np.nan, read.values)
            marked = [float(mark) for mark in column.marks if cells.NUMBER.fullmatch(mark)]
            codes[np.isin(codes, marked)] = np.nan
            numbers[column.feature.name] = codes
            said = Counter({m.code: 0 for m in column.meanings.values() if m is not None})
            for text, meaning in column.meanings.items():
                if meaning is not None:
                    said[meaning.code] += column.content.words[text]
            spoken[column.feature.name] = np.repeat([*said.keys()], [*said.values()])
    table.add(numbers, rows, spoken)
    return codings.fit(table, schema, known)
