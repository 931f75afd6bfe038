"""The words of a header: without accents and marks, abbreviations written out."""

from __future__ import annotations

import re
import unicodedata

from model.files.understanding.vocabulary import Vocabulary

ALIKE = str.maketrans("асеорхукіԁһпвтмнαορντικ", "aceopxykidhnbtmnaopvtik")
"""Letters of other alphabets that look like ours."""
LONGEST_NAME = 120
"""Characters of a header that are looked at."""
PER_MINUTE = re.compile(
    r"(?:/|\bper\b|\bbeats?\b|\bb)[\W_]*(?:1[\W_]*)?min(?:ute)?s?\b|\bmin[\W_]*-1\b"
)
"""The minutes of a unit, which are no minimum."""
UNIT = re.compile(
    r"\b(?:[muµμn]?g|mcg|[muµμ]?mol)[\s/]*(?:per\s*)?(?:d?l|100\s*ml|ml)\b|\bmm\s*hg\b",
    re.IGNORECASE,
)
"""Units of a concentration or a pressure, whose letters are no words."""
POSSESSIVE = re.compile(r"['’]s\b")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def spread(name: str) -> str:
    """The beginning of a header, its compound letters taken apart.

    It is cut before, for time, and after: one letter may stand for eighteen.
    """
    return unicodedata.normalize("NFKD", name[:LONGEST_NAME])[:LONGEST_NAME]


def skeleton(name: str) -> str:
    """What a name looks like: letters and digits, without accents, of one alphabet."""
    bare = spread(name).casefold().translate(ALIKE)
    return "".join(letter for letter in bare if letter.isalnum())


def words(name: str, known: Vocabulary, *, expand: bool = True) -> list[str]:
    """The words of a header that say something: ``Resting_BP (mm Hg)``, resting blood pressure."""
    begin = UNIT.sub(" ", name[:LONGEST_NAME].replace("_", " "))
    bare = spread(CAMEL.sub(" ", begin)).casefold().translate(ALIKE)
    bare = POSSESSIVE.sub(" ", PER_MINUTE.sub(" ", bare))
    parts = re.findall(r"[a-z0-9äöüß]+", "".join(c for c in bare if not unicodedata.combining(c)))
    found: list[str] = []
    for part in parts:
        longer = known.abbreviations.get(part, (part,)) if expand else (part,)
        found += [
            word
            for word in longer
            if word not in found and not (expand and _says_nothing(word, known))
        ]
    return found[:12]


def _says_nothing(word: str, known: Vocabulary) -> bool:
    return word in known.fillers or word.isdigit()
