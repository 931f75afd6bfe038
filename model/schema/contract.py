"""The schema of a study: its inputs in clinical order, its outcome, and its JSON form."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Self

from model.schema import typed_json
from model.schema.coding import Coding
from model.schema.feature import Feature, Interval, mid_sentence
from model.schema.lookalikes import BadCopy, Recoding
from model.schema.unit import Unit

MOST_FEATURES = 500
"""More would be no form anybody fills in."""
MOST_CODES = 1_000
"""Answers of one input: more would be no list anybody chooses from."""
SCHEMA_VERSION = 1
RESEARCH_USE = "Research use; not a medical device."
"""Stands with every answer, on screen, on paper and in a record."""
NO_TIME = "time not stated"
"""The timing of an outcome of which nobody has said it yet: no heading repeats it."""


@dataclass(frozen=True)
class Threshold:
    """A risk from 0 to 1 that divides patients, and why it lies there."""

    value: float
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What the risk is the risk of, in the words a page needs."""

    label: str
    """A noun phrase: ``narrowed coronary artery``."""
    among_patients: str
    """Completes "Of 100 such patients about 62 …"."""
    timing: str
    """When it is true: ``now`` for a diagnosis, or the horizon of a prognosis."""
    population: str = ""
    """For whom the number holds: ``patients referred for coronary angiography``."""
    threshold: Threshold | None = None
    """Where the line starts that divides patients; None: at one half, as nobody decided."""

    @property
    def heading(self) -> str:
        """What the number is, and for whom: ``Probability of a narrowed coronary artery today, in
        patients referred for coronary angiography``.
        """
        article = "an" if self.label[:1] in "aeiou" else "a"
        when = {"now": "today", NO_TIME: ""}.get(self.timing, self.timing)
        whom = f", in {self.population}" if self.population else ""
        return f"Probability of {article} {self.label} {when}".rstrip() + whom


@dataclass(frozen=True)
class Schema:
    """The inputs of a study in clinical order, its outcome, and what is mistaken for its data.

    `code_system` is the address of the study's own codes for electronic records: an input's code
    is its name, and a coded answer is its number, in the system ``<code_system>:<name>``. A study
    that leaves it blank is not read from records.
    """

    study: str
    title: str
    outcome: Outcome
    features: tuple[Feature, ...]
    recodings: tuple[Recoding, ...] = ()
    bad_copies: tuple[BadCopy, ...] = ()
    code_system: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Of its features, in their order: that of the columns of every array of patients."""
        return tuple(feature.name for feature in self.features)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of features that may not be blank."""
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
        """The feature of that name; `KeyError` if there is none."""
        for feature in self.features:
            if feature.name == name:
                return feature
        raise KeyError(name)

    def codings(self, feature: Feature) -> tuple[Coding, ...]:
        """Every code a record may hold an input under; the study's own comes last."""
        if not self.code_system:
            return ()
        units = () if feature.is_coded else (Unit(feature.ucum or "1", 1.0),)
        own = Coding(self.code_system, feature.name, feature.label, units)
        return (*feature.codings, own)

    def answers(self, feature: Feature) -> dict[tuple[str, str], float]:
        """Values of a coded input by the system and code of each answer; its own come first."""
        own = {(f"{self.code_system}:{feature.name}", f"{v:g}"): v for v in feature.levels}
        terms = {(t.system, t.code): code.value for code in feature.codes for t in code.terms}
        return {answer: float(value) for answer, value in {**own, **terms}.items()}

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
            If the document is of another schema version, or a part is missing or makes no sense;
            what an older one lacks has its default.
        """
        document = typed_json.parsed(text)
        found = document.pop("schema_version", None)
        typed_json.require_version("schema", found, SCHEMA_VERSION)
        features = document.get("features")
        if isinstance(features, list) and (count := len(features)) > MOST_FEATURES:
            raise ValueError(
                f"{count:,} inputs in schema.json, and at most {MOST_FEATURES} are read; train "
                "again with fewer inputs"
            )
        schema = typed_json.read(cls, document, "schema.json", whole=True)
        _require_sense(schema)
        return schema


def _require_sense(schema: Schema) -> None:
    """Raise `ValueError` where parts that are right each for themselves do not go together."""
    if not schema.features:
        raise ValueError("a schema without inputs")
    if len(set(schema.names)) < len(schema.names):
        raise ValueError("two inputs of one name in the schema")
    for feature in schema.features:
        if len(feature.codes) > MOST_CODES:
            raise ValueError(f"an input with more than {MOST_CODES:,} answers in the schema")
        if len(set(feature.levels)) < len(feature.levels):
            raise ValueError("an input with one answer twice in the schema")
        spans = (feature.plausible, feature.usual, feature.trained)
        if any(span is not None and span.low > span.high for span in spans):
            raise ValueError("a range in the schema that ends before it begins")
        if any(unit.factor == 0 for unit in feature.other_units):
            raise ValueError("a unit in the schema whose values all become zero")
    threshold = schema.outcome.threshold
    if threshold is not None and not 0 <= threshold.value <= 1:
        raise ValueError("a threshold in the schema that is no risk from 0 to 1")
