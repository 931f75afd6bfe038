"""What other people's files call a study's inputs, their answers, and what was not measured.

Knowledge about files, not about a model: it lies beside the study, one YAML file a study, and is
always today's, however old the version that is asked. A study without one has what its schema says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from model import studies
from model.schema import Feature, Interval, Recoding, Schema, Unit
from model.studies.marked_yaml import PARSER

FOLDER = Path(studies.__file__).parent / "vocabularies"

Answers = Mapping[float, tuple[str, ...]]


@dataclass(frozen=True)
class TwoMeanings:
    """A word that is not clear in a column that holds one of `beside`, and none of `unless`."""

    word: str
    beside: tuple[str, ...]
    unless: tuple[str, ...]

    def is_met(self, texts: Collection[str]) -> bool:
        """Whether it is unclear among these texts, which are without capitals."""
        return (
            self.word in texts
            and any(word in texts for word in self.beside)
            and not any(word in texts for word in self.unless)
        )


@dataclass(frozen=True)
class Input:
    """How one input is written elsewhere.

    names : headers it has; tokens of `never` in a header mean something else, `doubtful` ones may.
    words : of each code, words for it. above : a number above this means yes, in an input answered
    by yes or no; measured : what such a number may be.
    shares : of each code, how many of 100 patients have it, roughly, wherever they are from.
    zero_is_missing : whether its 0 stands for "not measured" in files that circulate. asks : of a
    code, words that make a header a question for it: below `female`, yes and 1 mean female.
    middle : where the middle value of a file of patients lies, in the study's unit.
    two_meanings : words that mean one thing beside some words, and another beside others.
    units : units of files that the study's form does not offer.
    """

    names: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    words: Answers = field(default_factory=dict)
    above: float | None = None
    measured: Interval | None = None
    shares: Mapping[float, float] = field(default_factory=dict)
    zero_is_missing: bool = False
    asks: Answers = field(default_factory=dict)
    two_meanings: tuple[TwoMeanings, ...] = ()
    middle: Interval | None = None
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """Of one study.

    abbreviations : what a token of a header is short for. fillers : tokens that say nothing.
    codings : other codes that circulate for the study's inputs; `seldom` names the rarer of them.
    outcomes : headers under which files hold what became of a patient.
    present, absent : words and codes there that mean the patient had it, or did not.
    """

    inputs: Mapping[str, Input] = field(default_factory=dict)
    abbreviations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    codings: tuple[Recoding, ...] = ()
    seldom: frozenset[str] = frozenset()
    outcomes: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    def of(self, name: str) -> Input:
        """How the input of that name is written elsewhere; nothing is known of one not named."""
        return self.inputs.get(name, Input())

    def units_of(self, feature: Feature) -> tuple[Unit, ...]:
        """The other units a column may be in: those of its input's form, then those of files."""
        declared = {feature.unit, *(unit.name for unit in feature.other_units)}
        files = (unit for unit in self.of(feature.name).units if unit.name not in declared)
        return *feature.other_units, *files


def of(schema: Schema) -> Vocabulary:
    """The vocabulary declared for the schema's study, or what the schema itself says."""
    declared = _declared(schema.study)
    return declared or Vocabulary(codings=schema.recodings)


@lru_cache
def _declared(study: str) -> Vocabulary | None:
    listed = {path.stem: path for path in FOLDER.glob("*.yaml")}  # a name never becomes a path
    if study not in listed:
        return None
    return read(listed[study].read_text(encoding="utf-8"))


def read(text: str) -> Vocabulary:
    """A vocabulary from its YAML."""
    document = yaml.load(text, Loader=PARSER)
    return Vocabulary(
        inputs={name: _input(part) for name, part in document["inputs"].items()},
        abbreviations={
            short: tuple(long.split()) for short, long in document["abbreviations"].items()
        },
        fillers=frozenset(document["fillers"]),
        codings=tuple(_coding(name, part) for name, part in document["codings"].items()),
        seldom=frozenset(
            name for name, part in document["codings"].items() if part.get("seldom", False)
        ),
        outcomes=tuple(document["outcome"]["names"]),
        present=tuple(document["outcome"]["present"]),
        absent=tuple(document["outcome"]["absent"]),
    )


def _input(document: Mapping[str, Any]) -> Input:
    return Input(
        names=tuple(document.get("names", ())),
        never=frozenset(document.get("never", ())),
        doubtful=frozenset(document.get("doubtful", ())),
        words={float(code): tuple(words) for code, words in document.get("words", {}).items()},
        above=document.get("above"),
        measured=Interval(*document["measured"]) if "measured" in document else None,
        shares={float(code): float(n) for code, n in document.get("shares", {}).items()},
        zero_is_missing=document.get("zero_is_missing", False),
        asks={float(code): tuple(words) for code, words in document.get("asks", {}).items()},
        middle=Interval(*document["middle"]) if "middle" in document else None,
        units=tuple(
            Unit(name, float(factor)) for name, factor in document.get("units", {}).items()
        ),
        two_meanings=tuple(
            TwoMeanings(word, tuple(part["beside"]), tuple(part["unless"]))
            for word, part in document.get("two_meanings", {}).items()
        ),
    )


def _coding(name: str, document: Mapping[str, Any]) -> Recoding:
    codes = tuple(
        (column, tuple((float(theirs), ours) for theirs, ours in pairs.items()))
        for column, pairs in document["codes"].items()
    )
    return Recoding(name, document["label"], codes)
