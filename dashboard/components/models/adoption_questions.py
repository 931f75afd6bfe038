"""What a person has to decide about somebody else's model, as choices; nothing is chosen before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.markdown import plain
from model.adoption.question import CLASSES, CODES, OUTPUT, SCALE, Question

SCALES = {
    "probability": "A probability, 0 to 1",
    "percent": "A percentage, 0 to 100",
    "log-odds": "Log-odds",
    "survival": "The probability of not having the outcome",
}


def render(questions: Iterable[Question], before: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Ask; the answers given so far, by their part of the study's `model`.

    before : the answers of this person to the same questions. key : of this draft.
    """
    given: dict[str, Any] = {}
    for question in questions:
        st.markdown(plain(question.text))
        for place, possible in question.places.items():
            part = place.rpartition(".")[2]
            if (answer := _ask(place, possible, before.get(part), f"{key}.{part}")) is not None:
                given[part] = answer
    return given


def are_answered(questions: Iterable[Question], given: Mapping[str, Any]) -> bool:
    """Whether each choice was made; what is filled in elsewhere in the draft is told there."""
    asked = {place.rpartition(".")[2] for each in questions for place in each.places if _is(place)}
    return asked <= {*given}


def own_words(questions: Iterable[Question]) -> frozenset[str]:
    """Inputs of which the model's own words are not known."""
    places = (place.split(".", 1) for question in questions for place in question.places)
    ending = f".{CODES}"
    return frozenset(
        rest.removesuffix(ending)
        for top, rest in places
        if top == "inputs"
        if rest.endswith(ending)
    )


def _is(place: str) -> bool:
    return place in (CLASSES, OUTPUT, SCALE)


def _ask(place: str, possible: Sequence[Any], before: Any, key: str) -> Any:
    if place == CLASSES:
        chosen = st.multiselect(
            "The outcome",
            list(possible),
            default=list(before or ()),
            format_func=lambda each: plain(str(each)),
            max_selections=len(possible) - 1,
            placeholder="Choose one class, or several that are added up",
            key=key,
        )
        return tuple(chosen) or None
    if place == OUTPUT:
        return st.selectbox(
            "The risk is the column",
            list(possible),
            index=_at(possible, before),
            format_func=lambda each: plain(str(each)),
            placeholder="Choose a column",
            key=key,
        )
    if place == SCALE:
        return st.selectbox(
            "Its number is",
            list(possible),
            index=_at(possible, before),
            format_func=lambda each: SCALES[str(each)],
            placeholder="Choose what the number means",
            key=key,
        )
    return None


def _at(possible: Sequence[Any], before: Any) -> int | None:
    return [*possible].index(before) if before in possible else None
