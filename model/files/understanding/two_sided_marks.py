"""Marks for "not measured" that are an answer as well: ``none`` is no value, or no pain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from model.files.understanding import words
from model.files.understanding.content import Content
from model.files.understanding.vocabulary import Vocabulary
from model.intake.cells import MISSING_MARKS
from model.schema import Feature


def among(content: Content, feature: Feature, known: Vocabulary) -> Mapping[str, int]:
    """Those that stand in a column and were taken for blanks, with their rows."""
    if not feature.is_coded:
        return {}
    answers, plain = words.answers(feature, known), words.said_plainly(feature)
    counts = Counter(text for text in map(str.strip, content.texts) if text)
    return {
        text: rows
        for text, rows in counts.items()
        if text.casefold() in MISSING_MARKS - plain and words.bare(text) in answers
    }
