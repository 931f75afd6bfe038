"""The contract that travels with every model: which inputs it takes and what it answers.

A `Feature` is declared once. The form, the checks, the MLflow signature and the data
dictionary are all drawn from it, and a copy lies in every bundle, so that a model is
always asked in the terms it was trained with.
"""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from typing import Any, Self

SCHEMA_VERSION = 1
NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Code:
    """One value of a coded input: the number in the data and what it means in words."""

    value: float
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unit:
    """Another unit people use for the same quantity: ``value * factor`` is canonical."""

    name: str
    factor: float


@dataclass(frozen=True)
class Interval:
    """A closed range, in the feature's canonical unit."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Feature:
    """One clinical input.

    A feature either has `codes` (few values, each with a meaning) or a `plausible`
    range; a value outside either is refused, never scored. `trained` is the range seen
    in training: outside it a value is scored and flagged. `test` names what is done to learn
    it: inputs of one test are measured together or not at all. `ordered` codes have a natural
    order, each a step more than the one before.
    """

    name: str
    label: str
    group: str
    help: str
    unit: str = ""
    required: bool = False
    test: str = ""
    decimals: int = 0
    ordered: bool = False
    plausible: Interval | None = None
    codes: tuple[Code, ...] = ()
    other_units: tuple[Unit, ...] = ()
    trained: Interval | None = None

    def __post_init__(self) -> None:
        if bool(self.codes) == (self.plausible is not None):
            raise ValueError(f"{self.name}: declare either codes or a plausible range")

    @property
    def is_coded(self) -> bool:
        return bool(self.codes)

    @property
    def levels(self) -> tuple[float, ...]:
        """The values of a coded feature, in the order declared."""
        return tuple(code.value for code in self.codes)

    @property
    def allowed(self) -> str:
        """What a correct value is, as a phrase: ``60 to 260 mm Hg`` or ``1, 2, 3 or 4``."""
        if self.plausible is not None:
            return f"{self.plausible} {self.unit}".strip()
        return " or ".join(
            [", ".join(f"{value:g}" for value in self.levels[:-1]), f"{self.levels[-1]:g}"]
        )

    def in_words(self, value: float) -> str:
        """The value as a clinician says it: ``145 mm Hg``, ``reversible defect``."""
        if math.isnan(value):
            return NOT_MEASURED
        for code in self.codes:
            if code.value == value:
                return mid_sentence(code.label)
        return f"{value:.10g} {self.unit}".strip()

    def described(self, value: float) -> str:
        """Label and value together: ``ST depression 2.3 mm``, ``Thallium scan: normal``."""
        separator = ": " if self.is_coded or math.isnan(value) else " "
        return f"{self.label}{separator}{self.in_words(value)}"


@dataclass(frozen=True)
class Outcome:
    """What the risk is the risk of, in the words a page needs."""

    label: str
    """A noun phrase: ``narrowed coronary artery``."""
    among_patients: str
    """Completes "About 62 of 100 patients like this one …"."""
    timing: str
    """When it is true: ``now`` for a diagnosis, or the horizon of a prognosis."""


@dataclass(frozen=True)
class Schema:
    """The inputs of a study in clinical order, and its outcome."""

    study: str
    title: str
    outcome: Outcome
    features: tuple[Feature, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features if feature.required)

    @property
    def groups(self) -> dict[str, tuple[Feature, ...]]:
        """Features by the part of the visit they belong to, in order."""
        groups: dict[str, tuple[Feature, ...]] = {}
        for feature in self.features:
            groups[feature.group] = (*groups.get(feature.group, ()), feature)
        return groups

    @property
    def tests(self) -> dict[str, tuple[str, ...]]:
        """Names of the optional features by the test they belong to, in order."""
        tests: dict[str, tuple[str, ...]] = {}
        for feature in self.features:
            if not feature.required:
                test = feature.test or mid_sentence(feature.label)
                tests[test] = (*tests.get(test, ()), feature.name)
        return tests

    def __getitem__(self, name: str) -> Feature:
        for feature in self.features:
            if feature.name == name:
                return feature
        raise KeyError(name)

    def with_training_ranges(self, ranges: dict[str, Interval]) -> Self:
        """The same schema with the range each number had in training."""
        return dataclasses.replace(
            self,
            features=tuple(
                dataclasses.replace(feature, trained=ranges.get(feature.name))
                for feature in self.features
            ),
        )

    def to_json(self) -> str:
        """The schema as one JSON document; `from_json` is its inverse."""
        document = {"schema_version": SCHEMA_VERSION, **dataclasses.asdict(self)}
        return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a schema.

        Raises
        ------
        ValueError
            If the document is of another schema version or lacks a part.
        """
        document = json.loads(text)
        version = document.get("schema_version")
        if version != SCHEMA_VERSION:
            raise ValueError(f"schema version {version!r}; this program reads {SCHEMA_VERSION}")
        try:
            return cls(
                study=document["study"],
                title=document["title"],
                outcome=Outcome(**document["outcome"]),
                features=tuple(_feature(each) for each in document["features"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"the schema is incomplete: {error}") from error


def mid_sentence(label: str) -> str:
    """Its first letter small, unless the label begins with an abbreviation such as ``ST-T``."""
    return label[0].lower() + label[1:] if label[:2].istitle() else label


def _feature(document: dict[str, Any]) -> Feature:
    return Feature(
        **{
            **document,
            "plausible": document["plausible"] and Interval(**document["plausible"]),
            "trained": document["trained"] and Interval(**document["trained"]),
            "codes": tuple(
                Code(**{**code, "aliases": tuple(code["aliases"])}) for code in document["codes"]
            ),
            "other_units": tuple(Unit(**unit) for unit in document["other_units"]),
        }
    )
