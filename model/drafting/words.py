"""Words of answers and names that are understood wherever they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Pairs of answers, the one that counts as 0 first, each with the word a form shows.
PAIRS = (
    (("no", "n", "false", "f", "absent", "negative", "neg", "never", "0"), "No"),
    (("yes", "y", "true", "t", "present", "positive", "pos", "1"), "Yes"),
)
SEXES = ((("female", "f", "woman", "w"), "Female"), (("male", "m", "man"), "Male"))
ORDERS = (
    ("none", "mild", "moderate", "severe"),
    ("low", "medium", "high"),
    ("low", "moderate", "high"),
    ("normal", "above normal", "well above normal"),
    ("never", "former", "current"),
    ("i", "ii", "iii", "iv", "v"),
    ("small", "medium", "large"),
)
PRESENT = frozenset(
    [
        "yes",
        "true",
        "dead",
        "died",
        "death",
        "deceased",
        "positive",
        "pos",
        "malignant",
        "case",
        "event",
        "present",
    ]
)
ONLY_BESIDE = {"1": "0", "y": "n", "t": "f"}
"""What means yes only beside its no: many tables code 1 for no and 2 for yes."""
SEX_NAMES = re.compile(r"\b(sex|gender)\b")

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SIGNS = re.compile(r"[_.\-/\s]+")
_NO_NAME = re.compile(r"[<>{}\[\]`|\\=:;]")
_UNIT = re.compile(r"[\w/%°µμ·×.^* ()\[\]-]{1,24}")
_IN_BRACKETS = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*$")


def plain(name: str) -> str:
    """A column's name as small words: ``serum_creatinine``, ``SerumCreatinine (mg/dL)``."""
    bare = _IN_BRACKETS.sub("", name)
    return _SIGNS.sub(" ", _CAMEL.sub(" ", bare)).strip().lower()


def unit_in(name: str) -> str:
    """The unit a name carries in brackets at its end, or "" where they hold something else."""
    found = _IN_BRACKETS.search(name)
    unit = found.group(1).strip() if found else ""
    return unit if _UNIT.fullmatch(unit) else ""


def label(name: str) -> str:
    """A column's name as a form shows it: ``Serum creatinine``; short capitals stay as they are."""
    if _NO_NAME.search(_IN_BRACKETS.sub("", name)):
        return name[:120]  # what is no plain name is shown as it is, and not mended into something
    bare = _SIGNS.sub(" ", _CAMEL.sub(" ", _IN_BRACKETS.sub("", name))).strip() or name
    words = [word if word.isupper() and len(word) <= 5 else word.lower() for word in bare.split()]
    text = " ".join(words)
    return (text[:1].upper() + text[1:])[:120]


def answers(levels: Sequence[str], name: str) -> list[tuple[str, str]] | None:
    """Words of a table in a form's order, each with the word a form shows; None if unknown."""
    small = {level.casefold(): level for level in levels}
    known = SEXES if SEX_NAMES.search(plain(name)) or set(small) & {"female", "male"} else PAIRS
    if len(small) == 2 == len(levels):
        placed = [(small[word], shown) for words, shown in known for word in words if word in small]
        if len({shown for _, shown in placed}) == 2 == len(placed):
            return placed
    return None


def in_order(levels: Sequence[str]) -> list[str] | None:
    """Words that have a natural order, in it; None if none is known for them."""
    small = {level.casefold(): level for level in levels}
    for order in ORDERS:
        if len(small) > 2 and set(small) <= set(order):
            return [small[word] for word in order if word in small]
    return None
