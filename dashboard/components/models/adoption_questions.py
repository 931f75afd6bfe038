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
        return _classes(possible, before, key)
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


def _classes(possible: Sequence[Any], before: Any, key: str) -> tuple[Any, ...] | None:
    """One class, or several of more than two: their probabilities are added up."""
    label, one = "Classes that are the outcome", len(possible) == 2
    chosen = st.pills(
        label,
        list(possible),
        selection_mode="single" if one else "multi",
        default=(next(iter(before), None) if one else list(before)) if before else None,
        format_func=lambda each: plain(str(each)),
        key=key,
    )
    if one:
        return None if chosen is None else (chosen,)
    several = list(chosen or ())
    if len(several) == len(possible):
        st.warning("Leave out at least one: otherwise every patient has the outcome.")
        return None
    return tuple(several) or None


def _at(possible: Sequence[Any], before: Any) -> int | None:
    return [*possible].index(before) if before in possible else None
