"""How far a command is that works in a process of its own, as it says on its error stream."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """What a command does, and the part of the whole that is done."""

    name: str
    done: float


def follow(lines: Iterable[bytes], tell: Callable[[Stage], None]) -> str:
    """Read progress until the stream ends; returns its last other line.

    lines : of a command with ``--progress json``: an object ``{"stage", "done"}`` on each.
    """
    last = ""
    for line in lines:
        written = line.decode("utf-8", "replace")
        try:
            report = json.loads(written)
            tell(Stage(str(report["stage"]), float(report["done"])))
        except (ValueError, KeyError, TypeError):
            last = written.strip() or last
    return last
