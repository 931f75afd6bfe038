"""Who did what with which version: lines of JSON, each chained to the one before by its hash.

Beside the log lies its seal, which says how many lines there are and the hash of the last one, so
that a log that was cut is told from one that ends there. Neither holds a value of a patient. The
chain shows that the log was changed, to whoever can trust the seal; it does not keep from it
somebody who may write both.

A line is there whole or not at all. What changes something is written down twice: before, as
intended, and after, as done or not.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from model.errors import AuditBroken, OutputError

BEGINNING = "0" * 64
INTERRUPTED = 1  # a line a killed writer may have written and not sealed
INTENDED, DONE = "intended", "done"
REPAIRED = "repaired"


@dataclass(frozen=True)
class Seal:
    """Where a log ends: how many lines and bytes it has, and the hash of the last line."""

    lines: int = 0
    size: int = 0
    last: str = BEGINNING


@dataclass(frozen=True)
class Entry:
    """One thing somebody did.

    who : a login name, or ``local``. what : ``scored``, ``exported``, ``promoted`` or ``refused``.
    route : where the numbers came from. rows : how many patients. outcome : ``intended`` before
    something is changed, then ``done``, ``refused: …`` or ``unknown: …``. note : why, in their
    words.
    """

    who: str
    what: str
    version: str = ""
    model_id: str = ""
    route: str = ""
    rows: int = 0
    outcome: str = DONE
    note: str = ""


class AuditLog:
    """A log in a file, appended to by any number of processes.

    now : the time a line is given; its place is in the chain, whatever the clock says.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._now = now

    def add(self, entry: Entry) -> None:
        """Append a line.

        Raises
        ------
        OutputError
            If it cannot be written; what was to be logged must then not be done.
        AuditBroken
            If the log does not end as its seal says.
        """
        try:
            with self._locked() as file:
                end = _end(file, self._path)
                _append(file, self._path, end, entry, self._now())
        except OSError as error:
            raise OutputError(
                f"The audit log {self._path} cannot be written: {error.strerror}."
            ) from None

    def repair(self) -> str:
        """Take away a last line of which a full disk kept only the beginning; says what was done.

        The repair is a line of its own: that one was cut stays on record.

        Raises
        ------
        AuditBroken
            If anything but the end of the last line is missing.
        OutputError
            If it cannot be written.
        """
        try:
            with self._locked() as file:
                sealed = _sealed(self._path)
                file.seek(0)
                *whole, half = file.read().split(b"\n")
                lines = [line + b"\n" for line in whole]
                _require_chain(self._path, lines)
                if not half and len(lines) == sealed.lines:
                    return f"{self._path}: nothing to repair."
                if len(lines) + 1 != sealed.lines or not half.startswith(_beginning(lines)):
                    raise AuditBroken(
                        f"{self._path} lacks more than the end of its last line. It was changed by "
                        "other means and is left as it is."
                    )
                size = sum(map(len, lines))
                file.truncate(size)
                end = Seal(len(lines), size, _hash(lines[-1]) if lines else BEGINNING)
                note = f"line {sealed.lines} was cut after {len(half)} bytes and taken away"
                _append(file, self._path, end, Entry("local", REPAIRED, note=note), self._now())
                return f"{self._path}: {note}; the line in its place says so."
        except OSError as error:
            raise OutputError(
                f"The audit log {self._path} cannot be written: {error.strerror}."
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        with self._path.open("a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def verify(path: Path) -> str:
    """One sentence that says how long a log is that nobody changed.

    Raises
    ------
    AuditBroken
        With the first line that was edited, deleted or moved, or where the log was cut.
    """
    try:
        lines = path.read_bytes().splitlines(keepends=True)
        sealed = _sealed(path)
    except OSError as error:
        raise AuditBroken(f"{path} cannot be read: {error.strerror}.") from None
    _require_chain(path, lines)
    if 0 < sealed.lines <= len(lines) and _hash(lines[sealed.lines - 1]) != sealed.last:
        raise AuditBroken(f"{path}, line {sealed.lines}: not the line that was written last.")
    if len(lines) < sealed.lines:
        raise AuditBroken(
            f"{path}, line {len(lines) + 1}: cut off here; {sealed.lines} lines were written."
        )
    if len(lines) > sealed.lines + INTERRUPTED:
        raise AuditBroken(f"{path}, line {sealed.lines + 1}: added by other means.")
    return f"{path}: {len(lines):,} lines, as they were written."


def _require_chain(path: Path, lines: list[bytes]) -> None:
    """Raise `AuditBroken` with the first line that does not follow from the one before."""
    before = BEGINNING
    for number, line in enumerate(lines, start=1):
        entry = _entry(line)
        if entry is None or entry.get("number") != number or entry.get("before") != before:
            raise AuditBroken(f"{path}, line {number}: edited, deleted or moved, here or above.")
        before = _hash(line)


def _append(file: BinaryIO, path: Path, end: Seal, entry: Entry, now: datetime) -> None:
    """Write a line and its seal; a disk that takes half of either gets the log back as it was."""
    when = now.isoformat(timespec="milliseconds")
    number = end.lines + 1
    line = _line({"number": number, "when": when, **asdict(entry), "before": end.last})
    try:
        written = file.write(line)
        if written != len(line):  # a nearly full disk takes a part and reports no error
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file.fileno())
        _seal(path, Seal(number, end.size + len(line), _hash(line)))
    except OSError:
        file.truncate(end.size)
        raise


def _beginning(lines: list[bytes]) -> bytes:
    """How the line after these begins."""
    return json.dumps({"number": len(lines) + 1}).encode().rstrip(b"}")


def _end(file: BinaryIO, path: Path) -> Seal:
    """Where the log ends; what a writer that was killed left behind is mended.

    A line that is whole but not sealed is kept, half a line was never written.
    """
    sealed = _sealed(path)
    file.seek(sealed.size)
    beyond = file.read()
    entry = _entry(beyond)
    if entry and (entry.get("number"), entry.get("before")) == (sealed.lines + 1, sealed.last):
        return Seal(sealed.lines + 1, sealed.size + len(beyond), _hash(beyond))
    if b"\n" in beyond or os.fstat(file.fileno()).st_size < sealed.size:
        raise AuditBroken(f"{path} does not end as it was left. See `model audit verify`.")
    file.truncate(sealed.size)
    return sealed


def _seal_of(path: Path) -> Path:
    return path.with_name(path.name + ".seal")


def _seal(path: Path, seal: Seal) -> None:
    written = _seal_of(path).with_suffix(".new")
    with written.open("w") as file:
        file.write(f"{seal.lines} {seal.size} {seal.last}\n")
        file.flush()
        os.fsync(file.fileno())
    written.replace(_seal_of(path))


def _sealed(path: Path) -> Seal:
    """The seal of a log; of one that has none yet, the seal of an empty one."""
    try:
        lines, size, last = _seal_of(path).read_text().split()
        return Seal(int(lines), int(size), last)
    except FileNotFoundError:
        return Seal()
    except ValueError:
        raise AuditBroken(f"{_seal_of(path)} is not a seal.") from None


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False).encode() + b"\n"


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and line == _line(found) else None


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
