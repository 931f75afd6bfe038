"""Somebody's text, made fit for print: nothing in it vanishes unseen, and nothing is endless."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from importlib.metadata import distribution
from pathlib import Path

FONT = "DejaVu"
LONGEST = 400  # characters of one text: half a page of a narrow column
LACKING = "\N{REPLACEMENT CHARACTER}"
UNDIVIDED = re.compile(r"(?<=\d) (?=%)")
NO_BREAK = "\N{NO-BREAK SPACE}"


def faces() -> dict[str, Path]:
    """The files of the font by style: matplotlib brings them along, and is not imported for it."""
    folder = Path(str(distribution("matplotlib").locate_file("matplotlib/mpl-data/fonts/ttf")))
    return {"": folder / "DejaVuSans.ttf", "B": folder / "DejaVuSans-Bold.ttf"}


def legible(text: str, font: Set[int]) -> str:
    """The text on one line, a mark standing for each character the font lacks."""
    line = UNDIVIDED.sub(NO_BREAK, " ".join(unicodedata.normalize("NFC", text).split()))
    # Invisible ones (joiners, marks of direction) would print as nothing, or turn the rest.
    seen = (letter for letter in line if unicodedata.category(letter) != "Cf")
    return "".join(letter if ord(letter) in font else LACKING for letter in seen)


def cut(text: str, longest: int = LONGEST) -> str:
    """With an ellipsis for what is over."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def runs_both_ways(line: str) -> bool:
    """Whether some of its letters run from right to left."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in line)
