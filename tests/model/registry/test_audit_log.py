"""The audit log stays as it was written, or the verifier names the first line that did not."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a disk that is nearly full: of what goes beyond, the beginning is written."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 1, 60])
def test_on_a_nearly_full_disk_a_line_is_written_whole_or_not_at_all(log: Path, room: int) -> None:
    written = log.read_bytes()
    with (
        files_of_at_most(len(written) + room),
        pytest.raises(OutputError, match="cannot be written"),
    ):
        AuditLog(log).add(Entry("local", "promoted"))
    assert log.read_bytes() == written
    assert "5 lines" in audit_log.verify(log)
    AuditLog(log).add(Entry("local", "promoted"))  # there is room again
    assert "6 lines" in audit_log.verify(log)


def test_a_line_whose_seal_cannot_be_written_is_taken_back(log: Path) -> None:
    written = log.read_bytes()
    log.with_name(log.name + ".new").mkdir()
    with pytest.raises(OutputError, match="cannot be written: Is a directory"):
        AuditLog(log).add(Entry("local", "promoted"))
    assert log.read_bytes() == written
    assert "5 lines" in audit_log.verify(log)


def test_a_line_is_on_the_disk_before_its_seal_says_so(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = log.with_name(log.name + ".seal")
    synced: list[tuple[int, str]] = []
    monkeypatch.setattr(
        os, "fsync", lambda file: synced.append((os.fstat(file).st_ino, seal.read_text()[:1]))
    )
    AuditLog(log).add(Entry("local", "scored"))
    assert synced[0] == (log.stat().st_ino, "5")
    assert len(synced) == 2  # and the new seal, before it takes the old one's place
    assert seal.read_text().startswith("6 ")


def half_written(log: Path) -> None:
    """As an earlier release left it on a full disk: half a line, and a seal that says whole."""
    AuditLog(log).add(Entry("local", "promoted"))
    log.write_bytes(log.read_bytes()[:-40])


def test_a_last_line_that_was_cut_is_repaired_and_the_repair_is_on_record(log: Path) -> None:
    five = log.read_bytes()
    half_written(log)
    with pytest.raises(AuditBroken):
        AuditLog(log).add(Entry("local", "scored"))
    assert "line 6 was cut" in AuditLog(log).repair()
    assert log.read_bytes().startswith(five)
    last = json.loads(log.read_bytes().splitlines()[-1])
    assert (last["number"], last["what"]) == (6, "repaired")
    assert "6 lines" in audit_log.verify(log)
    AuditLog(log).add(Entry("local", "scored"))
    assert "7 lines" in audit_log.verify(log)
    assert "nothing to repair" in AuditLog(log).repair()


@pytest.mark.parametrize(
    "change",
    [
        lambda log: log.write_bytes(b"".join(log.read_bytes().splitlines(True)[:3])),
        lambda log: log.write_bytes(b"".join(log.read_bytes().splitlines(True)[:4]) + b"{}"),
        lambda log: log.write_bytes(log.read_bytes().replace(b"v1", b"v9")[:-40]),
        lambda log: log.write_bytes(b""),
    ],
    ids=["two lines gone", "another last line", "edited above", "emptied"],
)
def test_what_is_more_than_a_cut_line_is_not_repaired(
    log: Path, change: Callable[[Path], object]
) -> None:
    change(log)
    found = log.read_bytes()
    with pytest.raises(AuditBroken):
        AuditLog(log).repair()
    assert log.read_bytes() == found


def test_many_writers_make_one_chain(log: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda at: AuditLog(log).add(Entry("local", "scored", rows=at)), range(40)))
    assert "45 lines" in audit_log.verify(log)


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written: No such file or directory"):
        AuditLog(tmp_path / "nowhere" / "audit.jsonl").add(Entry("local", "scored"))
    with pytest.raises(AuditBroken, match="cannot be read"):
        audit_log.verify(tmp_path / "none.jsonl")
