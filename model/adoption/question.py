"""What a person has to decide before a model can be adopted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SCALES = ("probability", "percent", "log-odds", "survival")
CLASSES, OUTPUT, SCALE = "model.classes", "model.output", "model.scale"
CODES, PLAUSIBLE = "codes", "plausible"
OR_A_TABLE = "Fill in `{part}` in the draft, or add --data with a table of patients."


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
    def from_document(cls, document: Mapping[str, Any]) -> Question:
        """What `to_document` gave."""
        places = {str(place): tuple(known) for place, known in document["places"].items()}
        return cls(str(document["text"]), places=places)

    def __str__(self) -> str:
        return f"{self.text} {self.remedy}".strip()

    def to_document(self) -> dict[str, Any]:
        places = {place: list(possible) for place, possible in self.places.items()}
        return {"text": self.text, "places": places}


def words(name: str) -> Question:
    """Which words an input may be."""
    text = f"Which words may {name} be? Nothing the model holds says it."
    return Question(text, OR_A_TABLE.format(part=CODES), {f"inputs.{name}.{CODES}": ()})


def limits(name: str, rows: int = 0) -> Question:
    """Between which values an input may lie. rows : how many were seen, too few to say it."""
    few = f", and {rows} {'row is' if rows == 1 else 'rows are'} too few to" if rows else ""
    text = f"Between which values may {name} lie? Nothing the model holds says it{few}."
    return Question(text, OR_A_TABLE.format(part=PLAUSIBLE), {f"inputs.{name}.{PLAUSIBLE}": ()})
