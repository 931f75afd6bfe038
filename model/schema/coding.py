"""Under which codes an electronic record holds an input, and what its answers stand for.

Declared with the study, as data, and carried by the schema, so that a record is read and a
result written in the terms the model was trained with. What reads them knows no code itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.schema.unit import Unit

PATIENT = "http://hl7.org/fhir/StructureDefinition/Patient"
"""As the system of a `Coding`: its code names an element of the patient, ``birthDate``."""
BOOLEAN = "http://hl7.org/fhir/StructureDefinition/boolean"
"""As the system of a `Term`: its code is ``true`` or ``false``."""

SYSTEM_NAMES = {
    "http://loinc.org": "LOINC",
    "http://snomed.info/sct": "SNOMED CT",
    "http://hl7.org/fhir/administrative-gender": "administrative gender",
    BOOLEAN: "boolean",
    PATIENT: "Patient",
}
"""What people call the code systems that have a well-known name."""


@dataclass(frozen=True)
class Term:
    """A code of a public code system, with the name it has there."""

    system: str
    code: str
    display: str

    @property
    def named(self) -> str:
        """The code after its system's name: ``LOINC 2093-3``."""
        return f"{SYSTEM_NAMES.get(self.system, self.system)} {self.code}"


@dataclass(frozen=True)
class Coding(Term):
    """A code observations of an input have, and how their value becomes the input's.

    A number comes in one of `units`: UCUM codes, each with its factor to the canonical unit. With
    `above`, a number decides a yes-or-no input: yes if, times its factor, it is more than that.
    Without units the value is a coded answer. As a component it is only read within an observation
    whose code, of the same system, is among `panels`. `note` says what the code leaves open.
    `unusable` says why what has this code is not taken, though it may seem to be the input.
    """

    units: tuple[Unit, ...] = ()
    above: float | None = None
    panels: tuple[str, ...] = ()
    note: str = ""
    unusable: str = ""

    @property
    def is_written(self) -> bool:
        """Whether a value of the input can be told under this code."""
        return self.system != PATIENT and self.above is None and not self.unusable
