"""What a benchmark claims: the figure it measured beside its bound, printed and kept for one table.

A bound is a ratio to a peer measured in the same run wherever there is one, so that it holds on a
slow machine as on a fast one. A script ends with ``return claims.ended()``: 1 if a claim of its own
does not hold.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

TABLE = "BEDSIDE_CLAIMS"
"""The variable that names the file to which each claim is added, a line each."""
WIDTH = 46


@dataclass(frozen=True)
class Claim:
    """One measured figure and what it must not be beyond."""

    what: str
    measured: float
    bound: float
    unit: str = ""
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Not a number holds nothing."""
        if self.at_least:
            return self.measured >= self.bound
        return self.measured <= self.bound

    @property
    def verdict(self) -> str:
        return "holds" if self.holds else "DOES NOT HOLD"

    @property
    def limit(self) -> str:
        """``at most 1.3 ms``."""
        return f"at {'least' if self.at_least else 'most'} {self.bound:g} {self.unit}".rstrip()


_made: list[Claim] = []


def at_most(what: str, measured: float, bound: float, unit: str = "") -> bool:
    """Claim that a figure is at most `bound`; whether it is."""
    return _claimed(Claim(what, float(measured), bound, unit))


def at_least(what: str, measured: float, bound: float, unit: str = "") -> bool:
    """Claim that a figure is at least `bound`; whether it is."""
    return _claimed(Claim(what, float(measured), bound, unit, at_least=True))


def true(what: str, is_so: bool) -> bool:
    """Claim that something is so: its figure is 1 if it is, else 0."""
    return at_least(what, float(is_so), 1)


def told(title: str, unit: str, ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Print both medians; their ratio, ours to theirs."""
    mine, other = statistics.median(ours), statistics.median(theirs)
    ratio = mine / other if other else float("inf")
    figures = f"ours {mine:9.3f} {unit:3s} peer {other:9.3f} {unit:3s} ratio {ratio:5.2f}"
    print(f"{title:{WIDTH}s} {figures}")
    return ratio


def compared(
    title: str, unit: str, ours: Sequence[float], theirs: Sequence[float], bound: float
) -> bool:
    """Claim that our median is at most `bound` times the peer's."""
    return at_most(f"{title}, ours to peer", told(title, unit, ours, theirs), bound)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed, 0 to 1: the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def ended() -> int:
    """The exit code of a script that made these claims; one that claimed nothing failed."""
    return 0 if _made and all(claim.holds for claim in _made) else 1


def _claimed(claim: Claim) -> bool:
    _made.append(claim)
    print(f"  {claim.what:{WIDTH}s} {claim.measured:9.3g}   ({claim.limit}): {claim.verdict}")
    if TABLE in os.environ:
        script = Path(sys.argv[0]).stem
        with Path(os.environ[TABLE]).open("a") as table:
            table.write(json.dumps({"script": script, **asdict(claim)}) + "\n")
    return claim.holds
