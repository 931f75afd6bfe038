"""Scores a file of patients in a thread of its session, which can be watched and stopped."""

from __future__ import annotations

import hashlib
import io
import threading
import time
from dataclasses import dataclass, field, replace

import pandas as pd

from dashboard.scorers import RestScorer, Scorer
from dashboard.services import Chosen
from model.endpoints.proven_scorer import ProvenEndpoint
from model.errors import BedsideError, FileRefused
from model.files import score_file
from model.files.check_file import examine
from model.files.check_report import Report
from model.files.results.scored_file import InMemory, ScoredFile
from model.registry.versions import Kind
from model.schema import Schema
from model.scoring import Assessment, Explanation, RiskModel
from model.scoring.scorer import Model
from model.scoring.scorer import Scorer as AnyScorer

MOST_ROWS = 300_000
"""What one session may hold in memory; the command line takes any number."""
PATIENCE = 10.0  # seconds an endpoint may be away between two requests of a file


@dataclass(frozen=True)
class Upload:
    """A file somebody handed in, and the conversions they agreed to. Kept in their session only."""

    name: str
    content: bytes = field(repr=False)
    convert: tuple[str, ...] = ()
    digest: str = ""

    @classmethod
    def of(cls, name: str, content: bytes) -> Upload:
        return cls(name, content, digest=hashlib.sha256(content).hexdigest())

    def converted(self, name: str) -> Upload:
        return replace(self, convert=(*self.convert, name))

    def as_it_came(self) -> Upload:
        return replace(self, convert=())

    def is_as(self, other: Upload) -> bool:
        """Whether both are the same bytes, read in the same way."""
        return (self.digest, self.convert) == (other.digest, other.convert)


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
        return self.upload.digest, self.upload.convert, chosen.model.digest, chosen.scorer.route


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

    return examine(io.BytesIO(upload.content), schema, convert=upload.convert, progress=limited)


class BatchRun:
    """One scoring. `ended` is set when the session it belongs to does."""

    def __init__(self, upload: Upload, chosen: Chosen, ended: threading.Event) -> None:
        self.upload = upload
        self.chosen = chosen
        self._scorer = _for_files(chosen.scorer, chosen.model)
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

    def assess(self, rows: pd.DataFrame, *, explain: bool) -> Assessment:
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
            if report.refusal is not None:
                self.failure = str(report.refusal)
            elif sink.scored is not None and not self.was_stopped:
                self.result = Result(self.upload, self.chosen, sink.scored)


def _for_files(scorer: Scorer, model: Model) -> AnyScorer:
    """Who answers for a whole file: of an endpoint only the risks, as on the command line."""
    if isinstance(scorer, RestScorer) and isinstance(model, RiskModel):
        return ProvenEndpoint(scorer.waiting(PATIENCE), model)
    return scorer
