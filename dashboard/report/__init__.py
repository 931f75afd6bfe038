"""A patient's number on paper: one record as a PDF, made in memory and kept nowhere.

The library that writes it, fpdf2, is loaded only when a report is asked for.
"""

from __future__ import annotations

from dashboard.report.document import pdf

__all__ = ["pdf"]
