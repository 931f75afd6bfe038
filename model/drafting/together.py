"""Which inputs are measured together, seen from who lacks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from model.drafting.columns import Column

ALIKE_SHARE = 0.95
MOST_TESTS = 10
"""As many as a submodel for every set of missing tests can be fitted for."""


def tests_of(columns: Sequence[Column], groups: Mapping[str, str]) -> dict[str, str]:
    """The test of each column that somebody lacks, by its name; none for one that stands alone.

    Columns are of one test if those who lack the one are nearly those who lack the other. If that
    leaves too many tests, all inputs of a part of the form count as one.

    Parameters
    ----------
    groups : the part of the form each column stands in.
    """
    some = [column for column in columns if column.blank.any()]
    found: list[list[Column]] = []
    for column in some:
        for members in found:
            if _alike(members[0], column):
                members.append(column)
                break
        else:
            found.append([column])
    if len(found) <= MOST_TESTS:
        named = ((_name(members), members) for members in found if len(members) > 1)
        return {column.name: name for name, members in named for column in members}
    parts = {groups[column.name] for column in some}
    by_part = {column.name: groups[column.name].lower() for column in some}
    return by_part if len(parts) <= MOST_TESTS else dict.fromkeys(by_part, "further tests")


def _alike(one: Column, other: Column) -> bool:
    either = (one.blank | other.blank).sum()
    return bool((one.blank & other.blank).sum() >= ALIKE_SHARE * either)


def _name(members: Sequence[Column]) -> str:
    names = [column.name for column in members]
    return f"{names[0]} and {names[1]}" if len(names) == 2 else f"{names[0]} and others"


def share_missing(column: Column) -> float:
    """The share of patients who have no value."""
    return float(np.mean(column.blank))
