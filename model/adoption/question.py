"""What a person has to decide before a model can be adopted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SCALES = ("probability", "percent", "log-odds", "survival")
CLASSES, OUTPUT, SCALE = "model.classes", "model.output", "model.scale"
CODES, PLAUSIBLE = "codes", "plausible"


@dataclass(frozen=True)
class Question:
    """text : what is not known. remedy : what to do about it, for who edits the study's file.

    places : where in the study the answer goes, each with all it may be: ``model.classes``, or
    ``inputs.NAME.codes``. Nothing to choose from where words or numbers are free; no place at all
    where no answer would help.
    """

    text: str
    remedy: str = ""
    places: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @classmethod
    def of_input(cls, text: str, remedy: str, name: str, part: str) -> Question:
        """What of an input is not known: its words (`CODES`), or its range (`PLAUSIBLE`)."""
        return cls(text.format(name=name), remedy, {f"inputs.{name}.{part}": ()})

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Question:
        """What `to_document` gave."""
        places = {str(place): tuple(known) for place, known in document["places"].items()}
        return cls(str(document["text"]), places=places)

    def __str__(self) -> str:
        return f"{self.text} {self.remedy}".strip()

    def to_document(self) -> dict[str, Any]:
        places = {place: list(possible) for place, possible in self.places.items()}
        return {"text": self.text, "places": places}
