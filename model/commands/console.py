"""A person at a terminal: files by name or from standard input, reports, and progress."""

from __future__ import annotations

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
from model.intake import Severity

STANDARD_INPUT = "-"
IN_MEMORY = 64 * 1024 * 1024
SHOWN = 40


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
