"""What the app writes into the audit log: what was done with which version, and no value."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.audit_trail import Trail
from dashboard.batch_run import BatchRun, Upload
from dashboard.components.batch import downloads
from dashboard.scorers import LocalScorer
from dashboard.services import Chosen
from model.registry import audit_log
from model.registry.audit_log import AuditLog
from model.scoring import LoadedModel
from tests.dashboard.fakes import version
from tests.model.files.samples import ROWS, table

SECONDS = 60
CANARY = "431.7"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


@pytest.fixture
def scored(log: Path, loaded: dict[str, LoadedModel]) -> Callable[[bytes], BatchRun]:
    """scored(file): the run of its scoring, at its end."""
    model = loaded["baseline"]
    trail = Trail(AuditLog(log), "nurse@ward")
    chosen = Chosen(version(1, model.digest), model, LocalScorer(model), trail)

    def score(content: bytes) -> BatchRun:
        run = BatchRun(Upload.of("a.csv", content), chosen, threading.Event())
        run.start()
        run.wait(SECONDS)
        return run

    return score


def written(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_a_scored_file_and_what_is_taken_away_are_written_down_without_a_value(
    log: Path, scored: Callable[[bytes], BatchRun]
) -> None:
    run = scored(table(*ROWS[:2], ROWS[0].replace("233", CANARY)))
    assert run.result is not None
    downloads._written(run.result, ".csv")
    done, taken = written(log)
    assert (done["what"], done["rows"], done["who"]) == ("scored", 3, "nurse@ward")
    assert (taken["what"], taken["rows"], taken["note"]) == ("exported", 3, ".csv")
    assert CANARY not in log.read_text()
    assert "2 lines" in audit_log.verify(log)


def test_a_file_that_is_refused_is_written_down_with_its_reason(
    log: Path, scored: Callable[[bytes], BatchRun]
) -> None:
    run = scored(b"nothing,of,it\n1,2,3\n")
    assert run.result is None
    (refused,) = written(log)
    assert (refused["what"], refused["rows"]) == ("refused", 0)
    assert refused["note"] == "no-header"


def test_what_cannot_be_written_down_is_not_shown(
    log: Path, scored: Callable[[bytes], BatchRun]
) -> None:
    log.mkdir()
    run = scored(table())
    assert run.result is None
    assert "cannot be written" in str(run.failure)
