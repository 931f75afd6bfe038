"""Patients from an electronic record, and results for one: FHIR R4, JSON.

Which code means which input stands in the schema, nowhere here. The library that checks documents
against FHIR, `fhir.resources`, is optional: whatever needs it says how to install it.
"""

from __future__ import annotations

from model.fhir.account import Fate, Row, Understood
from model.fhir.reading import read
from model.fhir.resource_library import Library, is_installed, library
from model.fhir.writing import risk_assessment

__all__ = [
    "Fate",
    "Library",
    "Row",
    "Understood",
    "is_installed",
    "library",
    "read",
    "risk_assessment",
]
