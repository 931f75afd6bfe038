"""The number's own corner of the page: bar, icons, proof, local prevalence."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.patient.result import PROOF
from dashboard.text import UNMEASURED_COVERAGE, percent
from model.interpretation.local_prevalence import Prevalence
from model.scoring import LoadedModel, bundle
from model.scoring.bundle import Manifest
from model.scoring.measurements import Coverage
from tests import adopted
from tests.dashboard.fakes import (
    REQUIRED,
    FakeRegistry,
    answered,
    fill,
    number,
    opened,
    paths,
    risks,
    services,
    show,
    told,
    version,
    words,
)

Models = dict[str, LoadedModel]
PATIENT = {**REQUIRED, "thal": 7.0, "oldpeak": 2.3}


def answered_with_interval(model: LoadedModel) -> tuple[float, float, float]:
    """Risk and interval of `PATIENT`."""
    answer = model.assess(pd.DataFrame([PATIENT]), explain=True)
    assert answer.explanation is not None
    why = answer.explanation
    return float(answer.risk[0]), float(why.low[0]), float(why.high[0])


def proven(page: AppTest) -> AppTest:
    """The same page with the proof unfolded."""
    page.session_state[PROOF] = True
    return page.run()


def test_the_bar_tells_the_number_and_its_interval(registry: FakeRegistry, loaded: Models) -> None:
    page = fill(show("patient", services(registry)), PATIENT)
    risk, low, high = (round(100 * each) for each in answered_with_interval(loaded["baseline"]))
    said = answered(page)["number"]["scale_text"]
    assert said == f"Risk {risk} %, 95 % interval {low} to {high} %, decision threshold 20 %."


def test_the_interval_says_that_its_coverage_was_not_measured(registry: FakeRegistry) -> None:
    page = fill(show("patient", services(registry)), PATIENT)
    assert answered(page)["number"]["means"].startswith(UNMEASURED_COVERAGE)


def test_the_interval_says_how_likely_the_patient_belongs_across_the_threshold(
    registry: FakeRegistry,
) -> None:
    page = fill(show("patient", services(registry)), PATIENT)
    told = answered(page)["number"]["means"]
    assert re.search(r"bout \d+ of 100 models made from other patients like these would put", told)
    assert "the threshold of 20 %." in told


def test_the_interval_says_how_often_such_intervals_hold_the_truth(
    registry: FakeRegistry, loaded: Models
) -> None:
    knowing = copy(loaded["baseline"])
    assert knowing.evaluation is not None
    measured = Coverage(studies=50, overall=0.951, below_10=0.94)
    knowing.evaluation = replace(knowing.evaluation, interval_coverage=measured)
    registry.models["m-1"] = knowing
    page = fill(show("patient", services(registry)), PATIENT)
    assert "held the true risk in 95 %" in answered(page)["number"]["means"]


def test_the_page_proves_that_the_contributions_add_up(
    registry: FakeRegistry, loaded: Models
) -> None:
    page = proven(fill(show("patient", services(registry)), PATIENT))
    (table,) = (each.value for each in page.dataframe)
    assert table["Finding"].iloc[-1] == "Sum: this patient"
    parts = table["Log-odds"].iloc[:-1].sum()
    assert parts == pytest.approx(table["Log-odds"].iloc[-1], abs=0.001 * len(table))
    risk = answered_with_interval(loaded["baseline"])[0]
    assert 1 / (1 + np.exp(-table["Log-odds"].iloc[-1])) == pytest.approx(risk, abs=2e-4)
    said = re.search(r"= ([\d.]+) %\. The number shown is ([\d.]+) %: they differ", words(page))
    assert said is not None
    assert said[1] == said[2] == f"{100 * risk:.4f}"


def test_a_version_on_another_scale_proves_its_number_there(
    manifest: Manifest, bundle_files: Callable[[str], dict[str, bytes]], tmp_path: Path
) -> None:
    files = adopted.on_a_scale(bundle_files("baseline"), "complementary log-log")
    digest = bundle.write(tmp_path / "bundle", manifest, files)
    model = LoadedModel.open(tmp_path / "bundle", digest)
    offered = FakeRegistry(listed=[version(1, digest)], models={"m-1": model})
    page = proven(fill(show("patient", services(offered)), PATIENT))
    assert not page.exception
    (table,) = (each.value for each in page.dataframe)
    total = table["Complementary log-log"].iloc[-1]
    risk = 1 - np.exp(-np.exp(total))
    assert risk == pytest.approx(float(model.assess(pd.DataFrame([PATIENT])).risk[0]), abs=5e-4)
    said = words(page)
    assert "on the scale complementary log-log, which is a risk of" in said
    assert "shared in proportion to the complementary log-log." in said
    assert "log-odds" not in said


class TestLocalPrevalence:
    def test_it_is_off_until_somebody_names_one(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        page = fill(show("patient", services(registry)), PATIENT)
        assert number(page) == percent(answered_with_interval(loaded["baseline"])[0])
        assert "Shifted" not in words(page)

    def test_it_shifts_number_and_interval_and_says_so(
        self, registry: FakeRegistry, loaded: Models
    ) -> None:
        page = fill(show("patient", services(registry)), PATIENT)
        page.get_by_key("prevalence").set_value(10.0).run()
        model = loaded["baseline"]
        answer = model.assess(pd.DataFrame([PATIENT]), explain=True)
        shifted = Prevalence(0.1, model.training_prevalence).applied(answer)
        assert shifted.explanation is not None
        assert number(page) == percent(float(shifted.risk[0]))
        low, high = (
            f"{100 * float(each[0]):.0f}"
            for each in (shifted.explanation.low, shifted.explanation.high)
        )
        assert f"it could be {low} to {high}." in words(page)
        assert "Shifted to a local prevalence of 10 %; in training it was 45.9 %." in words(page)

    def test_it_is_the_first_step_of_the_waterfall_and_a_row_of_the_proof(
        self, registry: FakeRegistry
    ) -> None:
        page = fill(show("patient", services(registry)), PATIENT)
        page.get_by_key("prevalence").set_value(10.0)
        (path,) = paths(proven(page))
        assert re.match(
            r"From \d+ %, the average patient in training, to \d+ %: Local prevalence 10 %", path
        )
        assert "Local prevalence 10 %, in training 45.9 %" in [*page.dataframe[0].value["Finding"]]
        assert "Local prevalence" not in next(
            line for line in words(page).splitlines() if " it most" in line
        )

    @pytest.mark.parametrize("name", ["batch", "performance"])
    def test_a_page_that_goes_without_it_says_so(self, registry: FakeRegistry, name: str) -> None:
        page = show(name, services(registry))
        assert "not shifted to the local prevalence" not in words(page)
        page.get_by_key("prevalence").set_value(10.0).run()
        assert "not shifted to the local prevalence that is set" in words(page)

    def test_every_tab_answers_at_it(self, registry: FakeRegistry) -> None:
        page = fill(show("patient", services(registry)), PATIENT)
        page.get_by_key("prevalence").set_value(10.0).run()
        now = str(number(page))
        page.get_by_key("what_if.pin").click().run()
        fill(page, {"oldpeak": 0.0})
        assert f"Pinned: {now}" in risks(page)
        fill(page, {"oldpeak": 2.3})
        opened(page, "Missing tests")
        assert told(page, f"Risk now {now}[.]")
        opened(page, "Versions").get_by_key("other_versions").set_value(["v2 logistic"]).run()
        there = re.search(r"v2: (\d+ %)", risks(page))
        assert there is not None
        page.get_by_key("version").set_value(2).run()
        assert number(page) == there[1]
