"""A table handed in is read as its author wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.adoption import table


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Age\n40.5\n41.5\n", ["Age"]),
        ("Age,Chol\n40.5,200\n41.5,210\n", ["Age", "Chol"]),
        ("Age;Chol\n40,5;200\n41,5;210\n", ["Age", "Chol"]),
        ("Age\tChol\n40.5\t200\n", ["Age", "Chol"]),
    ],
)
def test_the_columns_are_those_of_the_heading(
    text: str, columns: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "cohort.csv"
    file.write_text(text)
    frame = table.read(file)
    assert list(frame.columns) == columns
    assert len(frame) == text.count("\n") - 1
