"""What a model somebody else logged takes: its signature and its example, read as data.

The files are somebody's: nothing in them is run, and what is not understood is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from model.errors import SignatureRefused

MODEL_FILE = "MLmodel"
LARGEST = 256 * 1024  # bytes, of either file
MOST_COLUMNS = 200
MOST_EXAMPLES = 20

Value = float | int | bool | str | None
"""What a column may hold; None for "not given"."""
Row = tuple[Value, ...]


class Kind(StrEnum):
    """What a column takes, in words."""

    NUMBER = "a number"
    WHOLE = "a whole number"
    TRUTH = "yes or no"
    TEXT = "a text"


KINDS = {
    "double": Kind.NUMBER,
    "float": Kind.NUMBER,
    "integer": Kind.WHOLE,
    "long": Kind.WHOLE,
    "boolean": Kind.TRUTH,
    "string": Kind.TEXT,
}
TYPES: Mapping[Kind, tuple[type, ...]] = {
    Kind.NUMBER: (int, float),
    Kind.WHOLE: (int,),
    Kind.TRUTH: (bool,),
    Kind.TEXT: (str,),
}


@dataclass(frozen=True)
class Column:
    """One input, by the name somebody gave it."""

    name: str
    kind: Kind
    required: bool


@dataclass(frozen=True)
class Interface:
    """The inputs of a model, in order.

    example : some rows its author logged with it; empty if there are none that can be used.
    """

    columns: tuple[Column, ...]
    example: tuple[Row, ...] = ()


def read(model_file: bytes) -> Interface:
    """The inputs by the signature in an ``MLmodel`` file.

    Raises
    ------
    SignatureRefused
        If there is no signature, or one that no form can show.
    """
    try:
        columns = [
            _column(column) for column in json.loads(_document(model_file)["signature"]["inputs"])
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise SignatureRefused(
            "Its signature takes something a form cannot show: only numbers, texts and yes or no "
            "under names can be typed in."
        ) from None
    names = {column.name for column in columns}
    if not columns or len(columns) > MOST_COLUMNS or len(names) < len(columns):
        raise SignatureRefused(f"Its signature does not name 1 to {MOST_COLUMNS} inputs.")
    return Interface(tuple(columns))


def _column(described: Any) -> Column:
    kind = KINDS[described["type"]]
    return Column(str(described["name"]), kind, described.get("required", True) is True)


def example_name(model_file: bytes) -> str | None:
    """The name of the file with the example, if there is one of a table."""
    try:
        information = _document(model_file)["saved_input_example_info"]
        if information["type"] != "dataframe" or information["pandas_orient"] != "split":
            return None
        name = str(information["artifact_path"])
    except (SignatureRefused, LookupError, TypeError):
        return None
    return name if name == name.strip("./\\") and "/" not in name and "\\" not in name else None


def with_example(interface: Interface, file: bytes) -> Interface:
    """The interface with those rows of an example that fit it."""
    try:
        document = json.loads(file)
        places = [document["columns"].index(column.name) for column in interface.columns]
        rows = [tuple(row[at] for at in places) for row in document["data"][:MOST_EXAMPLES]]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return interface
    given = [tuple(map(_given, row)) for row in rows]
    kept = tuple(row for row in given if all(map(_fits, row, interface.columns)))
    return Interface(interface.columns, kept)


def _given(value: Any) -> Value:
    blank = isinstance(value, float) and not math.isfinite(value)
    return None if blank else value


def _fits(value: Value, column: Column) -> bool:
    if value is None:
        return not column.required
    is_truth = isinstance(value, bool)
    return isinstance(value, TYPES[column.kind]) and is_truth == (column.kind is Kind.TRUTH)


def _document(model_file: bytes) -> Any:
    if len(model_file) > LARGEST:
        raise SignatureRefused("Its description is too large to be one.")
    import yaml  # only what somebody else logged is read by its signature

    try:
        document = yaml.safe_load(model_file)
        document["signature"]["inputs"]
    except (yaml.YAMLError, LookupError, TypeError, ValueError, RecursionError):
        raise SignatureRefused(
            "It has no signature, so nobody knows what it takes. Log it again with one: "
            "mlflow.models.infer_signature makes it from an example."
        ) from None
    return document
