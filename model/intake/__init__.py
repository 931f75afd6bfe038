"""The door: whatever people hand in is checked here, or refused with a reason.

One patient, a table in memory, and a piece of a file (`model.files`) pass the same rules.
"""

from __future__ import annotations

from model.intake.check import CheckedTable, check, check_patient
from model.intake.issue import Finding, Issue, Severity

__all__ = [
    "CheckedTable",
    "Finding",
    "Issue",
    "Severity",
    "check",
    "check_patient",
]
