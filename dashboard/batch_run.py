"""Scores a file of patients in a thread of its session, which can be watched and stopped."""

from __future__ import annotations

import hashlib
import io
import threading
import time
from dataclasses import dataclass, field, replace

import pandas as pd

from dashboard.audit_trail import REFUSED, SCORED
from dashboard.services import Chosen
from model.endpoints.proven_scorer import ProvenEndpoint
from model.errors import BedsideError, FileRefused
from model.files import score_file
from model.files.check_file import examine
from model.files.check_report import Report
from model.files.results.scored_file import InMemory, ScoredFile
from model.files.understanding.mapping import FileMapping
from model.intake.issue import Severity
from model.registry.versions import Kind
from model.schema import Schema
from model.scoring import Assessment, Explanation
from model.scoring.scorer import Scorer

MOST_ROWS = 300_000
"""What one session may hold in memory; the command line takes any number."""
PATIENCE = 10.0  # seconds an endpoint may be away between two requests of a file


@dataclass(frozen=True)
class Upload:
    """A file somebody handed in, and how it is read by their leave. Kept in their session only.

    sheet : of a workbook, the one they chose; blank where only one could hold the patients.
    """

    name: str
    content: bytes = field(repr=False)
    convert: tuple[str, ...] = ()
    mapping: FileMapping | None = None
    sheet: str = ""
    digest: str = ""

    @classmethod
    def of(cls, name: str, content: bytes) -> Upload:
        return cls(name, content, digest=hashlib.sha256(content).hexdigest())

    def converted(self, name: str) -> Upload:
        return replace(self, convert=(*self.convert, name))

    def mapped(self, mapping: FileMapping) -> Upload:
        return replace(self, mapping=mapping, convert=(), sheet=mapping.sheet or self.sheet)

    def on_sheet(self, name: str) -> Upload:
        """Another sheet is another table: nothing that was agreed to holds for it."""
        return replace(self, mapping=None, convert=(), sheet=name)

    def as_it_came(self) -> Upload:
        return replace(self, convert=(), mapping=None)

    @property
    def reading(self) -> tuple[object, ...]:
        """Which bytes, and how they are read."""
        return self.digest, self.sheet, self.convert, self.mapping

    def is_as(self, other: Upload) -> bool:
        """Whether both are the same bytes, read in the same way."""
        return self.reading == other.reading


@dataclass(frozen=True)
class Result:
    """A scored file, and the version every number of it comes from."""

    upload: Upload
    chosen: Chosen
    file: ScoredFile

    @property
    def identity(self) -> tuple[object, ...]:
        """The same for results with the same rows and numbers; holds nothing of them."""
        chosen = self.chosen
        return *self.upload.reading, chosen.model.digest, chosen.scorer.route


class Stopped(Exception):
    """Somebody stopped it, or the session it belongs to ended."""


def check(upload: Upload, schema: Schema) -> Report:
    """The report of an upload; one with too many rows is refused."""

    def limited(rows: int, done: float) -> None:
        if rows > MOST_ROWS:
            raise FileRefused(
                "too-many-rows",
                f"The file has more than {MOST_ROWS:,} rows, more than this page takes. Split it, "
                "or score it with “python -m model score”, which takes any number.",
            )

    return examine(
        io.BytesIO(upload.content),
        schema,
        convert=upload.convert,
        mapping=upload.mapping,
        sheet=upload.sheet,
        progress=limited,
    )


class BatchRun:
    """One scoring. `ended` is set when the session it belongs to does."""

    def __init__(self, upload: Upload, chosen: Chosen, ended: threading.Event) -> None:
        self.upload = upload
        self.chosen = chosen
        self._scorer = _for_files(chosen.scorer)
        self.rows, self.done = 0, 0.0
        self.result: Result | None = None
        self.failure: str | None = None
        self._ended, self._stopped = ended, threading.Event()
        self._begun = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="batch-run", daemon=True)

    def start(self) -> None:
        self._begun = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """Nothing of what was scored is kept. What is in work comes to its end unseen."""
        self._stopped.set()

    def wait(self, seconds: float) -> None:
        """Wait for its end, at most so long."""
        self._thread.join(seconds)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    @property
    def was_stopped(self) -> bool:
        return self._stopped.is_set() or self._ended.is_set()

    @property
    def rows_a_second(self) -> float:
        return self.rows / max(time.monotonic() - self._begun, 1e-3)

    @property
    def seconds_left(self) -> float | None:
        """As it went so far; None until that says something."""
        gone = time.monotonic() - self._begun
        return gone / self.done * (1 - self.done) if self.done > 0.02 and gone > 1 else None

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """As the scorer chosen, unless it was stopped in the meantime.

        Of a server's answers alone no row is explained: each would take thousands of questions.
        """
        self._go_on()
        if self.chosen.kind is not Kind.ENDPOINT:
            return self._scorer.assess(rows, explain=explain)
        risk = self._scorer.assess(rows, explain=False).risk
        return Assessment(risk, Explanation.unknown(len(risk), self.chosen.model.schema.names))

    def _go_on(self) -> None:
        if self.was_stopped:
            raise Stopped

    def _progress(self, rows: int, done: float) -> None:
        self._go_on()
        self.rows, self.done = rows, done

    def _run(self) -> None:
        sink = InMemory(self.chosen.model.schema)
        try:
            report = score_file.score_into(
                sink,
                io.BytesIO(self.upload.content),
                self,
                self.chosen.model,
                explain=True,
                convert=self.upload.convert,
                mapping=self.upload.mapping,
                sheet=self.upload.sheet,
                progress=self._progress,
            )
        except Stopped:
            return
        except BedsideError as error:
            self.failure = str(error)
        except Exception as error:  # told in the page; its text may hold a patient's value
            self.failure = (
                "The scoring broke off because of an error in this program "
                f"({type(error).__name__}). Nothing was scored; the file is still here."
            )
        else:
            self._end(report, sink.scored)

    def _end(self, report: Report, scored: ScoredFile | None) -> None:
        """Written down first: what cannot be is not shown."""
        chosen, refusal = self.chosen, report.refusal
        if refusal is None and (scored is None or self.was_stopped):
            return
        rows = report.rows - report.counts[Severity.REJECTED]
        try:
            if refusal is None:
                chosen.trail.add(SCORED, chosen.version, chosen.scorer.route, rows)
            else:
                chosen.trail.add(REFUSED, chosen.version, chosen.scorer.route, 0, refusal.code)
        except BedsideError as error:
            self.failure = str(error)
            return
        if refusal is not None:
            self.failure = str(refusal)
        elif scored is not None:
            self.result = Result(self.upload, chosen, scored)


def _for_files(scorer: Scorer) -> Scorer:
    """Who answers for a whole file: an endpoint may be away for a moment between two requests."""
    return scorer.waiting(PATIENCE) if isinstance(scorer, ProvenEndpoint) else scorer
