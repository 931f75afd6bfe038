"""A value nobody else has, sent to an endpoint: it is in the result that was asked for, and nowhere
else that anything is written to.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from model.studies.cohort import Cohort
from tests import stores
from tests.faults.servers import reply, serving
from tests.servers import Server
from tests.stores import STUDY, Store

pytestmark = pytest.mark.server

VALUE = 431.7
CANARY = re.compile(rb"(?<![\d.])431\.7(?!\d)")

Scored = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture
def scored(store: Store, cohort: Cohort, tmp_path: Path) -> Scored:
    """scored(url): the command that scores a file with the canary at this endpoint, once run."""
    rows = cohort.rows.head(5).copy()
    rows.loc[2, "chol"] = VALUE
    rows.to_csv(tmp_path / "patients.csv", index=False)
    (tmp_path / "tmp").mkdir()

    def run(url: str) -> subprocess.CompletedProcess[str]:
        return stores.python(
            *("-m", "model", "score", str(tmp_path / "patients.csv")),
            *("--model", f"models:/{STUDY}@champion", "--endpoint", "ward"),
            *("--output", str(tmp_path / "result.csv")),
            store=store,
            BEDSIDE_ENDPOINTS=f"ward={url}",
            BEDSIDE_AUDIT_LOG=str(tmp_path / "audit.jsonl"),
            TMPDIR=str(tmp_path / "tmp"),
        )

    return run


def holding(store: Store, folder: Path) -> Iterator[str]:
    """Every file of the store and of a folder that holds the value."""
    for path in sorted([*store.folder.rglob("*"), *folder.rglob("*")]):
        if path.is_file() and CANARY.search(path.read_bytes()):
            yield path.name


def test_what_an_endpoint_scored_is_in_its_result_and_in_nothing_else(
    served: Server, store: Store, scored: Scored, tmp_path: Path
) -> None:
    done = scored(served.url)
    assert done.returncode == 0, done.stderr
    assert pd.read_csv(tmp_path / "result.csv")["risk"].notna().all()
    assert [*holding(store, tmp_path)] == ["patients.csv", "result.csv"]
    for told in (done.stdout, done.stderr, served.log):
        assert not CANARY.search(told.encode())


@pytest.mark.parametrize("status", ["500 Internal Server Error", "400 Bad Request", "200 OK"])
def test_what_an_endpoint_says_back_is_repeated_nowhere(
    store: Store, scored: Scored, tmp_path: Path, status: str
) -> None:
    with serving(reply(status, b'{"error": "chol 431.7", "predictions": "chol 431.7"}')) as url:
        done = scored(url)
    assert done.returncode == 1
    assert [*holding(store, tmp_path)] == ["patients.csv"]
    assert not CANARY.search((done.stdout + done.stderr).encode())
    assert "Traceback" not in done.stderr
