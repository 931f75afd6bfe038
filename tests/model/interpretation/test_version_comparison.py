"""What differs between two versions."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.interpretation import version_comparison
from model.schema import Interval, Schema
from model.scoring import LoadedModel, bundle
from model.scoring.bundle import Manifest
from tests import documents

Models = Callable[..., LoadedModel]


@pytest.fixture
def opened(
    manifest: Manifest,
    bundle_files: Callable[[str], dict[str, bytes]],
    evaluated: Callable[[str], dict[str, Any]],
    tmp_path: Path,
) -> Models:
    """opened(estimator): a loaded version, its manifest changed as asked."""

    def of(name: str, **changes: Any) -> LoadedModel:
        files = {
            **bundle_files(name),
            "evaluation.json": json.dumps(evaluated(name)).encode(),
            "model_card.json": documents.as_bytes(
                documents.CARD, provenance={"parameters": {"of": name}}
            ),
        }
        folder = tmp_path / f"{name}-{len(list(tmp_path.iterdir()))}"
        digest = bundle.write(folder, replace(manifest, estimator=name, **changes), files)
        return LoadedModel.open(folder, digest)

    return of


def test_a_version_does_not_differ_from_itself(opened: Models) -> None:
    one, other = opened("logistic"), opened("logistic")
    for each in version_comparison.differences(one, other):
        assert (each.change, each.low, each.high) == (0.0, 0.0, 0.0)
    assert version_comparison.schema_changes(one.schema, other.schema) == ()
    assert version_comparison.setting_changes(one, other) == ()
    assert all(each.first == each.second for each in version_comparison.importances(one, other))


def test_the_interval_of_a_difference_turns_with_the_order_and_is_narrower_than_two_beside(
    opened: Models,
) -> None:
    one, other = opened("baseline"), opened("logistic")
    forth = {each.metric: each for each in version_comparison.differences(one, other)}
    back = {each.metric: each for each in version_comparison.differences(other, one)}
    for name, each in forth.items():
        assert each.low is not None
        assert each.high is not None
        assert (back[name].change, back[name].low) == pytest.approx((-each.change, -each.high))
    assert one.evaluation is not None
    auc, measured = forth["roc_auc"], one.evaluation.estimate("roc_auc")
    assert measured.low is not None
    assert measured.high is not None
    assert auc.low is not None
    assert auc.high is not None
    assert auc.high - auc.low < 0.7 * (measured.high - measured.low)


def test_without_the_same_patients_there_is_no_interval(opened: Models) -> None:
    one, other = opened("baseline"), opened("logistic", data_sha256="f" * 64)
    assert not version_comparison.is_paired(one, other)
    for each in version_comparison.differences(one, other):
        assert (each.low, each.high) == (None, None)
        assert np.isfinite(each.change)


def test_inputs_come_largest_first(opened: Models) -> None:
    found = version_comparison.importances(opened("baseline"), opened("logistic"))
    assert {each.feature for each in found} == set(opened("logistic").schema.names)
    sizes = [max(each.first, each.second) for each in found]
    assert sizes == sorted(sizes, reverse=True)
    assert found[0].label


def test_settings_and_origin_that_differ_are_told(opened: Models) -> None:
    one, other = opened("baseline"), opened("logistic", git_commit="f00d")
    told = {name: values for name, *values in version_comparison.setting_changes(one, other)}
    assert told["Estimator"] == ["baseline", "logistic"]
    assert told["of"] == ["baseline", "logistic"]
    assert told["Git commit"][1] == "f00d"
    assert "Data sha256" not in told


def changed(schema: Schema, name: str, **changes: Any) -> Schema:
    features = tuple(
        replace(each, **changes) if each.name == name else each for each in schema.features
    )
    return replace(schema, features=features)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("chol", {"required": True}, "Cholesterol must be given now."),
        ("age", {"required": False}, "Age may be blank now."),
        ("chol", {"unit": "g/L"}, "Cholesterol is in g/L, and was in mg/dL."),
        ("chol", {"plausible": Interval(0, 1)}, "Cholesterol: what is plausible was"),
        ("chol", {"trained": Interval(0, 1)}, "Cholesterol: the training range was"),
    ],
)
def test_what_they_take_differs_in_words(
    trained_schema: Schema, name: str, change: dict[str, Any], said: str
) -> None:
    (sentence,) = version_comparison.schema_changes(
        trained_schema, changed(trained_schema, name, **change)
    )
    assert sentence.startswith(said)


def test_an_input_that_came_or_went_is_told(trained_schema: Schema) -> None:
    fewer = replace(trained_schema, features=trained_schema.features[:-1])
    label = trained_schema.features[-1].label
    assert version_comparison.schema_changes(trained_schema, fewer) == (
        f"{label} is asked for no more.",
    )
    assert version_comparison.schema_changes(fewer, trained_schema) == (
        f"{label} is asked for as well.",
    )
