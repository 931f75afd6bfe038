"""A person at a terminal: files by name or from standard input, reports, and progress."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from model.errors import InputError
from model.files.check_report import Report, Verdict
from model.files.understanding.codings import difference
from model.files.understanding.proposal import Proposal
from model.intake import Severity
from model.tables.wording import shown

STANDARD_INPUT = "-"
IN_MEMORY = 64 * 1024 * 1024
SHOWN = 40
LISTED_COLUMNS = 8


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """A file that can be read twice. Standard input is kept in memory, or nameless on disk.

    Raises
    ------
    InputError
        If it cannot be opened.
    """
    if file == STANDARD_INPUT:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spooled:
            shutil.copyfileobj(sys.stdin.buffer, spooled)
            yield cast(BinaryIO, spooled)
        return
    try:
        source = Path(file).open("rb")  # noqa: SIM115 — closed below, outside this guard
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from None
    with source:
        yield source


def tell(report: Report, file: str, to: TextIO) -> None:
    """The report in sentences, its first issues one a line."""
    name = "Standard input" if file == STANDARD_INPUT else file
    if report.verdict is Verdict.REFUSED:
        print(f"{name}: refused; nothing of it is scored.", file=to)
    else:
        rejected = report.counts[Severity.REJECTED]
        counts = f"{report.rows - rejected:,} accepted, {rejected:,} rejected"
        print(f"{name}: {report.rows:,} rows, {counts}.", file=to)
    issues = report.issues
    for issue in issues[:SHOWN]:
        print(f"  {issue.severity:<10}  {issue.message}", file=to)
    if len(issues) > SHOWN:
        print(f"  … and {len(issues) - SHOWN:,} more; `check --json` lists them.", file=to)


def tell_proposal(proposal: Proposal | None, chosen: argparse.Namespace, to: TextIO) -> None:
    """What a proposal holds, in a few lines: names of columns and inputs, and no value."""
    if proposal is None:
        print("No mapping could be drafted; see below.", file=to)
        return
    mapping = proposal.mapping
    print(f"Drafted {chosen.propose} from {proposal.rows:,} rows. Look it through, then:", file=to)
    print(f"  python -m model check {chosen.file} --map {chosen.propose}", file=to)
    if mapping.sheet:
        print(f"  sheet         {shown(mapping.sheet)}", file=to)
    coding = mapping.recoding(proposal.schema)
    if coding is not None:
        print(f"  coding        {coding.label} ({coding.name})", file=to)
    elif proposal.fit.mixed is not None:
        print(f"  coding        {proposal.fit.mixed}", file=to)
    elif proposal.fit.doubted is not None:
        doubted = proposal.fit.doubted
        print(f"  coding        this study's; {doubted.label} ({doubted.name}) fit better", file=to)
    elif len(proposal.fit.near) > 1:
        alike = ", ".join(each.coding.name for each in proposal.fit.near)
        said = difference(proposal.fit, proposal.schema)
        print(f"  coding        undecided: {alike}. {said}", file=to)
    for name, columns in proposal.apart.items():
        listed = ", ".join(shown(each) for each in columns[:LISTED_COLUMNS])
        print(f"  several       {listed}: write {name} as one column, and drop these", file=to)
    for each in proposal.unsure:
        print(f"  unsure        {shown(each.column)} may be {each.feature.name}", file=to)
    for column, name in proposal.rivals.items():
        print(f"  not used      {shown(column)} seems to be {name} as well", file=to)
    for feature in proposal.absent:
        print(f"  no column     {feature.name}: counted as not measured", file=to)


class Progress:
    """Rows done, on one line that is written over; nothing where nobody watches."""

    def __init__(self, to: TextIO) -> None:
        self._to = to
        self._watched = to.isatty()
        self._begun = time.monotonic()

    def __call__(self, rows: int, done: float) -> None:
        if self._watched:
            speed = rows / max(time.monotonic() - self._begun, 1e-3)
            line = f"\r{done:4.0%}  {rows:,} rows  {speed:,.0f} rows a second"
            print(line.ljust(60), end="\n" if done >= 1 else "", file=self._to, flush=True)
