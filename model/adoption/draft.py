"""The study that a model can be used by, with what is known filled in and each guess marked."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from model.adoption.facts import Fact
from model.adoption.original import Kind, Word
from model.errors import OutputError
from model.files.atomic_write import appearing
from model.studies import writing
from model.studies.format.document import Document
from model.studies.format.values import FORMAT

GROUP = "Inputs"
YES_NO = {0: "no", 1: "yes"}
LONGEST_LABEL = 100
MOST_DRAFTS = 100


def document(
    name: str, facts: Sequence[Fact], answer: Mapping[str, Any], missing: Mapping[str, bool]
) -> Document:
    """A study for the model.

    Parameters
    ----------
    name : of the registered model or the file. answer : the part ``model``. missing : for each
        input whether the model itself takes a blank.
    """
    return Document.model_validate(
        {
            "format": FORMAT,
            "name": study_name(name),
            "title": (name.strip() or "Adopted model")[:LONGEST_LABEL],
            "outcome": {
                "label": "outcome",
                "among_patients": "have the outcome",
                "timing": "as the model's author defined it",
            },
            "model": answer,
            "inputs": {
                fact.input.name: _input(fact, missing.get(fact.input.name, False)) for fact in facts
            },
        }
    )


def write(made: Document, folder: Path) -> Path:
    """Write the draft, beside one that is there already and says something else.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    text = writing.dump(made).encode()
    for ending in ("", *(f"-{number}" for number in range(2, MOST_DRAFTS))):
        path = folder / f"{made.name}{ending}.yaml"
        if path.is_file() and path.read_bytes() == text:
            return path
        if not path.exists():
            with appearing(path) as file:
                file.write(text)
            return path
    raise OutputError(f"{folder} is full of drafts named {made.name}. Remove some.")


def study_name(name: str) -> str:
    """Small letters, digits and hyphens, as a study's name has to be."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50].strip("-")
    return plain if plain[:1].isalpha() else f"model-{plain}".strip("-")


def _input(fact: Fact, missing: bool) -> dict[str, Any]:
    made: dict[str, Any] = {
        "label": label(fact.input.name),
        "group": GROUP,
        "required": not missing,
        "guessed": ("label", *fact.guessed),
    }
    if fact.input.kind is Kind.BOOLEAN:
        codes = {0: {"label": "no", "written": "False"}, 1: {"label": "yes", "written": "True"}}
        return {**made, "codes": codes}
    if fact.input.kind is Kind.WORD:
        return {**made, "codes": codes_of(fact.input.words)}
    made["decimals"] = fact.decimals
    if fact.span is not None:
        made["observed"] = fact.span
        made["plausible"] = plausible(fact.span, fact.source)
    return made


def codes_of(words: Sequence[Word]) -> dict[float, Any]:
    """A number for each word: its own where all are numbers, else its place."""
    own = all(isinstance(word, int | float) and not isinstance(word, bool) for word in words)
    if own:
        return {float(word): f"{float(word):g}" for word in words}
    return {
        at: {"label": str(word).strip() or "(blank)", "written": str(word)}
        for at, word in enumerate(words)
    }


def plausible(span: tuple[float, float], source: str) -> tuple[float, float]:
    """What is proposed as possible at all: half as far again on either side; thresholds of trees
    lie inside of what the data had, and get as far again.
    """
    low, high = span
    room = (high - low) * (1.0 if source.startswith("thresholds") else 0.5)
    below = low - room
    below = 0.0 if low >= 0 > below else below
    return _rounded(below, math.floor, room), _rounded(high + room, math.ceil, room)


def _rounded(value: float, towards: Any, room: float) -> float:
    """To two digits of the room there is, outwards."""
    step = 10.0 ** (math.floor(math.log10(room)) - 1)
    return float(f"{towards(value / step) * step:.12g}")


def label(name: str) -> str:
    """``RestingBP`` and ``resting_bp`` as a person reads them; a guess."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[_.]+", " ", name).strip() or name
    return (spaced[0].upper() + spaced[1:])[:LONGEST_LABEL]
