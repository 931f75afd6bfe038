"""JSON read as a frozen dataclass, every part of it checked.

Its type, that numbers are finite, that the columns of a curve are as long as each other. Keys that
the dataclass does not have are not looked at, or refused.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

MOST_ENTRIES = 10_000
"""Of any list or table in a document: more is no part of a clinical model."""

Numbers = tuple[float | None, ...]
"""A column: columns of one dataclass have one length."""
Whole = tuple[float, ...]
"""A column without gaps."""
Document = dict[str, Any]
Kind = TypeVar("Kind")


def read(kind: type[Kind], data: str | bytes | Document, name: str, *, whole: bool = False) -> Kind:
    """A document, as text or as `parsed`, as a dataclass.

    kind : a frozen dataclass of int, float, bool, str, dataclasses, and tuples, mappings from str
        and ``| None`` of these. A tuple is of one type and any length, or of a type each.
    name : of the document, for the message. whole : refuse parts that the dataclasses lack.

    Raises
    ------
    ValueError
        If a part is missing or makes no sense; the message names it, and holds no value.
    """
    parts = data if isinstance(data, dict) else parsed(data)
    document: Kind = _Reader(whole).fields(kind, parts, name)
    return document


def parsed(data: str | bytes) -> Document:
    """A JSON object without the numbers that JSON does not have."""
    document = json.loads(data, parse_constant=_refuse)
    if not isinstance(document, dict):
        raise ValueError("a document that is no JSON object")
    return document


def require_version(document: str, found: object, known: int) -> None:
    """Refuse a document of another version than this program reads, with a ValueError."""
    if found != known:
        raise ValueError(f"{document} version {found!r}; this program reads {known}")


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not a number of a document")


@dataclasses.dataclass(frozen=True)
class _Reader:
    """Reads values as the type they should have; `place` says where one stands, for the message."""

    whole: bool

    def value(self, kind: Any, found: Any, place: str) -> Any:
        if dataclasses.is_dataclass(kind):
            return self.fields(kind, found, place)
        origin, parts = get_origin(kind), get_args(kind)
        if origin is UnionType:  # X | None
            return None if found is None else self.value(parts[0], found, place)
        if origin is tuple and isinstance(found, list) and len(found) <= MOST_ENTRIES:
            kinds = parts[:1] * len(found) if parts[-1] is ... else parts
            if len(kinds) == len(found):
                both = zip(kinds, found, strict=True)
                return tuple(self.value(part, entry, place) for part, entry in both)
        if origin is Mapping and isinstance(found, dict) and len(found) <= MOST_ENTRIES:
            entries = found.items()
            return {key: self.value(parts[1], entry, f"{place}: {key}") for key, entry in entries}
        if kind is float and type(found) in (int, float) and math.isfinite(found):
            return float(found)
        if kind in (int, bool, str) and type(found) is kind:
            return found
        raise ValueError(f"{place} makes no sense")

    def fields(self, kind: Any, found: Any, place: str) -> Any:
        if not isinstance(found, dict):
            raise ValueError(f"{place} makes no sense")
        hints, values = get_type_hints(kind), {}
        if self.whole and len(found.keys() - hints.keys()) > 0:
            raise ValueError(f"{place} has a part that this program does not know")
        for part in dataclasses.fields(kind):
            if part.name in found:
                inside = f"{place}: {part.name}"
                values[part.name] = self.value(hints[part.name], found[part.name], inside)
            elif part.default is part.default_factory is dataclasses.MISSING:
                raise ValueError(f"{place}: {part.name} is missing")
        columns = {len(value) for value in values.values() if isinstance(value, tuple)}
        has_columns = Numbers in hints.values() or Whole in hints.values()
        if has_columns and len(columns) > 1:
            raise ValueError(f"{place}: its columns are not of one length")
        return kind(**values)
