"""Workers for adopted versions: started on first use, stopped when idle, few at a time.

A worker opens only files whose sha256 are those that were adopted; where they are not, or not
there any more, it says so and answers nothing.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.adoption import opened, reference
from model.adoption.output import Output
from model.adoption.worker.process import Worker
from model.errors import BedsideError, OriginalRefused
from model.scoring.origin import Origin
from model.scoring.original import Ask, Asked

IDLE_SECONDS = 600.0
MOST_WORKERS = 4


@dataclass
class _Kept:
    worker: Worker
    folder: Path


@dataclass
class Pool:
    """The workers of one program. Call `close` at its end.

    address : of the tracking server the originals are fetched from. settings : the environment of
    workers, without credentials.
    """

    address: str
    settings: Mapping[str, str]
    idle_seconds: float = IDLE_SECONDS
    most: int = MOST_WORKERS
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def until_exit(cls, address: str, settings: Mapping[str, str]) -> Self:
        """A pool that is closed when this program ends."""
        pool = cls(address, settings)
        atexit.register(pool.close)
        return pool

    def start(self, origin: Origin, asked: Asked) -> Ask:
        """Who answers for an adopted version: a function that starts the worker when it is called.

        It raises `OriginalRefused` if the original is not what was adopted, and `OriginalFailed`
        if it does not answer.
        """
        output = Output(asked.method, asked.columns_of_risk, asked.answer_scale)

        def ask(frame: pd.DataFrame) -> NDArray[np.float64]:
            return output.risks(self._worker(origin, asked).ask(frame, output.method))

        return ask

    def _worker(self, origin: Origin, asked: Asked) -> Worker:
        key = f"{origin.digest} {asked.way}"
        with self._lock:
            self.stop_idle(keep=key)
            if key not in self._kept:
                if len(self._kept) >= self.most:
                    self._end(min(self._kept, key=lambda k: self._kept[k].worker.last_used))
                self._kept[key] = self._opened(origin, asked)
            return self._kept[key].worker

    def _opened(self, origin: Origin, asked: Asked) -> _Kept:
        folder = Path(tempfile.mkdtemp(prefix="bedside-original-"))
        try:
            source = reference.fetch(origin.reference, self.address, folder / "model")
            if dict(source.files) != dict(origin.files):
                raise OriginalRefused(
                    f"The files of {origin.reference} are not those that were adopted. Restore "
                    "them, or adopt the model again."
                )
            way = opened.way_of(source.folder, asked.way)
            worker = Worker(opened.task(way, source.folder, self.settings))
            worker.take_columns(
                [
                    {"name": c.name, "kind": c.kind, "words": c.words, "dtype": c.dtype}
                    for c in asked.columns
                ]
            )
        except BedsideError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return _Kept(worker, folder)

    def stop_idle(self, keep: str = "") -> None:
        """End the workers that nobody asked for a while."""
        now = time.monotonic()
        with self._lock:
            idle = [
                key
                for key, kept in self._kept.items()
                if key != keep and now - kept.worker.last_used > self.idle_seconds
            ]
            for key in idle:
                self._end(key)

    def close(self) -> None:
        """End all workers and remove their files."""
        with self._lock:
            for key in list(self._kept):
                self._end(key)

    def _end(self, key: str) -> None:
        kept = self._kept.pop(key)
        kept.worker.close()
        shutil.rmtree(kept.folder, ignore_errors=True)
