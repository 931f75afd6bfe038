"""A form for a model of which only the signature and the logged example are known.

Words are chosen, never typed: a column of texts is offered the words of the example, and one
without any has no form. A number may be anything; outside the example it is flagged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from model.errors import SignatureRefused
from model.registry.signature import Column, Interface, Kind, Row, Value
from model.schema import Code, Feature, Interval, Outcome, Schema

ANY_NUMBER = Interval(-1e12, 1e12)
DECIMALS = 3
GROUP = "Inputs"
HELP = "A column of the model, by its own name: its unit and its meaning only the author knows."
OUTCOME = Outcome(
    "outcome of this model", "have the outcome that this model predicts", "as its author meant it"
)


@dataclass(frozen=True)
class SignatureSchema:
    """The schema of a signature, and the way back from its codes to the model's own values.

    background : the rows of the example that lack nothing.
    """

    schema: Schema
    words: tuple[tuple[Value, ...], ...]
    whole: tuple[bool, ...]
    background: tuple[Row, ...]

    @classmethod
    def of(cls, interface: Interface, study: str) -> SignatureSchema:
        """Draw it from what was logged.

        Raises
        ------
        SignatureRefused
            If a column takes words that nobody named.
        """
        columns = interface.columns
        given = [[row[at] for row in interface.example] for at in range(len(columns))]
        words = tuple(_words(column, of_it) for column, of_it in zip(columns, given, strict=True))
        unknown = [
            column.name
            for column, of_it in zip(columns, words, strict=True)
            if column.kind is Kind.TEXT and len(of_it) < 2
        ]
        if unknown:
            raise SignatureRefused(
                f"It takes texts for {', '.join(unknown)}, and which ones nobody knows: its "
                "example does not show two of them. Adopt it, and name them."
            )
        features = tuple(map(_feature, columns, words, given))
        background = tuple(row for row in interface.example if None not in row)
        whole = tuple(column.kind is Kind.WHOLE for column in columns)
        return cls(Schema(study, study, OUTCOME, features), words, whole, background)

    def rows(self, table: pd.DataFrame) -> list[Row]:
        """What the model takes for checked patients."""
        names = list(self.schema.names)
        return [self._row(row) for row in table.reindex(columns=names).to_numpy(float).tolist()]

    def _row(self, values: Sequence[float]) -> Row:
        return tuple(map(_own_value, values, self.words, self.whole))


def _own_value(value: float, words: tuple[Value, ...], whole: bool) -> Value:
    if math.isnan(value):
        return None
    if words:
        return words[int(value)]
    return int(value) if whole else value


def _words(column: Column, given: Sequence[Value]) -> tuple[Value, ...]:
    """Of a column that is chosen from, what a code stands for, by its number."""
    if column.kind is Kind.TRUTH:
        return (False, True)
    if column.kind is Kind.TEXT:
        return tuple(sorted({str(value) for value in given if value is not None}))
    return ()


def _feature(column: Column, words: tuple[Value, ...], given: Sequence[Value]) -> Feature:
    numbers = [float(value) for value in given if isinstance(value, int | float)]
    spans = not words and len(set(numbers)) > 1
    labels = ("no", "yes") if column.kind is Kind.TRUTH else tuple(map(str, words))
    return Feature(
        name=column.name,
        label=column.name,
        group=GROUP,
        help=HELP,
        required=column.required,
        decimals=0 if column.kind is Kind.WHOLE else DECIMALS,
        plausible=None if words else ANY_NUMBER,
        codes=tuple(Code(float(at), label) for at, label in enumerate(labels)),
        trained=Interval(min(numbers), max(numbers)) if spans else None,
    )
