"""For whom a number holds is asked before the first one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.components.patient import entry
from dashboard.components.patient.entry import Entry
from dashboard.components.patient.population import question
from model.schema import Schema
from model.studies import Study
from tests.dashboard.fakes import (
    REQUIRED,
    FakeRegistry,
    answered,
    drawings,
    fill,
    number,
    send,
    services,
    show,
    words,
)

POPULATION = "patients referred for coronary angiography"


def of(population: str, schema: Schema) -> Schema:
    return replace(schema, outcome=replace(schema.outcome, population=population))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({}, "Is your patient one of them?"),
        ({POPULATION: False}, "No number is shown"),
        ({"women in labour": True}, "Is your patient one of them?"),  # another version's
    ],
)
def test_without_a_yes_there_is_neither_number_nor_reason(
    registry: FakeRegistry, said: dict[str, bool], asked: str
) -> None:
    page = fill(show("patient", services(registry)), REQUIRED)
    assert number(page) is not None
    assert "What moved the number" in words(page)
    assert "From 46 %" in drawings(page)
    send(page, {}, said=said)
    assert number(page) is None
    assert asked in answered(page)["question"]["text"]
    assert POPULATION in answered(page)["question"]["text"]
    assert "What moved the number" not in words(page)
    assert "From 46 %" not in drawings(page)


def test_a_no_can_be_taken_back(registry: FakeRegistry) -> None:
    page = send(fill(show("patient", services(registry)), REQUIRED), {}, said={POPULATION: False})
    (back,) = answered(page)["question"]["answers"]
    send(page, {}, said={POPULATION: back["is_one"]})
    assert answered(page)["question"] is None
    assert number(page) is not None


def test_a_version_that_does_not_say_for_whom_it_is_asks_nobody(study: Study) -> None:
    schema = of("", study.schema)
    assert question(Entry("1.1", schema.study), schema) is None
    assert Entry("1.1", schema.study).is_one_of("") is True


@pytest.mark.parametrize("said", [None, "yes", ["patients"], {POPULATION: "yes"}, {POPULATION: 1}])
def test_what_is_no_answer_is_not_taken_for_a_yes(study: Study, said: object) -> None:
    sent = {"study": study.schema.study, "revision": "1.1", "values": {}, "said": said}
    taken = entry.read(sent, study.schema)
    assert taken is not None
    assert taken.is_one_of(POPULATION) is None
