"""JSON read as a frozen dataclass, every part of it checked.

Its type, that numbers are finite, that the columns of a curve are as long as each other. Keys that
the dataclass does not have are not looked at.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

MOST_ENTRIES = 10_000
"""Of any list or table in a document: more is no evaluation of a clinical model."""

Numbers = tuple[float | None, ...]
"""A column: columns of one dataclass have one length."""
Whole = tuple[float, ...]
"""A column without gaps."""
Document = dict[str, Any]
Kind = TypeVar("Kind")


def read(kind: type[Kind], data: str | bytes, name: str) -> Kind:
    """A document as a dataclass.

    kind : a frozen dataclass of int, float, bool, str, dataclasses, and tuples, mappings from str
        and ``| None`` of these. name : of the document, for the message.

    Raises
    ------
    ValueError
        If a part is missing or makes no sense; the message names it, and holds no value.
    """
    document: Kind = _read_fields(kind, parsed(data), name)
    return document


def parsed(data: str | bytes) -> Document:
    """A JSON object without the numbers that JSON does not have."""
    document = json.loads(data, parse_constant=_refuse)
    if not isinstance(document, dict):
        raise ValueError("a document that is no JSON object")
    return document


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not a number of a document")


def _read(kind: Any, found: Any, place: str) -> Any:
    """A value as the type it should have. `place` says where it stands, for the message."""
    if dataclasses.is_dataclass(kind):
        return _read_fields(kind, found, place)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:  # X | None
        return None if found is None else _read(parts[0], found, place)
    if origin is tuple and isinstance(found, list) and len(found) <= MOST_ENTRIES:
        return tuple(_read(parts[0], entry, place) for entry in found)
    if origin is Mapping and isinstance(found, dict) and len(found) <= MOST_ENTRIES:
        return {key: _read(parts[1], entry, f"{place}: {key}") for key, entry in found.items()}
    if kind is float and type(found) in (int, float) and math.isfinite(found):
        return float(found)
    if kind in (int, bool, str) and type(found) is kind:
        return found
    raise ValueError(f"{place} makes no sense")


def _read_fields(kind: Any, found: Any, place: str) -> Any:
    if not isinstance(found, dict):
        raise ValueError(f"{place} makes no sense")
    hints, values = get_type_hints(kind), {}
    for part in dataclasses.fields(kind):
        if part.name in found:
            values[part.name] = _read(hints[part.name], found[part.name], f"{place}: {part.name}")
        elif part.default is part.default_factory is dataclasses.MISSING:
            raise ValueError(f"{place}: {part.name} is missing")
    columns = {len(value) for value in values.values() if isinstance(value, tuple)}
    has_columns = Numbers in hints.values() or Whole in hints.values()
    if has_columns and len(columns) > 1:
        raise ValueError(f"{place}: its columns are not of one length")
    return kind(**values)
