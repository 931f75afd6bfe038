"""When something was: FHIR's dates, of which any part after the year may be left out."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self


@dataclass(frozen=True)
class Moment:
    """A day or a span of days, where the record was written, and the instant if it is known."""

    first: date
    last: date
    instant: datetime | None = None

    @classmethod
    def of(cls, text: object) -> Self | None:
        """A FHIR date, dateTime or instant; None where it is none."""
        if not isinstance(text, str):
            return None
        try:
            if "T" in text:
                instant = datetime.fromisoformat(text)
                aware = instant if instant.tzinfo else None
                return cls(instant.date(), instant.date(), aware)
            parts = [int(part) for part in text.split("-")]
            if len(parts) == 3:
                day = date(*parts)
                return cls(day, day)
            if len(parts) == 2:
                year, month = parts
                end = calendar.monthrange(year, month)[1]
                return cls(date(year, month, 1), date(year, month, end))
            (year,) = parts
            return cls(date(year, 1, 1), date(year, 12, 31))
        except (ValueError, OverflowError):  # calendar's own error is a ValueError too
            return None

    def is_after(self, other: Moment) -> bool:
        """Whether it was certainly later. Where one has only a day, days are compared."""
        if self.instant is not None and other.instant is not None:
            return self.instant > other.instant
        return self.first > other.last

    def __str__(self) -> str:
        if self.first == self.last:
            return self.first.isoformat()
        return f"{self.first:%Y}" if self.first.month != self.last.month else f"{self.first:%Y-%m}"


def completed_years(born: Moment, on: date) -> int | None:
    """The age on a day; None if the date of birth is too coarse to tell."""
    oldest, youngest = (
        on.year - day.year - ((on.month, on.day) < (day.month, day.day))
        for day in (born.first, born.last)
    )
    return oldest if oldest == youngest else None
