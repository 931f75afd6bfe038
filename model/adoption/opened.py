"""An original behind pipes: a source that was fetched, the way in, and the worker that answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.adoption import described, gate
from model.adoption.described import Described
from model.adoption.gate import Gate, Way
from model.adoption.original import Input
from model.adoption.output import Output
from model.adoption.reference import Source
from model.adoption.transcription.transcribe import transcribed_or_left
from model.adoption.worker import interpreter
from model.adoption.worker.process import Bounds, Table, Task, Worker
from model.scoring import original


@dataclass
class AskedOriginal:
    """An `Original` in another process. `output` and `inputs` are set once they are decided."""

    source: Source
    way: Way
    worker: Worker
    told: Mapping[str, Any]
    logged: Described | None
    example: pd.DataFrame | None
    inputs: tuple[Input, ...] = ()
    output: Output | None = None
    fitted: None = field(default=None, init=False)

    @property
    def files(self) -> Mapping[str, str]:
        return self.source.files

    @property
    def reference(self) -> str:
        return self.source.reference

    @property
    def environment(self) -> Mapping[str, str]:
        environment: Mapping[str, str] = self.told["environment"]
        return environment

    @property
    def isolation(self) -> str:
        """Everything that holds, in words."""
        return "; ".join([self.worker.isolation.words, *self.told["isolation"]])

    def take(self, inputs: tuple[Input, ...]) -> None:
        """Decide what the inputs are, and tell the worker their types."""
        self.inputs = inputs
        self.worker.take_columns([_record(column) for column in inputs])

    def table(self, frame: pd.DataFrame, method: str) -> Table:
        """The whole answer of one method, before anything is made of it."""
        return self.worker.ask(frame[[column.name for column in self.inputs]], method)

    def transcribed(
        self,
        codes: Mapping[str, list[float]],
        rows: pd.DataFrame | None,
        background: pd.DataFrame,
        origin: str,
    ) -> dict[str, Any]:
        """Files of a bundle with the engine the model turned out to be, and the proof; or, under
        ``left``, why it was left. One that brings its own code may say what it likes in its own
        process, and so is only read by asking it from here.
        """
        assert self.output is not None
        if self.way.gate is Gate.OWN_CODE:
            return transcribed_or_left(
                self, codes=codes, rows=rows, background=background, origin=origin
            )
        question = {
            "inputs": [_record(column) for column in self.inputs],
            "output": asdict(self.output),
            "codes": codes,
            "files": dict(self.files),
            "reference": self.reference,
            "environment": dict(self.environment),
            "origin": origin,
        }
        told = self.worker.transcribe(question, (self.example, rows, background))
        return {"left": f"it {told['failed']}"} if "failed" in told else dict(told)

    def ask(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        assert self.output is not None
        return self.output.risks(self.table(frame, self.output.method))


def _record(each: Input) -> dict[str, Any]:
    return {**asdict(each), "kind": str(each.kind)}


@contextmanager
def opened(
    source: Source,
    *,
    run_its_code: bool,
    settings: Mapping[str, str],
    bounds: Bounds = Bounds(),  # noqa: B008 — frozen
    start: Callable[[Task], Worker] = Worker,
) -> Iterator[AskedOriginal]:
    """Open the files of a source by the gate they need; its process ends with the block.

    Raises
    ------
    OriginalRefused
        If it is not opened.
    OriginalFailed
        If its process breaks down over it.
    """
    logged = described.read(source.folder) if _is_logged(source.folder) else None
    example = described.example(source.folder, logged) if logged else None
    if logged:
        way = gate.of_folder(source.folder, logged, run_its_code=run_its_code)
    else:
        (file,) = (file for file in source.folder.iterdir())
        way = gate.of_file(file, run_its_code=run_its_code)
    with start(task(way, source.folder, settings, bounds)) as worker:
        yield AskedOriginal(source, way, worker, worker.open(), logged, example)


def task(
    way: Way,
    folder: Path,
    settings: Mapping[str, str],
    bounds: Bounds = Bounds(),  # noqa: B008 — frozen
) -> Task:
    """What the worker is told. folder : of the whole model, with its requirements.

    Raises
    ------
    OriginalFailed
        If it needs an environment of its own, and that cannot be made.
    """
    python = interpreter.chosen(folder, way.form, settings)
    kept = {name: value for name, value in settings.items() if name != interpreter.PLACE}
    return Task(way.path, way.form, way.flavour, python, kept, bounds)


def way_of(folder: Path, kept: original.Way) -> Way:
    """The way in that was taken at adoption, as a bundle keeps it."""
    return Way(Gate(kept.gate), folder / kept.path, kept.form, kept.flavour)


def _is_logged(folder: Path) -> bool:
    return (folder / described.MODEL_FILE).is_file()
