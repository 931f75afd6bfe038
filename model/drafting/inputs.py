"""One column as an input of the draft: label, unit, range or answers, every guess marked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.drafting import quantities, words
from model.drafting.columns import Column, Kind
from model.drafting.redcap import Field
from model.studies.written_numbers import number_of

NUMBERS, FINDINGS = "Measurements", "History and findings"
MOST_DECIMALS = 4


@dataclass(frozen=True)
class Drafted:
    """An input as the file's keys, and which of them are guesses."""

    keys: Mapping[str, Any]
    guessed: tuple[str, ...]

    def with_test(self, test: str) -> dict[str, Any]:
        """The keys in full."""
        guessed = [*self.guessed, *(["test"] if test else [])]
        return {**self.keys, "test": test, "guessed": tuple(guessed)}


def drafted(column: Column, field: Field | None = None) -> Drafted:
    """The input of a column; `field` is what a data dictionary says of it."""
    made = _number(column) if column.kind is Kind.NUMBER else _coded(column)
    if column.kind is not Kind.NUMBER and field is not None and field.is_number:
        made = _number(column)
    keys, guessed = dict(made.keys), list(made.guessed)
    keys["required"] = not column.blank.any()
    if field is not None:
        known = _declared(column, field, keys)
        keys |= known
        guessed = [part for part in guessed if part not in known]
        if "codes" in known:
            for part in ("plausible", "unit", "decimals", "ordered"):
                keys.pop(part, None)
            guessed = [part for part in guessed if part not in ("plausible", "unit", "ordered")]
    return Drafted(keys, tuple(guessed))


def _number(column: Column) -> Drafted:
    values = column.values.dropna().to_numpy(dtype=np.float64)
    low, high = float(values.min()), float(values.max())
    plain = words.plain(column.name)
    keys: dict[str, Any] = {
        "label": words.label(column.name),
        "group": NUMBERS,
        "decimals": _decimals(values),
        "plausible": _wider(low, high),
        "observed": (_short(low), _short(high)),
    }
    guessed = ["label", "group", "plausible"]
    if found := quantities.known(plain, float(np.median(values))):
        quantity, scale = found
        keys |= {"label": quantity.label, "group": quantity.group}
        if scale and scale.plausible[0] <= low and high <= scale.plausible[1]:
            keys |= {"unit": scale.unit, "plausible": scale.plausible, "ucum": scale.ucum}
            guessed.append("unit")
    elif unit := words.unit_in(column.name):
        keys["unit"] = unit
        guessed.append("unit")
    return Drafted(keys, tuple(guessed))


def _coded(column: Column) -> Drafted:
    keys: dict[str, Any] = {"label": words.label(column.name), "group": FINDINGS}
    guessed = ["label", "group", "codes"]
    if words.SEX_NAMES.search(words.plain(column.name)):
        keys["group"] = quantities.PATIENT
    if column.is_numeric:
        levels = [_short(float(level)) for level in column.levels]  # type: ignore[arg-type]
        keys["codes"] = {level: f"{level:g}" for level in levels}
        if levels == [0, 1]:
            keys["codes"] = {0: "No", 1: "Yes"}
        elif len(levels) > 2:
            keys["ordered"] = True
            guessed.append("ordered")
        return Drafted(keys, tuple(guessed))
    texts = _apart([str(level) for level in column.levels])
    if pair := words.answers(texts, column.name):
        shown = dict(pair)
    elif ordered := words.in_order(texts):
        shown = {word: words.label(word) for word in ordered}
        keys["ordered"] = True
        guessed.append("ordered")
    else:
        shown = {word: _answer(word, texts) for word in texts}
    keys["codes"] = {
        number: {"label": label, "written": "" if label == word else word}
        for number, (word, label) in zip(_codes(list(shown)), shown.items(), strict=True)
    }
    return Drafted(keys, tuple(guessed))


def _apart(texts: list[str]) -> list[str]:
    """One spelling of each answer: yes and Yes are the same, as a table's reader takes them."""
    return list({_same(text): text for text in reversed(texts)}.values())[::-1]


def _same(text: str) -> float | str:
    number = number_of(text)
    return text.casefold() if number is None else number


def _codes(texts: list[str]) -> list[float]:
    """A number for each answer: its own where it is one, so that no 1 is read as another's code."""
    own = [_short(same) if isinstance(same := _same(text), float) else None for text in texts]
    free = (number for number in range(2 * len(texts)) if number not in own)
    return [next(free) if number is None else number for number in own]


def _answer(word: str, every: list[str]) -> str:
    """A word as a form shows it, if that keeps it apart from the others."""
    label = words.label(word)
    apart = sum(words.label(other).casefold() == label.casefold() for other in every) == 1
    return label if apart and word.islower() else word


def _declared(column: Column, field: Field, keys: Mapping[str, Any]) -> dict[str, Any]:
    """What the data dictionary says, one to one."""
    known: dict[str, Any] = {"label": field.label}
    if field.section:
        known["group"] = field.section
    if field.note:
        known["help"] = field.note
    if field.required:
        known["required"] = True
    if field.choices:
        known["codes"] = _choices(field)
    elif field.low is not None and field.high is not None and field.low < field.high:
        known["plausible"] = (_short(field.low), _short(field.high))
    elif "plausible" in keys and (field.low is not None or field.high is not None):
        low, high = keys["plausible"]
        known["plausible"] = (
            _short(field.low) if field.low is not None else min(low, field.high),
            _short(field.high) if field.high is not None else max(high, field.low),
        )
    if unit := words.unit_in(field.label):
        known["unit"] = unit
    return known


def _choices(field: Field) -> dict[float, Any]:
    """Codes that are numbers as they are; others numbered, with how the table writes each."""
    try:
        return {_short(float(code)): label for code, label in field.choices}
    except ValueError:
        return {
            number: {"label": label, "written": "" if label == code else code}
            for number, (code, label) in enumerate(field.choices)
        }


def _wider(low: float, high: float) -> tuple[float, float]:
    """Half the observed range added at either side, in round numbers; never below a zero."""
    half = (high - low) / 2
    step = 10 ** math.floor(math.log10(high - low)) / 2
    bottom = math.floor((low - half) / step) * step
    if low >= 0:
        bottom = max(bottom, 0.0)
    return _short(bottom), _short(math.ceil((high + half) / step) * step)


def _decimals(values: np.ndarray[Any, np.dtype[np.float64]]) -> int:
    """As many as nearly all values need."""
    for decimals in range(MOST_DECIMALS):
        if np.isclose(values, np.round(values, decimals), rtol=0, atol=1e-9).mean() > 0.99:
            return decimals
    return MOST_DECIMALS


def _short(value: float) -> float:
    """1.0 as 1, and 0.30000000000000004 as 0.3."""
    rounded = float(f"{value:.15g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
