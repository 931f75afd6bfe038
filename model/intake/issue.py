"""One thing a reader should know about the patients they handed in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What became of the place an issue names."""

    REFUSED = "refused"  # nothing of the file is scored
    REJECTED = "rejected"  # this row is not scored
    FLAGGED = "flagged"  # scored; look at it
    NORMALISED = "normalised"  # understood, and written in the usual way


@dataclass(frozen=True)
class Issue:
    """Where, what is wrong and what to do. The message never holds the value of a cell.

    `row` counts data rows from 1; None where the issue is about a column or the whole.
    """

    severity: Severity
    code: str
    message: str
    row: int | None = None
    column: str | None = None
