"""How an adopted version does on the table that was handed in when it was adopted.

Nobody knows whether its author trained it on that same table, so it stands apart from what is
measured of versions that were trained here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar, Self

from model.schema import typed_json
from model.scoring.measurements import Measurements

SUPPLIED_VERSION = 1
TABLE = "what was measured on the table"


@dataclass(frozen=True)
class Supplied(Measurements):
    """column : of the table, which was taken for the outcome."""

    column: str

    FILE: ClassVar[str] = "supplied.json"

    def to_json(self) -> str:
        document = {"supplied_version": SUPPLIED_VERSION, **asdict(self)}
        return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The inverse of `to_json`.

        Raises
        ------
        ValueError
            If it is of another version, incomplete, or does not make sense.
        """
        document = typed_json.parsed(text)
        typed_json.require_version(TABLE, document.get("supplied_version"), SUPPLIED_VERSION)
        found = typed_json.read(cls, document, TABLE)
        if not 0 < found.events < found.patients:
            raise ValueError(f"{TABLE} has no outcome of one kind")
        return found


def among(files: Mapping[str, bytes]) -> Supplied | None:
    """What a bundle says of it; None if nothing was supplied, or it has no outcome."""
    return Supplied.from_json(files[Supplied.FILE]) if Supplied.FILE in files else None
