"""What is known of each input, from everything that says something: one record a column.

In this order, the first that knows wins: the fitted object, the signature, the table handed in,
the logged example.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from model.adoption.original import Input, Kind, Word
from model.errors import OriginalRefused

MOST_WORDS = 60
MOST_INPUTS = 500
FEWEST_ROWS = 30
"""Whose least and largest number say a range: the ends of three rows are no ends."""
IDENTIFIERS = re.compile(r"(.*_)?(id|mrn|nhs|ssn|uuid|index|row|dataset|site|unnamed.*)", re.I)
OUTCOMES = re.compile(r"(target|outcome|label|class|y|num|diagnosis|died|death|mortality)", re.I)
TYPES = {
    "double": (Kind.NUMBER, ""),
    "float": (Kind.NUMBER, "float32"),
    "integer": (Kind.NUMBER, "int32"),
    "long": (Kind.NUMBER, "int64"),
    "boolean": (Kind.BOOLEAN, "bool"),
    "string": (Kind.WORD, ""),
}


@dataclass(frozen=True)
class Fact:
    """An input, and beside it what only a draft needs.

    span : the range to flag outside of; None if nothing says it. source : what says so. decimals :
    digits after the point. guessed : parts of the declaration nobody said. rows : how many numbers
    of it were handed over, in a table or the logged example.
    """

    input: Input
    span: tuple[float, float] | None = None
    source: str = ""
    decimals: int = 2
    guessed: tuple[str, ...] = ()
    rows: int = 0


def gather(
    told: Mapping[str, Any],
    signature: Mapping[str, Any],
    example: pd.DataFrame | None,
    table: pd.DataFrame | None,
    declared: Sequence[str] = (),
) -> tuple[Fact, ...]:
    """The inputs in the order the model takes them.

    Parameters
    ----------
    declared : names that a person declared or that asking brought out; for a model that itself
        knows none.

    Raises
    ------
    OriginalRefused
        If nothing says what it takes, or it takes what no form can ask for.
    """
    known = {str(entry["name"]): entry for entry in told["inputs"]}
    typed, width = _signature(signature)
    names = _names(list(known), list(typed), width or int(told["count"]), example, declared)
    if not 0 < len(names) <= MOST_INPUTS:
        raise OriginalRefused(f"It takes {len(names):,} inputs; a form has 1 to {MOST_INPUTS}.")
    return tuple(
        _fact(
            name,
            known.get(name, {}),
            typed.get(name),
            *(_column(frame, name) for frame in (table, example)),
        )
        for name in names
    )


def _signature(signature: Mapping[str, Any]) -> tuple[dict[str, tuple[Kind, str, bool]], int]:
    """Columns by name with kind, type and whether required; or the width of a tensor."""
    text = signature.get("inputs")
    if not text:
        return {}, 0
    try:
        described = json.loads(text)
        if described and described[0].get("type") == "tensor":
            shape = described[0]["tensor-spec"]["shape"]
            return {}, int(shape[1]) if len(shape) == 2 else 0
        found = {}
        for column in described:
            if column["type"] not in TYPES:
                raise OriginalRefused(
                    f"Its input {column.get('name', '')!s:.60} is a {column['type']!s:.20}, which "
                    "no form asks for: only numbers, words and yes or no."
                )
            kind, dtype = TYPES[column["type"]]
            found[str(column["name"])] = (kind, dtype, column.get("required", True) is True)
        return found, 0
    except (ValueError, LookupError, TypeError, AttributeError):
        return {}, 0


def knows_names(
    told: Mapping[str, Any], signature: Mapping[str, Any], example: pd.DataFrame | None
) -> bool:
    """Whether anything that came with the model says the names of its inputs."""
    return bool(told["inputs"] or _signature(signature)[0] or example is not None)


def _names(
    known: list[str],
    typed: list[str],
    count: int,
    example: pd.DataFrame | None,
    declared: Sequence[str],
) -> Sequence[str]:
    if typed and (not known or set(typed) != set(known)):
        return typed
    if known:
        return known
    if example is not None:
        return [str(name) for name in example.columns]
    if declared:
        return declared
    if count:
        return [f"x{at + 1}" for at in range(count)]
    raise OriginalRefused(
        "Nothing says which inputs it takes: it has no signature, no example and no names of its "
        "own. Add --data with a table of patients, or declare them in a study and add --study."
    )


def _column(frame: pd.DataFrame | None, name: str) -> pd.Series | None:
    return None if frame is None or name not in frame.columns else frame[name]


def _fact(
    name: str,
    known: Mapping[str, Any],
    typed: tuple[Kind, str, bool] | None,
    table: pd.Series | None,
    example: pd.Series | None,
) -> Fact:
    kind, dtype, _ = typed or (None, "", True)
    seen = [column.dropna() for column in (table, example) if column is not None]
    if "kind" in known and kind is not Kind.BOOLEAN and not _are_truths(seen):
        kind = Kind(known["kind"])
    dtype = str(known.get("dtype", dtype))
    if kind is None:
        kind = _kind(seen[0]) if seen else Kind.NUMBER
    found = Input(name, kind, dtype=dtype, whole=dtype.startswith("int"))
    if kind is Kind.BOOLEAN:
        return Fact(replace(found, dtype=dtype or "bool"), decimals=0)
    if kind is Kind.WORD:
        words = tuple(known.get("words", ()))
        guessed = () if words else ("codes",)
        missing = bool(known.get("missing", False))
        found = replace(found, words=words or _words(seen), missing=missing)
        return Fact(found, decimals=0, guessed=guessed)
    return _number(found, known, seen)


def _are_truths(seen: Sequence[pd.Series]) -> bool:
    """A scaler takes yes or no for numbers; what its author handed over is the better witness."""
    return bool(seen) and pd.api.types.is_bool_dtype(seen[0].dtype)


def _kind(column: pd.Series) -> Kind:
    if pd.api.types.is_bool_dtype(column.dtype):
        return Kind.BOOLEAN
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        raise OriginalRefused(f"Its input {column.name!s:.60} is a date, which no form asks for.")
    return Kind.NUMBER if pd.api.types.is_numeric_dtype(column.dtype) else Kind.WORD


def _words(seen: Sequence[pd.Series]) -> tuple[Word, ...]:
    values: dict[Word, None] = {}
    for column in seen:
        values |= dict.fromkeys(
            value.item() if isinstance(value, np.generic) else value for value in column.unique()
        )
    return tuple(sorted(values, key=str)) if len(values) <= MOST_WORDS else ()


def _number(found: Input, known: Mapping[str, Any], seen: Sequence[pd.Series]) -> Fact:
    span, source = None, ""
    numbers = [pd.to_numeric(column, errors="coerce").dropna() for column in seen]
    values = np.concatenate([column.to_numpy(np.float64) for column in numbers] or [np.zeros(0)])
    if "low" in known and not known.get("split"):
        span, source = (known["low"], known["high"]), "training data"
    elif numbers and len(numbers[0]) >= FEWEST_ROWS:
        span, source = (numbers[0].min(), numbers[0].max()), "table supplied"
    elif "spread" in known:
        centre, spread = known["centre"], known["spread"]
        low = centre - spread
        low = max(low, 0.0) if centre - spread / 2 > 0 else low
        span, source = (low, centre + spread), "scaler: four standard deviations"
    elif "low" in known:
        span, source = (known["low"], known["high"]), "thresholds of its trees"
    elif len(values) >= FEWEST_ROWS:
        span, source = (values.min(), values.max()), "logged example"
    if span is None or not span[0] < span[1]:
        decimals = _decimals(values)
        return Fact(found, decimals=decimals, guessed=("plausible",), rows=len(values))
    low, high = float(span[0]), float(span[1])
    return Fact(
        replace(found, low=low, high=high),
        (low, high),
        source,
        0 if found.whole else _decimals(values),
        ("plausible",),
    )


def _decimals(values: np.ndarray) -> int:
    if not len(values):
        return 2
    return next((d for d in range(4) if np.allclose(values, np.round(values, d), atol=1e-9)), 4)


def warnings(facts: Sequence[Fact]) -> list[str]:
    """Inputs that look like an identifier or the outcome itself, in sentences."""
    told = []
    for fact in facts:
        name = fact.input.name
        if IDENTIFIERS.fullmatch(name):
            told.append(
                f"{name} looks like an identifier or a place, and is an input of the model."
            )
        elif OUTCOMES.fullmatch(name):
            told.append(f"{name} looks like the outcome itself, and is an input of the model.")
    return told
