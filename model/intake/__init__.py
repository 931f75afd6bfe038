"""The door: whatever people hand in is checked here, or refused with a reason.

One patient, a table in memory, and a file of any size pass the same rules.
"""

from __future__ import annotations

from model.intake.check import CheckedTable, check, check_patient
from model.intake.examination import Examination, Examined, examine
from model.intake.issue import Finding, Issue, Severity
from model.intake.report import Report, Verdict

__all__ = [
    "CheckedTable",
    "Examination",
    "Examined",
    "Finding",
    "Issue",
    "Report",
    "Severity",
    "Verdict",
    "check",
    "check_patient",
    "examine",
]
