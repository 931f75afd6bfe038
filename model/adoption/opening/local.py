"""An opened model as an `Original`, in the process that opened it: `fitted` can be read."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.adoption.opening.answers import NoTable
from model.adoption.opening.opened import Opened
from model.adoption.original import Input, Kind
from model.adoption.output import Output
from model.adoption.transcription.transcribe import transcribed_or_left
from model.adoption.worker.process import Table
from model.errors import OriginalFailed


@dataclass
class LocalOriginal:
    """See `Original`."""

    opened: Opened
    inputs: tuple[Input, ...]
    output: Output
    files: Mapping[str, str]
    reference: str
    environment: Mapping[str, str]
    example: pd.DataFrame | None

    @property
    def fitted(self) -> Any:
        return self.opened.fitted

    def ask(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        rows = frame[[column.name for column in self.inputs]].reset_index(drop=True)
        try:
            found = self.opened.ask(self.output.method, rows)
        except NoTable as problem:
            raise OriginalFailed(f"Asked for risks, the model {problem}.") from None
        return self.output.risks(Table(found.names, found.values, found.texts))


def transcribed(opened: Opened, head: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """What a model becomes as numbers, as the files of a bundle; or the reason why it does not.

    head : what `AskedOriginal.transcribed` sends. body : the tables, as Arrow streams.
    """
    example, rows, background = _tables(body, head["table_bytes"])
    original = LocalOriginal(
        opened,
        tuple(_input(column) for column in head["inputs"]),
        Output(**{**head["output"], "columns": tuple(head["output"]["columns"])}),
        head["files"],
        head["reference"],
        head["environment"],
        example,
    )
    return transcribed_or_left(
        original, codes=head["codes"], rows=rows, background=background, origin=head["origin"]
    )


def _input(each: Mapping[str, Any]) -> Input:
    return Input(**{**each, "kind": Kind(each["kind"]), "words": tuple(each["words"])})


def _tables(body: bytes, lengths: Sequence[int]) -> list[pd.DataFrame | None]:
    """The tables, None for one of no length."""
    import pyarrow as pa

    found, start = [], 0
    for length in lengths:
        part = body[start : start + length]
        start += length
        found.append(pa.ipc.open_stream(io.BytesIO(part)).read_all().to_pandas() if part else None)
    return found
