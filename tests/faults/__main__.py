"""Runs every fault there is a test of, takes every protection away once, and writes docs/faults.md.

python -m tests.faults            all of it
python -m tests.faults --quick    the faults alone, without taking protections away
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.protections import PROTECTIONS, Protection

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "faults.md"
COPIED = ("dashboard", "model", "tests", ".streamlit", "pyproject.toml", "README.md", "docs")
MINUTES = 60
SECONDS_A_TEST = 240  # a protection that is gone may let a test hang


@dataclass(frozen=True)
class Outcome:
    """One test: what it says, what was measured and against which bound."""

    said: str
    passed: bool
    seconds: float
    measured: str = ""
    bound: str = ""


def run(folder: Path, arguments: Sequence[str]) -> list[Outcome]:
    """Run tests in a folder, one process after the other."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        subprocess.run(
            [*command, "--junitxml", str(report), "-o", "junit_family=xunit1"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=MINUTES * 60,
        )
        return list(_outcomes(ET.parse(report).getroot())) if report.exists() else []


def _outcomes(report: ET.Element) -> Iterator[Outcome]:
    for case in report.iter("testcase"):
        if case.find("skipped") is not None:
            continue
        found = {p.get("name"): p.get("value", "") for p in case.iter("property")}
        yield Outcome(
            said=case.get("name", "").removeprefix("test_").replace("_", " "),
            passed=case.find("failure") is None and case.find("error") is None,
            seconds=float(case.get("time", 0)),
            measured=found.get("measured", ""),
            bound=found.get("bound", ""),
        )


def without(protection: Protection) -> bool:
    """Whether its test fails once it is taken away."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
        path = folder / protection.file
        text = path.read_text()
        if text.count(protection.kept) != 1:
            raise SystemExit(f"{protection.file} holds this not once: {protection.kept}")
        path.write_text(text.replace(protection.kept, protection.gone))
        outcomes = run(folder, ["--timeout", str(SECONDS_A_TEST), protection.test])
        return bool(outcomes) and not any(each.passed for each in outcomes)


SEEN = {True: "yes", False: "**no**", None: "not run"}


def table(outcomes: Sequence[Outcome], seen: Sequence[tuple[Protection, bool | None]]) -> str:
    """docs/faults.md."""
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
        "| fault | measured | bound | outcome |",
        "|---|---|---|---|",
    ]
    for each in outcomes:
        measured = each.measured or f"{each.seconds:.1f} s"
        state = "held" if each.passed else "**did not hold**"
        lines.append(f"| {_cell(each.said)} | {measured} | {each.bound} | {state} |")
    lines += [
        "",
        "## Protections",
        "",
        "| protection | taken away in | by | test | seen to fail |",
        "|---|---|---|---|---|",
    ]
    for protection, failed in seen:
        state = SEEN[failed]
        change = f"`{_cell(protection.kept)}` → `{_cell(protection.gone) or 'nothing'}`"
        name = protection.test.rpartition("::")[2]
        lines.append(
            f"| {protection.what} | `{protection.file}` | {change} | `{_cell(name)}` | {state} |"
        )
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("`", "'").split())


def main(arguments: Sequence[str]) -> int:
    begun = time.monotonic()
    outcomes = run(ROOT, ["tests/faults", "--faults"])
    seen: list[tuple[Protection, bool | None]] = []
    for protection in PROTECTIONS:
        seen.append((protection, None if "--quick" in arguments else without(protection)))
        if seen[-1][1] is None:
            continue
        sys.stdout.write(
            f"{'seen to fail' if seen[-1][1] else 'HOLDS NOTHING'}: {protection.what}\n"
        )
        sys.stdout.flush()
    TABLE.write_text(table(outcomes, seen))
    failed = [each.said for each in outcomes if not each.passed]
    failed += [protection.what for protection, failed in seen if failed is False]
    for each in failed:
        sys.stdout.write(f"did not hold: {each}\n")
    minutes = (time.monotonic() - begun) / 60
    sys.stdout.write(f"{len(outcomes)} faults, {len(seen)} protections, {minutes:.0f} minutes.\n")
    return 1 if failed or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
