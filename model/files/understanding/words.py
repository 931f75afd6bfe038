"""What the words in a column of codes mean: the study's own, other files', or near ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from model.files.understanding.names import Confidence
from model.files.understanding.slips import one_slip
from model.files.understanding.vocabulary import Vocabulary
from model.schema import Feature

LONGEST_WORD = 80
"""Characters; a longer text is no answer to a question with a few."""
SHORTEST_MISSPELT = 5
"""Letters; a shorter word with another letter is as likely another word."""
PREFIXES = frozenset({"a", "ab", "an", "dis", "im", "in", "ir", "no", "not", "pre", "sub", "un"})
"""Apart from the next word they may be its prefix, or not: a typical is not atypical."""
TURNING = frozenset(
    {"above", "absent", "below", "hyper", "lower", "never", "right", "under", "upper", "without"}
)
"""Words on which all turns: none of them is a misspelling, nor misspelt."""
DOUBTED = re.compile(r"[?!¬~≠≈±≥≤]|^\W*[-–−]\s*[^\W\d]|[^\W\d]\W*[-–−]\W*$")
"""Marks that doubt or deny a word, of which nothing would be left without marks: ``LVH (-)``."""
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
    known_words = answers(feature, known)
    return {text: _meaning(text, known_words) for text in texts}


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


def answers(feature: Feature, known: Vocabulary) -> Mapping[str, float]:
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
    if DOUBTED.search(text):
        return None
    for said in (text, NUMBERED.sub("", text.strip())):
        plain = bare(said)
        if plain in answers:
            return Meaning(answers[plain], Confidence.SURE)
        joined = plain.replace(" ", "")
        for word, code in answers.items():
            if joined and not {*plain.split()} & PREFIXES and word.replace(" ", "") == joined:
                return Meaning(code, Confidence.SURE)
    return _likest(bare(NUMBERED.sub("", text.strip())), answers)


def _likest(plain: str, answers: Mapping[str, float]) -> Meaning | None:
    """The meaning of the words that these are but for a slip, if they can be no others."""
    near = {code for word, code in answers.items() if _misspelt(plain.split(), word.split())}
    return Meaning(near.pop(), Confidence.LIKELY) if len(near) == 1 else None


def _misspelt(said: Sequence[str], known: Sequence[str]) -> bool:
    """Whether each word is the other's, but for one slip in a long one.

    A word more or less may be a "no" or a "right"; another first letter may be the prefix that
    turns a word around; a short word or a number is another one as soon as a letter is.
    """
    return len(said) == len(known) and all(map(_is_slip, said, known))


def _is_slip(one: str, other: str) -> bool:
    """Whether two words are the same, or the one is a misspelling of the other."""
    if one == other:
        return True
    if min(len(one), len(other)) < SHORTEST_MISSPELT or {one, other} & TURNING:
        return False
    begin = 1 if len(one) == len(other) else 2  # a doubled first letter may be the prefix a-
    same = one[:begin] == other[:begin]
    return same and (one + other).isalpha() and one_slip(one, other)
