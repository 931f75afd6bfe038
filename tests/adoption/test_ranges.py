"""Between which values a number may lie is not drafted from a few rows."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.adoption import facts, question

TOLD: dict[str, Any] = {"inputs": [], "count": 1}


def told_of(rows: int, **known: Any) -> facts.Fact:
    example = pd.DataFrame({"age": [50.0 + at for at in range(rows)]})
    inputs = [{"name": "age", **known}] if known else []
    (fact,) = facts.gather({**TOLD, "inputs": inputs}, {}, example, None)
    return fact


@pytest.mark.parametrize(("rows", "span"), [(3, None), (29, None), (30, (50.0, 79.0))])
def test_a_range_needs_rows(rows: int, span: tuple[float, float] | None) -> None:
    assert told_of(rows).span == span


def test_what_the_model_holds_needs_no_rows() -> None:
    assert told_of(3, kind="number", low=18.0, high=99.0).span == (18.0, 99.0)


@pytest.mark.parametrize(
    ("rows", "why"),
    [(0, "says it."), (1, "and 1 row is too few to."), (3, "and 3 rows are too few to.")],
)
def test_the_question_says_why(rows: int, why: str) -> None:
    assert question.limits("age", rows).text.endswith(why)
