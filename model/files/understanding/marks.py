"""What stands for "not measured" in somebody's file: marks of packages, of people, and numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from model.files.understanding.vocabulary import Vocabulary
from model.schema import Feature

WORDS = frozenset(
    {
        "#null!",
        "#n/v",
        "#nv",
        "nd",
        "n.d.",
        "nk",
        "unk",
        "unkn",
        "unknown",
        "unkown",
        "missing",
        "miss",
        "blank",
        "empty",
        "nil",
        "*",
        "**",
        "?",
        "??",
        "???",
        "-",
        "--",
        "---",
        ".",
        "..",
        "…",
        "—",
        "–",
        "k.a.",
        "ka",
        "keine_angabe",
        "fehlt",
        "fehlend",
        "unbekannt",
        "nicht_gemessen",
        "manquant",
        "inconnu",
        "desconocido",
        "not_done",
        "notdone",
        "not_available",
        "not_applicable",
        "not_recorded",
        "not_reported",
        "not_known",
        "no_data",
        "no_value",
        "none",
        "null",
        "nan",
        "n/a",
        "n.a.",
        "na",
        "declined",
        "unavailable",
        "undetermined",
        "not_taken",
        "not_tested",
        "not_assessed",
        "not_performed",
        "inconclusive",
        "data_missing",
        "no_result",
    }
)
STATA = re.compile(r"\.[a-z_]?")
"""Stata and SAS tell missing values apart by a letter: ``.a`` to ``.z``."""
NUMBERS = frozenset({-1.0, -2.0, -3.0, -7.0, -8.0, -9.0})
REPEATED = re.compile(r"-?(9{2,}|8{2,}|7{2,})(\.0+)?|-9(\.0+)?")
"""How questionnaires write it: 99, 888, -999."""


def is_mark(text: str) -> bool:
    """Whether a text says "not measured" and nothing else."""
    folded = "_".join(text.casefold().split())
    return folded in WORDS or bool(STATA.fullmatch(folded))


def in_numbers(
    counts: Mapping[float, int], feature: Feature, known: Vocabulary, codes: frozenset[float]
) -> tuple[float, ...]:
    """Numbers of a column that stand for "not measured", as far as one can tell.

    counts : its numbers and how often each stands there. codes : those that are answers.

    A number that may be a value is none of them. A 0 is, where the study itself declares that
    files write it so, or where it comes back although nothing near it does.
    """
    return tuple(
        sorted(
            number
            for number, rows in counts.items()
            if not _is_value(number, feature, codes) and _is_mark(number, rows, feature, known)
        )
    )


def _is_value(number: float, feature: Feature, codes: frozenset[float]) -> bool:
    if feature.plausible is None:
        return number in codes
    return number in feature.plausible


def _is_mark(number: float, rows: int, feature: Feature, known: Vocabulary) -> bool:
    if number == 0:
        return known.of(feature.name).zero_is_missing or (not feature.is_coded and rows > 1)
    return number in NUMBERS or bool(REPEATED.fullmatch(f"{number:g}"))
