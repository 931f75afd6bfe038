"""What a study declares: its inputs, its outcome, its data, and what it may be used for."""

from __future__ import annotations

from dataclasses import dataclass

from model.schema import Schema
from model.studies.source import DataSource


@dataclass(frozen=True)
class Ratio:
    """A predictor derived from two inputs: numerator over denominator."""

    numerator: str
    denominator: str

    @property
    def name(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True)
class Study:
    """A clinical question and the data that answer it.

    `diseased_above`: the outcome is present where the source's outcome column is greater.
    `zero_means_missing`: columns whose zeros in the source stand for "not measured".
    """

    name: str
    title: str
    schema: Schema
    source: DataSource
    diseased_above: float
    zero_means_missing: tuple[str, ...]
    ratios: tuple[Ratio, ...]
    intended_use: str
    intended_users: str
    out_of_scope: tuple[str, ...]
    population: str
    limits: tuple[str, ...]
