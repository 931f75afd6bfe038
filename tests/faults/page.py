"""docs/faults.md: what was made to go wrong, what came of it, and every protection once taken away.

Both tables can be read back, so that a part of the work that is done anew changes its own rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.protections import PROTECTIONS, Protection

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
FAULTS = ("| fault | measured | bound | outcome |", "|---|---|---|---|")
TAKEN = (
    "| protection | taken away in | by | test | seen to fail |",
    "|---|---|---|---|---|",
)
NOT_YET = "The faults have not been measured on a quiet machine yet."
SEEN, NOT_SEEN, NOT_RUN = "yes", "**no**", "not run"


@dataclass(frozen=True)
class Outcome:
    """One test: what it says, what was measured and against which bound.

    missed : it failed at what it asks, and neither before it asked nor by taking too long.
    """

    said: str
    passed: bool
    missed: bool
    seconds: float
    measured: str = ""
    bound: str = ""


def write(outcomes: Sequence[Outcome] | None, seen: Mapping[str, bool]) -> None:
    """Write the page.

    outcomes : of the faults; None leaves those of before. seen : whether its test failed without
    it, by the words of a protection; the others keep what the page says of them.
    """
    before = PAGE.read_text().splitlines()
    faults = _faults(outcomes) if outcomes is not None else _kept(before)
    verdicts = {
        **_verdicts(before),
        **{what: SEEN if one else NOT_SEEN for what, one in seen.items()},
    }
    lines = [
        "# Faults",
        "",
        "You want to know what happens when something goes wrong, and how that is known. First "
        "what was made to go wrong, what was measured and how much was allowed; then every "
        "protection, the change that takes it away, and the test that was seen to fail without "
        "it. `make faults` runs all of it on this machine alone and writes this page.",
        "",
        f"Written {datetime.now(UTC):%-d %B %Y}. Times are of one small machine.",
        "",
        *faults,
        "",
        "## Protections",
        "",
        *TAKEN,
        *(_row(each, verdicts.get(each.what, NOT_RUN)) for each in PROTECTIONS),
    ]
    PAGE.write_text("\n".join(lines) + "\n")


def verdict(protection: Protection) -> str:
    """What the page says of a protection."""
    return _verdicts(PAGE.read_text().splitlines()).get(protection.what, NOT_RUN)


def _faults(outcomes: Sequence[Outcome]) -> list[str]:
    rows = []
    for each in outcomes:
        measured = each.measured or f"{each.seconds:.1f} s"
        state = "held" if each.passed else "**did not hold**"
        rows.append(f"| {_cell(each.said)} | {measured} | {each.bound} | {state} |")
    return [*FAULTS, *rows]


def _kept(before: Sequence[str]) -> list[str]:
    """The faults as the page tells them."""
    if FAULTS[0] not in before:
        return [NOT_YET]
    begins = before.index(FAULTS[0])
    return [*before[begins : before.index("", begins)]]


def _verdicts(before: Sequence[str]) -> dict[str, str]:
    """What the page says of each protection whose change is still the same."""
    now = {_row(each, ""): each.what for each in PROTECTIONS}
    found = {}
    for line in before:
        change, _, verdict = line.removesuffix(" |").rpartition(" | ")
        if what := now.get(f"{change} |  |"):
            found[what] = verdict
    return found


def _row(protection: Protection, verdict: str) -> str:
    change = f"`{_cell(protection.kept)}` → `{_cell(protection.gone) or 'nothing'}`"
    name = _cell(protection.test.rpartition("::")[2])
    return f"| {protection.what} | `{protection.file}` | {change} | `{name}` | {verdict} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("`", "'").split())
