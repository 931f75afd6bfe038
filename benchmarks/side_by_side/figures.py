"""How a figure is printed: ours, the peer's, their ratio, and whether a bound holds."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def compared(
    title: str,
    unit: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    at_most: float | None = None,
) -> bool:
    """Print both medians and their ratio; whether ours is at most `at_most` times theirs.

    Without `at_most` nothing is claimed.
    """
    mine, other = statistics.median(ours), statistics.median(theirs)
    ratio = mine / other if other else float("inf")
    holds = at_most is None or mine <= at_most * other
    bound = "" if at_most is None else f"  (at most {at_most:g}): {verdict(holds)}"
    print(
        f"{title:38s} ours {mine:9.2f} {unit:3s} peer {other:9.2f} {unit:3s} "
        f"ratio {ratio:5.2f}{bound}"
    )
    return holds


def bounded(title: str, unit: str, value: float, at_most: float, peer: float | None = None) -> bool:
    """Print a figure of ours with its bound; whether it holds."""
    beside = "" if peer is None else f" peer {peer:9.3f} {unit:3s}"
    holds = value <= at_most
    print(
        f"{title:38s} ours {value:9.3f} {unit:3s}{beside}  (at most {at_most:g}): {verdict(holds)}"
    )
    return holds


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed, 0 to 1: the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def verdict(holds: bool) -> str:
    return "holds" if holds else "DOES NOT HOLD"
