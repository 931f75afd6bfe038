"""The audit log stays as it was written, or the verifier names the first line that did not."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from model.errors import AuditBroken, OutputError
from model.registry import audit_log
from model.registry.audit_log import AuditLog, Entry

Lines = list[bytes]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "audit.jsonl"
    for number in range(1, 6):
        AuditLog(path).add(Entry("local", "scored", f"heart-disease v{number}", rows=number))
    return path


def test_a_line_says_who_did_what_when_with_which_version(log: Path) -> None:
    first = json.loads(log.read_text().splitlines()[0])
    assert first.pop("when").endswith("+00:00")
    assert first == {
        "number": 1,
        "who": "local",
        "what": "scored",
        "version": "heart-disease v1",
        "model_id": "",
        "route": "",
        "rows": 1,
        "outcome": "done",
        "note": "",
        "before": audit_log.BEGINNING,
    }


def test_a_log_nobody_touched_is_as_it_was_written(log: Path) -> None:
    assert audit_log.verify(log) == f"{log}: 5 lines, as they were written."


def edited(lines: Lines) -> Lines:
    return [*lines[:1], lines[1].replace(b"local", b"other"), *lines[2:]]


def retyped(lines: Lines) -> Lines:
    """The same entry in other letters."""
    return [*lines[:1], lines[1].replace(b'": ', b'":', 1), *lines[2:]]


def forged_end(lines: Lines) -> Lines:
    """The one line no later one is chained to."""
    return [*lines[:4], lines[4].replace(b"local", b"other")]


def added(lines: Lines) -> Lines:
    log = list(lines)
    for number in (6, 7):
        entry = {**json.loads(log[-1]), "number": number, "before": audit_log._hash(log[-1])}
        log.append(audit_log._line(entry))
    return log


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (edited, 3, "edited, deleted or moved"),
        (retyped, 2, "edited, deleted or moved"),
        (forged_end, 5, "not the line that was written last"),
        (lambda lines: lines[1:], 1, "edited, deleted or moved"),
        (lambda lines: [*lines[:2], *lines[3:]], 3, "edited, deleted or moved"),
        (lambda lines: [*lines[:2], lines[3], lines[2], lines[4]], 3, "edited, deleted or moved"),
        (lambda lines: lines[:3], 4, "cut off here; 5 lines were written"),
        (lambda lines: [], 1, "cut off here"),
        (added, 6, "added by other means"),
    ],
    ids=[
        "edited",
        "retyped",
        "forged end",
        "first deleted",
        "deleted",
        "reordered",
        "cut",
        "emptied",
        "added",
    ],
)
def test_a_changed_log_is_told_with_the_first_line_that_shows_it(
    log: Path, change: Callable[[Lines], Lines], line: int, said: str
) -> None:
    log.write_bytes(b"".join(change(log.read_bytes().splitlines(keepends=True))))
    with pytest.raises(AuditBroken, match=rf"line {line}: {said}"):
        audit_log.verify(log)


@pytest.mark.parametrize("change", [lambda lines: lines[:3], added], ids=["cut", "added"])
def test_nothing_is_added_to_a_log_that_does_not_end_as_it_was_left(
    log: Path, change: Callable[[Lines], Lines]
) -> None:
    found = b"".join(change(log.read_bytes().splitlines(keepends=True)))
    log.write_bytes(found)
    with pytest.raises(AuditBroken, match="does not end as it was left"):
        AuditLog(log).add(Entry("local", "scored"))
    assert log.read_bytes() == found


@pytest.mark.parametrize("kept", [1.0, 0.5], ids=["unsealed", "half a line"])
def test_a_writer_killed_in_the_middle_does_not_break_the_log(log: Path, kept: float) -> None:
    seal = log.with_name(log.name + ".seal")
    before, size = seal.read_bytes(), log.stat().st_size
    AuditLog(log).add(Entry("local", "exported"))
    seal.write_bytes(before)
    with log.open("r+b") as file:
        file.truncate(size + int(kept * (log.stat().st_size - size)))
    AuditLog(log).add(Entry("local", "scored"))
    lines = 7 if kept == 1 else 6
    assert audit_log.verify(log) == f"{log}: {lines} lines, as they were written."


def test_many_writers_make_one_chain(log: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda at: AuditLog(log).add(Entry("local", "scored", rows=at)), range(40)))
    assert "45 lines" in audit_log.verify(log)


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written: No such file or directory"):
        AuditLog(tmp_path / "nowhere" / "audit.jsonl").add(Entry("local", "scored"))
    with pytest.raises(AuditBroken, match="cannot be read"):
        audit_log.verify(tmp_path / "none.jsonl")
