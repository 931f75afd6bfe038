from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.components.shell import threshold
from model.interpretation.average_patient import average_patient
from model.scoring import LoadedModel, bundle
from model.scoring.bundle import Manifest
from model.scoring.measurements import Estimate
from model.scoring.supplied import Supplied
from tests import adopted
from tests.dashboard.fakes import FakeRegistry, charts, services, show, version, words

PANELS = (
    "ROC curve",
    "Precision and recall",
    "Calibration",
    "Decision curve",
    "Subgroups",
    "Other hospitals",
    "When tests are missing",
    "How the risk depends on each input",
    "Stability",
)


def plotted(column: list[float]) -> np.ndarray:
    """Numbers as Plotly sends them."""
    return np.array(column, dtype=np.float64)


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_is_there(registry: FakeRegistry, panel: str) -> None:
    page = show("performance", services(registry))
    assert not page.exception
    assert panel in words(page)


def test_the_headline_has_intervals_and_says_how_it_was_resampled(registry: FakeRegistry) -> None:
    page = show("performance", services(registry))
    table = page.dataframe[0].value
    auc = table.loc[table["Metric"] == "AUC", "v1"].item()
    assert auc.startswith("0.9")
    assert "[" in auc
    assert "10-fold repeated stratified cross-validation" in words(page)


def test_a_second_version_stands_beside_the_first_in_every_table(registry: FakeRegistry) -> None:
    page = show("performance", services(registry))
    page.get_by_key("performance.second").set_value("v2 logistic").run()
    assert not page.exception
    assert [*page.dataframe[0].value.columns] == ["Metric", "v1", "v2"]
    assert set(page.dataframe[1].value["Version"]) == {"v1", "v2"}


def test_a_quick_run_says_so_at_its_metrics(registry: FakeRegistry) -> None:
    registry.listed = [replace(version, repeats=2) for version in registry.listed]
    page = show("performance", services(registry))
    assert "v1: Quick run: its metrics come from 2 repeats" in words(page)
    (auc,) = (each for each in page.sidebar.markdown if "AUC" in each.value)
    assert "quick run" in auc.value
    assert "its metrics come from 2 repeats" in auc.help
    assert "what other patients to learn from would change" in auc.help


def test_the_dependence_is_what_both_versions_say_of_the_average_patient(
    registry: FakeRegistry, loaded: dict[str, LoadedModel]
) -> None:
    page = show("performance", services(registry))
    page.get_by_key("performance.second").set_value("v2 logistic").run()
    page.get_by_key("performance.input").set_value("ST depression").run()
    assert not page.exception
    drawn = json.loads(charts(page)["dependence"].spec)["data"]
    lines = {line["name"]: line for line in drawn if line.get("name")}
    assert [*lines] == ["v1", "v2"]
    for label, name in (("v1", "baseline"), ("v2", "logistic")):
        model = loaded[name]
        assert model.applicability is not None
        average = average_patient(model.schema, model.applicability)
        values = plotted(lines[label]["x"])
        rows = pd.DataFrame([average] * len(values)).assign(oldpeak=values)
        assert len(values) > 50
        assert plotted(lines[label]["y"]) == pytest.approx(model.assess(rows).risk)


def test_the_threshold_moves_the_hundred_patients(registry: FakeRegistry) -> None:
    page = show("performance", services(registry))
    at_half = words(page)
    page.get_by_key(threshold.KEY).set_value(10).run()
    assert "At your threshold of 10 %" in words(page)
    assert words(page) != at_half


def test_switzerland_carries_its_warning(registry: FakeRegistry) -> None:
    page = show("performance", services(registry))
    assert any("do not use without recalibration" in each.value for each in page.warning)


@pytest.mark.parametrize("known", [True, False])
def test_an_adopted_version_says_how_it_does_on_the_table_it_came_with(
    known: bool,
    manifest: Manifest,
    bundle_files: Callable[[str], dict[str, bytes]],
    tmp_path: Path,
) -> None:
    files = adopted.files(bundle_files("baseline"))
    measured = Supplied(200, 80, {"roc_auc": Estimate(0.81, 0.75, 0.86)}, "died_of_*it*")
    if known:
        files[Supplied.FILE] = measured.to_json().encode()
    digest = bundle.write(tmp_path / "bundle", manifest, files)
    only = LoadedModel.open(tmp_path / "bundle", digest)
    given = services(FakeRegistry(listed=[version(1, digest)], models={"m-1": only}))

    page = show("performance", given)

    assert not page.exception
    told = words(page)
    assert ("may be the table it was trained on" in told) == known
    assert ("adopted without a table of patients" in told) != known
    if known:
        assert "200 patients of the table, of whom 80 had the outcome" in told
        assert r"died\_of\_\*it\*" in " ".join(each.value for each in page.markdown)
        table = page.dataframe[0]
        assert dict(table.value.to_numpy().tolist())["AUC"] == "0.810 [0.750, 0.860]"
    gaps = words(show("about", given))
    assert ("other than those of the table it was adopted with" in gaps) == known
