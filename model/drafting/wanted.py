"""What the person who drafts a study says beside the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from model.drafting.redcap import Field
from model.estimators import DEFAULT


@dataclass(frozen=True)
class Wanted:
    """What the person who drafts says beside the table.

    outcome : the column. present : its values that mean it is there, where that is not plain.
    name : of the study. keep, drop : columns that are inputs, or none, whatever they look like.
    sheet : of a workbook, where several could hold the patients.
    fields : of a data dictionary, by column.
    """

    outcome: str
    name: str
    present: Sequence[str] = ()
    keep: Sequence[str] = ()
    drop: Sequence[str] = ()
    sheet: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)
    estimator: str = DEFAULT
