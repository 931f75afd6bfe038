"""A scoring in a thread: what it leaves when it ends, fails, is stopped or loses its session."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard import batch_run
from dashboard.batch_run import BatchRun, Upload
from dashboard.scorers import LocalScorer
from dashboard.services import Chosen
from dashboard.settings import Endpoint
from model.endpoints.proven_scorer import ProvenEndpoint
from model.endpoints.rest_scorer import RestScorer
from model.files import score_file
from model.scoring import Assessment, LoadedModel
from tests.dashboard.fakes import endpoint, version
from tests.model.files.samples import HEADER, ROWS, SCHEMA, table

CANARY = "431.7"
SECONDS = 20.0

Loaded = dict[str, LoadedModel]


class Gate:
    """A scorer that lets a chunk pass when told to, and may break."""

    route = "behind a gate"

    def __init__(self, model: LoadedModel, error: Exception | None = None) -> None:
        self.model, self.error = model, error
        self.reached, self.opened = threading.Event(), threading.Event()
        self.chunks = 0

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        self.chunks += 1
        self.reached.set()
        assert self.opened.wait(SECONDS)
        if self.error is not None:
            raise self.error
        return self.model.assess(rows, explain=explain)


@pytest.fixture
def begin(loaded: Loaded) -> Callable[..., BatchRun]:
    """begin(content, scorer): a scoring by `baseline` that has been started."""

    def of(content: bytes, scorer: object = None, **more: object) -> BatchRun:
        model = loaded["baseline"]
        chosen = Chosen(version(1, model.digest), model, scorer or LocalScorer(model))
        run = BatchRun(Upload.of("a.csv", content), chosen, more.get("ended", threading.Event()))
        run.start()
        return run

    return of


Begin = Callable[..., BatchRun]


def test_what_it_leaves_is_what_the_command_line_writes(
    begin: Begin, loaded: Loaded, tmp_path: Path
) -> None:
    content, model = table(*ROWS, ROWS[0].replace("63", "12")), loaded["baseline"]
    run = begin(content)
    run.wait(SECONDS)
    score_file.score(io.BytesIO(content), tmp_path / "o.csv", model, model, explain=True)
    assert run.result is not None
    assert run.result.file.written(".csv") == (tmp_path / "o.csv").read_bytes()
    assert (run.rows, run.done, run.failure, run.is_running) == (5, 1.0, None, False)
    assert run.rows_a_second > 0


def test_stopping_keeps_nothing_and_asks_for_no_further_chunk(begin: Begin, loaded: Loaded) -> None:
    gate = Gate(loaded["baseline"])
    run = begin(table(*ROWS * 100_000), gate)
    assert gate.reached.wait(SECONDS)
    run.stop()
    asked = gate.chunks
    gate.opened.set()
    run.wait(SECONDS)
    assert not run.is_running
    assert run.was_stopped
    assert (run.result, run.failure) == (None, None)
    assert gate.chunks <= asked + 1  # one may be on its way into the gate
    assert threading.active_count() < 10


def test_a_session_that_ends_ends_its_thread(begin: Begin, loaded: Loaded) -> None:
    gate, ended = Gate(loaded["baseline"]), threading.Event()
    run = begin(table(*ROWS * 100_000), gate, ended=ended)
    assert gate.reached.wait(SECONDS)
    ended.set()
    gate.opened.set()
    run.wait(SECONDS)
    assert not run.is_running
    assert run.result is None


def test_an_error_of_ours_is_told_without_its_text(begin: Begin, loaded: Loaded) -> None:
    gate = Gate(loaded["baseline"], ZeroDivisionError(f"chol {CANARY}"))
    gate.opened.set()
    run = begin(table(), gate)
    run.wait(SECONDS)
    assert run.result is None
    assert "error in this program (ZeroDivisionError)" in str(run.failure)
    assert CANARY not in str(run.failure)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (table(*ROWS * 9_000, '"never closed'), "Quotation marks do not pair"),
        (
            table(*(f"1,{row}" for row in ROWS), header=f"risk,{HEADER}"),
            "Column risk is in the file already",
        ),
    ],
)
def test_a_file_refused_while_it_is_scored_is_told(begin: Begin, content: bytes, told: str) -> None:
    run = begin(content)
    run.wait(SECONDS)
    assert run.result is None
    assert told in str(run.failure)


def proven(endpoint: Endpoint, model: LoadedModel) -> ProvenEndpoint:
    return ProvenEndpoint(RestScorer(endpoint, model.schema, model.golden), model)


class TestAnEndpoint:
    def test_gives_the_same_risks_under_its_own_name(self, begin: Begin, loaded: Loaded) -> None:
        model = loaded["baseline"]
        here = begin(table())
        with endpoint(model, model.schema) as url:
            there = begin(table(), proven(Endpoint("ward", url), model))
            there.wait(SECONDS)
        here.wait(SECONDS)
        assert here.result is not None
        assert there.result is not None
        np.testing.assert_allclose(there.result.file.risk, here.result.file.risk, atol=1e-12)
        assert there.result.chosen.scorer.route == "endpoint ward"

    def test_that_is_away_is_told_and_nothing_is_kept(
        self, begin: Begin, loaded: Loaded, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batch_run, "PATIENCE", 0.1)
        model = loaded["baseline"]
        nowhere = Endpoint("ward", "http://127.0.0.1:9")
        run = begin(table(), proven(nowhere, model))
        run.wait(SECONDS)
        assert run.result is None
        assert "The endpoint ward (http://127.0.0.1:9) does not answer." in str(run.failure)


def test_more_rows_than_a_session_may_hold_are_refused_when_they_are_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batch_run, "MOST_ROWS", 3)
    report = batch_run.check(Upload.of("a.csv", table()), SCHEMA)
    assert [issue.code for issue in report.issues] == ["too-many-rows"]
    assert batch_run.check(Upload.of("a.csv", table(*ROWS[:3])), SCHEMA).refusal is None


def test_an_upload_shows_nothing_of_its_content() -> None:
    upload = Upload.of("a.csv", table(ROWS[0].replace("233", CANARY)))
    assert CANARY not in repr(upload)
    assert upload.converted("mmol").is_as(upload.converted("mmol"))
    assert not upload.converted("mmol").is_as(upload)
    assert upload.converted("mmol").as_it_came().is_as(upload)
