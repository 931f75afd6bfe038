"""What was understood of an electronic record, and what became of each part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Fate(StrEnum):
    """What became of a part of a record."""

    TAKEN = "taken"
    CONVERTED = "converted"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Row:
    """One part of a record: where it stood, what was found, what became of it, and why.

    It holds a patient's values, so it is shown, and neither printed nor logged.
    """

    source: str
    found: str = field(repr=False)
    fate: Fate
    why: str = field(repr=False)


@dataclass(frozen=True)
class Understood:
    """The values of a patient as far as a record has them, and what was made of the record.

    values : by feature, in canonical units and codes; what the record does not have is absent.
        They are as unchecked as what a person types: the form, or `check_patient`, checks them.
    rows : what was taken or converted in the order of the form, then what was ignored.
    as_of : the day of the newest result taken, on which the age is given; None if none has a date.
    """

    values: Mapping[str, float] = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    as_of: date | None = field(repr=False)
