"""What is taken for an answer of a model of which only the signature is known, and what is not."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.endpoints.endpoint import Endpoint
from model.endpoints.endpoint_model import EndpointModel
from model.endpoints.invocations import Invocations
from model.endpoints.signature_schema import SignatureSchema
from model.errors import EndpointRefused, SignatureRefused
from model.registry.signature import Column, Interface, Kind, Row

INTERFACE = Interface(
    (Column("x", Kind.NUMBER, True), Column("ward", Kind.TEXT, False)),
    example=((1.0, "A"), (2.0, "ICU")),
)
SIGNATURE = SignatureSchema.of(INTERFACE, "theirs")
ROWS = pd.DataFrame({"x": [1.5, 431.7], "ward": [0.0, np.nan]})


class Answers(Invocations):
    """An endpoint that gives one answer."""

    def __init__(self, body: bytes) -> None:
        super().__init__(Endpoint("theirs/1", "http://127.0.0.1:1"))
        self.body, self.asked = body, b""

    def ask(self, body: bytes, kind: str, count: int) -> bytes:
        self.asked = body
        return self.body


def answering(predictions: Any) -> EndpointModel:
    return EndpointModel(Answers(json.dumps({"predictions": predictions}).encode()), SIGNATURE)


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
    np.testing.assert_array_equal(answering(predictions).assess(ROWS).risk, [0.25, 0.75])


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
        answering(predictions).assess(ROWS)
    assert "theirs/1" in str(refused.value)
    assert "431" not in str(refused.value)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"[" * 100_000])
def test_an_answer_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(EndpointRefused, match="not one probability"):
        EndpointModel(Answers(body), SIGNATURE).assess(ROWS)


def test_it_is_asked_with_the_columns_of_its_signature_and_null_for_blank() -> None:
    there = Answers(b'{"predictions": [0.5, 0.5]}')
    EndpointModel(there, SIGNATURE).assess(ROWS)
    assert json.loads(there.asked) == {
        "dataframe_split": {"columns": ["x", "ward"], "data": [[1.5, "A"], [431.7, None]]}
    }


def test_it_says_what_it_cannot_do() -> None:
    model = answering([0.5])
    assert model.explains
    cannot = (
        model.has_interval,
        model.has_submodels,
        model.evaluation,
        model.card,
        model.knows_patients,
    )
    assert not any(cannot)
    _, sure = answering([0.25, 0.75]).appraise(ROWS)
    assert np.isnan(sure.low).all()
    assert np.isnan(sure.high).all()


def test_words_are_those_of_the_example_and_numbers_are_flagged_outside_it() -> None:
    number, ward = SIGNATURE.schema.features
    assert [code.label for code in ward.codes] == ["A", "ICU"]
    assert number.trained is not None
    assert (number.trained.low, number.trained.high) == (1.0, 2.0)


@pytest.mark.parametrize("example", [(), ((1.0, "A"),), ((1.0, None), (2.0, "A"))])
def test_a_column_whose_words_nobody_knows_has_no_form(example: tuple[Row, ...]) -> None:
    with pytest.raises(SignatureRefused, match="It takes texts for ward"):
        SignatureSchema.of(Interface(INTERFACE.columns, example), "theirs")


def test_whole_numbers_and_truths_go_as_they_came() -> None:
    columns = (Column("age", Kind.WHOLE, True), Column("sedated", Kind.TRUTH, False))
    signature = SignatureSchema.of(Interface(columns), "theirs")
    rows = signature.rows(pd.DataFrame({"age": [71.0, 60.0], "sedated": [1.0, np.nan]}))
    assert rows == [(71, True), (60, None)]
    assert [type(value) for value in rows[0]] == [int, bool]
