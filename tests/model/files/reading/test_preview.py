"""What is shown of a file before anybody agrees is what becomes of it afterwards."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from model.files.reading.beginning import beginning
from model.files.reading.preview import Preview, preview
from model.files.understanding import proposal
from model.files.understanding.mapping import FileMapping
from tests.model.files.samples import HEADER, ROWS, SCHEMA, table

CHOL_IN_G = tuple(
    row.replace(f",{chol},", f",{chol / 100:.2f},")
    for row, chol in zip(ROWS, (233, 286, 204, 276), strict=True)
)
PAIN = HEADER.replace("cp", "pain")


def shown(content: bytes, **changes: object) -> tuple[Preview, FileMapping]:
    sample = beginning(io.BytesIO(content), SCHEMA)
    mapping = replace(proposal.make(sample, SCHEMA).mapping, **changes)  # type: ignore[arg-type]
    return preview(sample, mapping, SCHEMA), mapping


@pytest.mark.parametrize(
    ("content", "rows", "said"),
    [
        (table(), (1, 2, 3), {}),
        (table(header=PAIN), (1, 2, 3), {}),
        (
            table(*CHOL_IN_G),
            (1, 2, 3),
            {"chol": ["2.33 → 233 mg/dL", "2.86 → 286 mg/dL", "2.04 → 204 mg/dL"]},
        ),
        (
            table("63,1,1,,233,1,2,150,0,2.3,3,0,fix", *(f"{row[:-1]}rev" for row in ROWS[1:])),
            (1, 2, 3),
            {
                "thal": [
                    "fix → fixed defect",
                    "rev → reversible defect",
                    "rev → reversible defect",
                ]
            },
        ),
        (
            table(ROWS[0].replace(",6", ",#NULL!"), *ROWS[1:], header=PAIN),
            (1, 2, 3),
            {},
        ),
        (
            table(ROWS[0].replace(",6", ",not done"), *ROWS[1:]),
            (1, 2, 3),
            {"thal": ["not done → not measured", "3 → normal", "3 → normal"]},
        ),
    ],
    ids=["plain", "renamed", "g/L", "words", "a usual mark", "another mark"],
)
def test_three_rows_before_and_after(
    content: bytes, rows: tuple[int, ...], said: dict[str, list[str]]
) -> None:
    found, _ = shown(content)
    assert {
        each.feature.name: [f"{a} → {b}" for a, b in zip(each.written, each.read, strict=True)]
        for each in found.inputs
    } == said
    assert not said or found.rows == rows


def test_rows_in_which_most_is_filled_are_shown() -> None:
    words = [row[:-1] + ("rev" if at % 2 else "") for at, row in enumerate(ROWS * 4)]
    found, _ = shown(table(*words))
    assert found.rows == (2, 4, 6)


def test_a_word_that_is_asked_about_is_among_the_rows() -> None:
    words = [f"{row[:-1]}{'odd' if at == 13 else 'rev'}" for at, row in enumerate(ROWS * 4)]
    sample = beginning(io.BytesIO(table(*words)), SCHEMA)
    mapping = proposal.make(sample, SCHEMA).mapping
    found = preview(sample, mapping, SCHEMA, {("thal", "odd")})
    assert found.rows == (1, 2, 14)
    assert found.inputs[0].read[2] == "cannot be read"


def test_without_the_unit_nothing_is_changed() -> None:
    _, mapping = shown(table(*CHOL_IN_G))
    plain = tuple(replace(each, unit="") for each in mapping.columns)
    assert shown(table(*CHOL_IN_G), columns=plain)[0].inputs == ()
