"""The optional library: imported only here, and only when a record is read or written.

It offers FHIR R4B (4.3.0), the nearest it has to R4 (4.0.1). R4B was made to be backward compatible
with R4 but for some areas, which its history lists (https://hl7.org/fhir/R4B/history.html); Bundle,
Patient, Observation and RiskAssessment, all this program reads or writes, are not among them.
Importing it takes about a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from model.errors import ExtraMissing

PURPOSE = "Reading or writing an electronic record"
REQUIREMENT = "fhir.resources>=8.3,<8.4"


@dataclass(frozen=True)
class Library:
    """The resources of FHIR this program knows, each able to check a document."""

    bundle: type[Any]
    patient: type[Any]
    observation: type[Any]
    risk_assessment: type[Any]


def is_installed() -> bool:
    """Whether the library is there, without importing it."""
    try:
        return find_spec("fhir.resources") is not None
    except ModuleNotFoundError:  # not even the package it would lie in
        return False


def resources() -> Library:
    """The library's own classes.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    from fhir.resources.R4B.bundle import Bundle
    from fhir.resources.R4B.observation import Observation
    from fhir.resources.R4B.patient import Patient
    from fhir.resources.R4B.riskassessment import RiskAssessment

    return Library(Bundle, Patient, Observation, RiskAssessment)


def library(load: Callable[[], Library] = resources) -> Library:
    """The library, or how to install it.

    Raises
    ------
    ExtraMissing
        If it is not installed.
    """
    try:
        return load()
    except ImportError:
        raise ExtraMissing(PURPOSE, REQUIREMENT) from None


def fault(resource: type[Any], document: object) -> str | None:
    """What keeps a document from being such a resource, or None.

    The library's own messages repeat what they complain of. Of them only the name of the first
    element that is not as FHIR has it is passed on, if FHIR knows an element of that name.
    """
    try:
        resource.model_validate(document)
    except (ValueError, TypeError, ArithmeticError, AttributeError, RecursionError) as error:
        known = {field.alias or name for name, field in resource.model_fields.items()}
        found: list[Any] = getattr(error, "errors", list)()
        first = next((each["loc"][0] for each in found if each["loc"]), None)
        return (
            f"its element “{first}” is not as FHIR has it"
            if first in known
            else "not as FHIR has it"
        )
    return None
