"""docs/faults.md: what was made to go wrong, what came of it, and every protection once taken away.

All of it can be read back, so that a part of the work that is done anew changes its own rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.parts import PARTS, Part
from tests.faults.protections import PROTECTIONS, Protection

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
FAULTS = ("| fault | measured | bound | outcome |", "|---|---|---|---|")
TAKEN = (
    "| protection | taken away in | by | test | seen to fail |",
    "|---|---|---|---|---|",
)
NOT_YET = "Not measured yet."
SEEN, NOT_SEEN, NOT_RUN = "yes", "**no**", "not run"
ABOUT = (
    "You want to know what happens when something goes wrong, and how that is known. First what "
    "was made to go wrong, in parts: what was measured and how much was allowed, where there is a "
    "bound beside whether it held. Then every protection, the change that takes it away, and the "
    "test that was seen to fail without it. `make faults` runs all of it on this machine alone, "
    'and writes each part on this page as it ends; `make faults ARGS="deadlines memory"` runs '
    "those parts alone."
)


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


def write(part: Part | None = None, outcomes: Sequence[Outcome] = (), path: Path = PAGE) -> None:
    """Write the page anew, with the outcomes of a part; the others keep what the page says."""
    before = path.read_text().splitlines()
    faults = {each.name: _kept(before, each) for each in PARTS}
    if part is not None:
        faults[part.name] = _measured(part, outcomes)
    _write(path, faults, _verdicts(before))


def write_verdicts(seen: Mapping[str, bool]) -> None:
    """Write whether a test failed without its protection, by the words of the protection."""
    before = PAGE.read_text().splitlines()
    found = {what: SEEN if one else NOT_SEEN for what, one in seen.items()}
    faults = {each.name: _kept(before, each) for each in PARTS}
    _write(PAGE, faults, {**_verdicts(before), **found})


def verdict(protection: Protection) -> str:
    """What the page says of a protection."""
    return _verdicts(PAGE.read_text().splitlines()).get(protection.what, NOT_RUN)


def _write(path: Path, faults: Mapping[str, Sequence[str]], verdicts: Mapping[str, str]) -> None:
    lines = ["# Faults", "", ABOUT]
    for part in PARTS:
        lines += ["", f"## {part.name.capitalize()}", "", part.asks, "", *faults[part.name]]
    rows = (_row(each, verdicts.get(each.what, NOT_RUN)) for each in PROTECTIONS)
    lines += ["", "## Protections", "", *TAKEN, *rows]
    path.write_text("\n".join(lines) + "\n")


def _measured(part: Part, outcomes: Sequence[Outcome]) -> list[str]:
    held = sum(each.passed for each in outcomes)
    minutes = sum(each.seconds for each in outcomes) / 60
    told = (
        f"Measured {datetime.now(UTC):%-d %B %Y} on a small machine in {minutes:.1f} minutes: "
        f"{held} of {len(outcomes)} held."
    )
    return [told, "", *FAULTS, *(_fault(part, outcome) for outcome in outcomes)]


def _fault(part: Part, outcome: Outcome) -> str:
    shown = part.bound if outcome.passed and part.bound else f"in {outcome.seconds:.1f} s"
    state = "held" if outcome.passed else "**did not hold**"
    measured, bound = outcome.measured or shown, outcome.bound or part.bound
    return f"| {_cell(outcome.said)} | {measured} | {bound} | {state} |"


def _kept(before: Sequence[str], part: Part) -> list[str]:
    """The faults of a part as the page tells them."""
    title = f"## {part.name.capitalize()}"
    if title not in before:
        return [NOT_YET]
    begins = before.index(title) + 4  # after the title and what the part asks
    ends = next(at for at in range(begins, len(before)) if before[at].startswith("## "))
    return [*before[begins : ends - 1]]


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
