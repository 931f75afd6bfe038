"""What a reader should know about the patients they handed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


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
    `conversion` is what would repair it if the reader agrees; never done unasked.
    """

    severity: Severity
    code: str
    message: str
    row: int | None = None
    column: str | None = None
    conversion: str | None = None


@dataclass(frozen=True)
class Finding:
    """One fault of one column, and every row that has it.

    what : what is wrong and what to do. place : the column in words. rows : positions from 0,
    ascending; None for the column or the whole.
    """

    severity: Severity
    code: str
    what: str
    place: str = ""
    column: str | None = None
    rows: NDArray[np.intp] | None = None

    @property
    def reason(self) -> str:
        """The fault of a row, where it is plain which row is meant."""
        return f"{self.place}: {self.what}" if self.place else self.what

    def issues(self, first: int = 1, most: int | None = None) -> Iterator[Issue]:
        """One issue a row, at most `most` of them; `first` is the number of position 0."""
        if self.rows is None:
            yield Issue(self.severity, self.code, self.reason, column=self.column)
            return
        for at in self.rows[:most]:
            row = int(at) + first
            message = f"Row {row}, {self.reason}" if self.place else f"Row {row}: {self.what}"
            yield Issue(self.severity, self.code, message, row=row, column=self.column)
