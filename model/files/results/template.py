"""A file to begin with: the header, and made-up patients to try it with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from model.files import csv_text
from model.schema import Schema

ID = "id"


def csv(schema: Schema, examples: Sequence[Mapping[str, float]] = ()) -> bytes:
    """An id and a column a feature; of the examples a row each, blank where not measured."""
    columns = {ID: [f"example-{at}" for at in range(1, len(examples) + 1)]}
    for name in schema.names:
        columns[name] = [f"{each[name]:g}" if name in each else "" for each in examples]
    head = ",".join(columns).encode() + b"\n"
    rows = csv_text.lines([pa.array(cells, pa.string()) for cells in columns.values()])
    return head + bytes(rows.to_pybytes())
