"""Runs every fault there is a test of, takes every protection away once, and writes docs/faults.md.

python -m tests.faults                  all of it, part by part
python -m tests.faults deadlines memory these parts alone (see tests/faults/parts.py)
python -m tests.faults --quick          the faults alone
python -m tests.faults --only TEXT      the protections whose words hold it, or that were not run
                                        yet (TEXT: "not run")

Each part and each protection is on the page as soon as it is known, so what breaks off loses
nothing of what came before.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.faults import page, parts
from tests.faults.page import Outcome
from tests.faults.protections import PROTECTIONS, Protection

ROOT = Path(__file__).parents[2]
COPIED = ("dashboard", "model", "tests", ".streamlit", "pyproject.toml", "README.md", "docs")
MINUTES = 60
SECONDS_A_TEST = 240  # a protection that is gone may let a test hang


def run(folder: Path, arguments: Sequence[str]) -> list[Outcome]:
    """Run tests in a folder, one process after the other; nothing came of what takes an hour."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        try:
            subprocess.run(
                [*command, "--junitxml", str(report), "-o", "junit_family=xunit1"],
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
                timeout=MINUTES * 60,
            )
        except subprocess.TimeoutExpired:
            return []
        return list(_outcomes(ET.parse(report).getroot())) if report.exists() else []


def _outcomes(report: ET.Element) -> Iterator[Outcome]:
    for case in report.iter("testcase"):
        if case.find("skipped") is not None:
            continue
        failure, error = case.find("failure"), case.find("error")
        told = failure.get("message", "") if failure is not None else ""
        yield Outcome(
            said=case.get("name", "").removeprefix("test_").replace("_", " "),
            passed=failure is None and error is None,
            missed=failure is not None and error is None and "Timeout" not in told,
            seconds=float(case.get("time", 0)),
            measured=_noted(case, "measured"),
            bound=_noted(case, "bound"),
        )


def _noted(case: ET.Element, name: str) -> str:
    """What a test wrote down under a name, each once and in order."""
    found = (p.get("value", "") for p in case.iter("property") if p.get("name") == name)
    return ", ".join(dict.fromkeys(found))


def without(protection: Protection) -> bool:
    """Whether its test misses it once it is taken away: it runs, and fails at what it asks."""
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
        return bool(outcomes) and all(each.missed for each in outcomes)


def taken_away(asked: str | None) -> Iterator[tuple[Protection, bool]]:
    """The protections asked for, and whether each test was seen to fail without its own."""
    for protection in PROTECTIONS:
        row = f"{protection.what} {page.verdict(protection)}"
        if asked is None or asked in row:
            held = without(protection)
            say(f"{'seen to fail' if held else 'HOLDS NOTHING'}: {protection.what}")
            yield protection, held


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def gone_wrong(names: list[str]) -> Iterator[Outcome]:
    """Run the parts of these names, all where there are none; each is written as it ends."""
    for part in parts.chosen(names):
        outcomes = run(ROOT, [*part.tests, "--faults"])
        say(f"{part.name}: {sum(each.passed for each in outcomes)} of {len(outcomes)} held")
        page.write(part, outcomes)
        yield from outcomes or [Outcome(f"{part.name}: took too long", False, False, 0)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", metavar="TEXT")
    chosen = parser.parse_args()
    begun, outcomes, held = time.monotonic(), [], {}
    page.write()
    if chosen.only is None:
        outcomes = [*gone_wrong(chosen.parts)]
    if not chosen.quick and not chosen.parts:
        for protection, failed in taken_away(chosen.only):
            held[protection.what] = failed
            page.write_verdicts(held)
    missing = [each.said for each in outcomes if not each.passed]
    missing += [what for what, failed in held.items() if not failed]
    for each in missing:
        say(f"did not hold: {each}")
    minutes = (time.monotonic() - begun) / 60
    say(f"{len(outcomes)} faults, {len(held)} protections, {minutes:.0f} minutes.")
    return 1 if missing or not (outcomes or held) else 0


if __name__ == "__main__":
    sys.exit(main())
