"""One patient's number, kept with everything it came from: for a report, a receipt, a record."""

from __future__ import annotations

from model.record.record import Origin, Record

__all__ = ["Origin", "Record"]
