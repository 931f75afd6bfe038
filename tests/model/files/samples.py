"""Small files of patients, and what becomes of them."""

from __future__ import annotations

import io

import numpy as np

from model.errors import FileRefused
from model.files.check_file import Examination
from model.files.check_report import Report
from model.studies import find

SCHEMA = find("heart-disease").schema
HEADER = ",".join(SCHEMA.names)
ROWS = (
    "63,1,1,145,233,1,2,150,0,2.3,3,0,6",
    "67,1,4,160,286,0,2,108,1,1.5,2,3,3",
    "41,0,2,130,204,0,2,172,0,1.4,1,0,3",
    "57,1,4,150,276,0,2,112,1,0.6,2,1,6",
)
VALUES = np.array([[float(cell) for cell in row.split(",")] for row in ROWS])


def table(*rows: str, header: str = HEADER, end: str = "\n") -> bytes:
    return end.join([header, *(rows or ROWS), ""]).encode()


def read(content: bytes, *convert: str) -> tuple[Report, np.ndarray]:
    """The report of a file, and the values of its accepted rows."""
    examination = Examination(io.BytesIO(content), SCHEMA, convert=convert)
    found = []
    try:
        for checked in examination.run(lambda each: each.checked):
            found.append(checked.values[~checked.rejected])
    except FileRefused:
        return examination.report, np.empty((0, len(SCHEMA.names)))
    return examination.report, np.concatenate([np.empty((0, len(SCHEMA.names))), *found])


def codes(report: Report) -> set[str]:
    return {issue.code for issue in report.issues}
