"""For whom the number holds, asked before the first one: used on others, it misleads.

What is answered lasts for the visit, in the browser alone, and is recorded nowhere.
"""

from __future__ import annotations

from typing import Any

from dashboard.components.patient.entry import Entry
from model.schema import Schema


def question(sent: Entry, schema: Schema) -> dict[str, Any] | None:
    """What to ask and the answers to choose from; None where nothing is left to ask."""
    population = schema.outcome.population
    is_one = sent.is_one_of(population)
    if is_one:
        return None
    if is_one is None:
        return {
            "short": "A question before the risk",
            "text": f"The risk holds for {population}, and for nobody else. "
            "Is your patient one of them?",
            "answers": [_answer("Yes, one of them", True), _answer("No", False)],
        }
    return {
        "short": "No number",
        "text": f"No number is shown: it holds for {population}, and says nothing about others.",
        "answers": [_answer("My patient is one of them", True)],
    }


def _answer(label: str, is_one: bool) -> dict[str, Any]:
    return {"label": label, "is_one": is_one}
