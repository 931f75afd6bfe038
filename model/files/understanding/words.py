"""What the words in a column of codes mean: the study's own, other files', or near ones."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.files.understanding.names import Confidence
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Feature

LONGEST_WORD = 80
"""Characters; a longer text is no answer to a question with a few."""
LIKENESS = 0.84
CLEAR_BY = 0.08
"""By how much the likest meaning must be more like than the next."""
NO = ("no", "n", "false", "f", "absent", "negative", "neg", "none", "nein", "non", "0", "-")
YES = ("yes", "y", "true", "t", "present", "positive", "pos", "ja", "j", "oui", "si", "1", "+")
NUMBERED = re.compile(r"^\(?(-?\d+(?:\.0)?)\)?\s*[:=.\-–)]*\s+(?=\D)|\s*[(\[](-?\d+)[)\]]$")
"""A code before or after its words: ``4: asymptomatic``, ``normal (3)``."""


@dataclass(frozen=True)
class Meaning:
    """The code a word stands for, and how sure that is."""

    code: float
    confidence: Confidence


def meanings(
    texts: Iterable[str], feature: Feature, known: Vocabulary
) -> dict[str, Meaning | None]:
    """What each text means as an answer of a coded input; None where nobody could say."""
    answers = _answers(feature, known)
    return {text: _meaning(text, answers) for text in texts}


def said_plainly(feature: Feature) -> frozenset[str]:
    """The words for a feature's codes that are read without being asked for."""
    return frozenset(
        word.casefold() for code in feature.codes for word in (code.label, *code.aliases)
    )


def bare(text: str) -> str:
    """A word without capitals, accents and marks, so that ``Non-Anginal_pain`` is one of ours."""
    spread = unicodedata.normalize("NFKD", text[:LONGEST_WORD]).casefold()
    letters = "".join(c if c.isalnum() or c in "<>=+" else " " for c in spread if not _accent(c))
    return " ".join(letters.split())


def _accent(letter: str) -> bool:
    return unicodedata.combining(letter) != 0


def _answers(feature: Feature, known: Vocabulary) -> Mapping[str, float]:
    """Each known word, bare, with its code; a word of two codes is none of theirs."""
    elsewhere = known.of(feature.name).words
    two_sided = {code.label.casefold() for code in feature.codes} == {"no", "yes"}
    found: dict[str, set[float]] = {}
    for code in feature.codes:
        generic = () if not two_sided else NO if code.label.casefold() == "no" else YES
        for word in (code.label, *code.aliases, *elsewhere.get(code.value, ()), *generic):
            found.setdefault(bare(word), set()).add(code.value)
    return {word: codes.pop() for word, codes in found.items() if word and len(codes) == 1}


def _meaning(text: str, answers: Mapping[str, float]) -> Meaning | None:
    if len(text) > LONGEST_WORD:
        return None
    for said in (text, NUMBERED.sub("", text.strip())):
        plain = bare(said)
        if plain in answers:
            return Meaning(answers[plain], Confidence.SURE)
        joined = plain.replace(" ", "")
        for word, code in answers.items():
            if joined and word.replace(" ", "") == joined:
                return Meaning(code, Confidence.SURE)
    return _likest(bare(NUMBERED.sub("", text.strip())), answers)


def _likest(plain: str, answers: Mapping[str, float]) -> Meaning | None:
    """The meaning of the word most like this one, if no other meaning is nearly as like."""
    if len(plain) < 4:
        return None
    best: dict[float, float] = {}
    for word, code in answers.items():
        ratio = difflib.SequenceMatcher(None, plain, word).ratio()
        best[code] = max(best.get(code, 0.0), ratio)
    ranked = sorted(best.items(), key=lambda each: -each[1])
    if not ranked or ranked[0][1] < LIKENESS:
        return None
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < CLEAR_BY:
        return None
    return Meaning(ranked[0][0], Confidence.LIKELY)
