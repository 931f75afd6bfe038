"""What is taken for an answer of a model of which only the signature is known, and what is not."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from model.endpoints.foreign_model import ForeignModel

from model.endpoints.endpoint import Endpoint
from model.endpoints.invocations import Invocations
from model.errors import EndpointRefused
from model.registry.signature import Column, Interface, Kind

ROWS = [(1.5, "A"), (431.7, None)]
INTERFACE = Interface((Column("x", Kind.NUMBER, True), Column("ward", Kind.TEXT, False)))


class Answers(Invocations):
    """An endpoint that gives one answer."""

    def __init__(self, body: bytes) -> None:
        super().__init__(Endpoint("theirs/1", "http://127.0.0.1:1"))
        self.body, self.asked = body, b""

    def ask(self, body: bytes, kind: str, count: int) -> bytes:
        self.asked = body
        return self.body


def answering(predictions: Any) -> ForeignModel:
    return ForeignModel(Answers(json.dumps({"predictions": predictions}).encode()), INTERFACE)


@pytest.mark.parametrize(
    "predictions",
    [
        [0.25, 0.75],
        [{"risk": 0.25}, {"risk": 0.75}],
        [[0.75, 0.25], [0.25, 0.75]],
        [{"0": [0.75, 0.25]}, {"0": [0.25, 0.75]}],
    ],
)
def test_a_probability_comes_in_one_of_these_forms(predictions: Any) -> None:
    np.testing.assert_array_equal(answering(predictions).risks(ROWS), [0.25, 0.75])


@pytest.mark.parametrize(
    ("predictions", "said"),
    [
        ([0, 1], "gives classes, not probabilities"),
        ([0.5], "sent 1 answers for 2 patients"),
        ([0.5, 0.5, 0.5], "sent 3 answers"),
        ([0.5, 1.5], "not a probability"),
        ([0.5, -0.1], "not a probability"),
        ([0.5, float("nan")], "not a probability"),
        ([0.5, 1e999], "not a probability"),
        ([0.5, None], "not one probability for each patient"),
        ([0.5, "0.5"], "not one probability"),
        ([True, False], "not one probability"),
        ([[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]], "not one probability"),
        ([{"a": 0.5, "b": 0.5}] * 2, "not one probability"),
        ("high", "not one probability"),
        (None, "not one probability"),
    ],
)
def test_anything_else_is_refused_and_no_value_repeated(predictions: Any, said: str) -> None:
    with pytest.raises(EndpointRefused, match=said) as refused:
        answering(predictions).risks(ROWS)
    assert "theirs/1" in str(refused.value)
    assert "431" not in str(refused.value)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"[" * 100_000])
def test_an_answer_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(EndpointRefused, match="not one probability"):
        ForeignModel(Answers(body), INTERFACE).risks(ROWS)


def test_it_is_asked_with_the_columns_of_its_signature_and_null_for_blank() -> None:
    there = Answers(b'{"predictions": [0.5, 0.5]}')
    ForeignModel(there, INTERFACE).risks(ROWS)
    assert json.loads(there.asked) == {
        "dataframe_split": {"columns": ["x", "ward"], "data": [[1.5, "A"], [431.7, None]]}
    }
