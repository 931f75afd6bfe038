"""How an adopted version does on the table that was handed in when it was adopted.

Nobody knows whether its author trained it on that same table, so it stands apart from what is
measured of versions that were trained here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from model.scoring.measurements import Estimate, Measurements

SUPPLIED_VERSION = 1


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
            If it is of another version, or incomplete.
        """
        try:
            fields: dict[str, Any] = dict(json.loads(text))
            version = fields.pop("supplied_version")
            metrics = {str(name): Estimate(**each) for name, each in fields["metrics"].items()}
            found = cls(int(fields["patients"]), int(fields["events"]), metrics, fields["column"])
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"what was measured on the table is incomplete: {error}") from error
        numbers = [end for of in metrics.values() for end in (of.value, of.low, of.high)]
        if version != SUPPLIED_VERSION or not isinstance(found.column, str):
            raise ValueError("what was measured on the table is of another version")
        if not all(end is None or isinstance(end, int | float) for end in numbers):
            raise ValueError("what was measured on the table is no number")
        if not 0 < found.events < found.patients:
            raise ValueError("what was measured on the table has no outcome of one kind")
        return found


def among(files: Mapping[str, bytes]) -> Supplied | None:
    """What a bundle says of it; None if nothing was supplied, or it has no outcome."""
    return Supplied.from_json(files[Supplied.FILE]) if Supplied.FILE in files else None
