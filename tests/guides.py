"""What the README and the guides tell to type, as words; read once for every test of them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
GUIDES = (
    "README.md",
    "CONTRIBUTING.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")),
)
TEXTS = {guide: (ROOT / guide).read_text() for guide in GUIDES}
OURS = ["python", "-m", "model"]


def blocks(text: str) -> Iterator[str]:
    """The fenced `sh` blocks of a guide."""
    yield from re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def lines(text: str) -> Iterator[list[str]]:
    """Every command of a guide's `sh` blocks, in words."""
    for block in blocks(text):
        begun = ""
        for line in block.replace("\\\n", " ").splitlines():
            begun += line
            try:
                words = shlex.split(begun, comments=True)
            except ValueError:  # a quotation mark that the next line closes
                begun += "\n"
                continue
            if words:
                yield words
            begun = ""
        assert not begun, "a quotation mark is left open"


def quoted(text: str) -> Iterator[list[str]]:
    """Every `python -m model …` within a sentence or a table, in words."""
    for command in re.findall(r"`python -m model ([^`…]+)`", text):
        yield [*OURS, *shlex.split(command)]


def ours() -> list[tuple[str, str]]:
    """Each command of this project in the order of the guides, once: the guide that has it first,
    and what follows ``python -m model``.
    """
    found: dict[str, str] = {}
    for guide, text in TEXTS.items():
        for words in (*lines(text), *quoted(text)):
            if words[: len(OURS)] == OURS:
                found.setdefault(shlex.join(words[len(OURS) :]), guide)
    return [(guide, command) for command, guide in found.items()]
