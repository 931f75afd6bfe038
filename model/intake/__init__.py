"""The door: whatever people hand in becomes a `CheckedTable`, or is refused with a reason."""

from __future__ import annotations

from model.intake.check import CheckedTable, check, check_patient
from model.intake.issue import Issue, Severity

__all__ = ["CheckedTable", "Issue", "Severity", "check", "check_patient"]
