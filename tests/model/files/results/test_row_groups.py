"""Which rows of a scored file are looked at, and in which order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from model.files.results.row_groups import Group, by_risk, found, groups
from model.files.results.scored_file import ScoredFile
from tests.model.files.samples import HEADER, ROWS, table

Held = Callable[[bytes], ScoredFile]
ALL = (*ROWS, ROWS[1].replace("67", "12"), ROWS[2].replace("130", "?"))
NAMES = ("Ann", "ben", "CARL", "Dora.*", "annika", "=1+1")


@pytest.fixture
def file(held: Held) -> ScoredFile:
    rows = (f"{name},{row}" for name, row in zip(NAMES, ALL, strict=True))
    return held(table(*rows, header=f"name,{HEADER}"))


@pytest.mark.parametrize("threshold", [0.05, 0.5, 0.95])
def test_each_scored_row_is_on_one_side_of_the_threshold(
    file: ScoredFile, threshold: float
) -> None:
    members = groups(file, threshold)
    one = members[Group.ABOVE].astype(int) + members[Group.BELOW] + members[Group.REJECTED]
    assert one.tolist() == [1] * len(ALL)
    assert members[Group.ALL].all()
    assert members[Group.REJECTED].tolist() == [False, False, False, False, True, False]
    assert members[Group.FLAGGED].tolist() == [False, False, False, False, False, True]
    unsure = (file.low < threshold) & (threshold <= file.high)
    assert members[Group.UNSURE].tolist() == unsure.tolist()


def test_a_risk_at_the_threshold_is_above_it(file: ScoredFile) -> None:
    assert groups(file, float(file.risk[0]))[Group.ABOVE][0]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ann", ["Ann", "annika"]),
        ("  BEN ", ["ben"]),
        (".*", ["Dora.*"]),
        ("=1+1", ["=1+1"]),
        ("63", []),  # an age: only the caller's own columns are searched
        ("nobody", []),
    ],
)
def test_a_text_is_found_as_it_is_written_whatever_its_capitals(
    file: ScoredFile, text: str, names: list[str]
) -> None:
    assert [NAMES[at] for at in np.flatnonzero(found(file, text))] == names


def test_the_highest_risk_comes_first_and_rejected_rows_last(file: ScoredFile) -> None:
    order = by_risk(file, np.ones(len(ALL), dtype=bool))
    risks = file.risk[order]
    assert np.isnan(risks).tolist() == [False] * 5 + [True]
    assert risks[:5].tolist() == sorted(risks[:5], reverse=True)
    assert by_risk(file, np.zeros(len(ALL), dtype=bool)).tolist() == []
