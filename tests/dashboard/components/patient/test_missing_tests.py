from __future__ import annotations

import re
from itertools import pairwise

from model.scoring import LoadedModel
from model.studies import Study
from tests.dashboard.fakes import (
    REQUIRED,
    FakeRegistry,
    fill,
    opened,
    services,
    show,
    told,
    words,
)

Models = dict[str, LoadedModel]
RANGES = "Risk now"


def test_each_missing_test_has_its_range_the_widest_first(of_reference: FakeRegistry) -> None:
    page = fill(show("patient", services(of_reference)), {**REQUIRED, "thal": 3.0})
    opened(page, "Missing tests")
    (said,) = told(page, RANGES)
    found = re.findall(r"([A-Z][\w ]+): (\d+) to (\d+) %", said)
    assert {name for name, _, _ in found} == {
        "Resting blood pressure", "Blood test", "Resting ECG", "Exercise test", "ST slope",
        "Fluoroscopy",
    }  # fmt: skip
    widths = [int(high) - int(low) for _, low, high in found]
    assert all(one >= other - 1 for one, other in pairwise(widths))
    assert f"The {found[0][0].lower()} could matter most" in words(page)
    assert "at or above your threshold of 20 %" in words(page)
    ranges, results = (each.value for each in page.dataframe[-2:])
    assert [*ranges["Test"].str.lower()] == [name.lower() for name, _, _ in found]
    assert "Vessels on fluoroscopy: three" in [*results["If it shows"]]


def test_where_every_test_was_done_nothing_is_missing(
    of_reference: FakeRegistry, study: Study
) -> None:
    complete = next(each for each in study.examples if len(each.values) == len(study.schema.names))
    page = fill(show("patient", services(of_reference)), dict(complete.values))
    assert "nothing is missing" in words(opened(page, "Missing tests"))
    assert not told(page, RANGES)


def test_only_the_open_tab_is_worked_out(of_reference: FakeRegistry) -> None:
    page = fill(show("patient", services(of_reference)), REQUIRED)
    assert not told(page, RANGES)
    assert told(opened(page, "Missing tests"), RANGES)
