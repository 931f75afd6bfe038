"""What is measured of a version, and its card, are read for sense before the version is offered."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.errors import BundleRefused
from model.schema import Schema
from model.scoring import Golden, LoadedModel, bundle
from model.scoring.applicability import Applicability
from model.scoring.bundle import Manifest
from model.scoring.documents import CARD_VERSION, EVALUATION_VERSION, Card, Evaluation
from tests.documents import CARD, EVALUATION, as_bytes

STORED = Path(__file__).parents[2] / "bundles" / "before_the_rooms.tar.xz"


def stored(file: str) -> bytes:
    """A document that the release before these had a version number wrote."""
    with tarfile.open(STORED) as archive:
        member = archive.extractfile(f"baseline/artifacts/data/bundle/{file}")
        assert member is not None
        return member.read()


def test_documents_without_a_number_are_those_of_version_1() -> None:
    evaluation, card = stored("evaluation.json"), stored("model_card.json")
    assert "evaluation_version" not in json.loads(evaluation)
    assert Evaluation.from_json(evaluation).evaluation_version == EVALUATION_VERSION == 1
    assert Evaluation.from_json(evaluation).patients == 303
    assert "card_version" not in json.loads(card)
    assert Card.from_json(card).card_version == CARD_VERSION == 1


def test_what_a_training_writes_now_says_its_version(
    evaluated: Callable[[str], dict[str, Any]],
) -> None:
    document = evaluated("logistic")
    assert document["evaluation_version"] == EVALUATION_VERSION
    assert Evaluation.from_json(json.dumps(document)).events == 139


def test_what_an_earlier_release_did_not_write_is_not_known() -> None:
    evaluation = Evaluation.from_json(stored("evaluation.json"))
    assert evaluation.subgroups
    assert {group.feature for group in evaluation.subgroups} == {None}
    assert evaluation.sites
    assert {site.local_prevalence for site in evaluation.sites} == {None}
    assert evaluation.margin is None
    card = Card.from_json(stored("model_card.json"))
    assert (card.gaps, card.contraries) == ((), ())
    assert card.data is not None
    assert card.provenance.parameters


def test_a_metric_that_was_not_measured_has_no_value() -> None:
    evaluation = Evaluation.from_json(as_bytes(EVALUATION))
    assert evaluation.estimate("roc_auc").value == 0.9
    assert evaluation.estimate("brier").value is None


def test_what_a_later_release_adds_is_left_alone() -> None:
    assert Evaluation.from_json(as_bytes(EVALUATION, fairness={"new": True})).patients == 303


CURVE = EVALUATION["roc"]
GROUP = {"kind": "Sex", "label": "Women", "patients": 97, "events": 25, "metrics": {}}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"patients": "303"}, "patients makes no sense"),
        ({"patients": True}, "patients makes no sense"),
        ({"patients": 0, "events": 0}, "no such share"),
        ({"events": 304}, "no such share"),
        ({"metrics": []}, "metrics makes no sense"),
        ({"metrics": {"roc_auc": {"value": "0.9"}}}, "metrics: roc_auc: value makes no sense"),
        ({"metrics": {"roc_auc": {}}}, "roc_auc: value is missing"),
        ({"metrics": {str(at): {"value": 1} for at in range(10_001)}}, "metrics makes no sense"),
        ({"roc": {**CURVE, "low": [0.1]}}, "roc: its columns are not of one length"),
        ({"roc": {**CURVE, "low": 0.1}}, "roc: low makes no sense"),
        ({"subgroups": [{**GROUP, "label": 5}]}, "subgroups: label makes no sense"),
        ({"subgroups": [None]}, "subgroups makes no sense"),
        ({"evaluation_version": 2}, "evaluation version 2; this program reads 1"),
    ],
)
def test_an_evaluation_that_makes_no_sense_names_its_part(
    changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        Evaluation.from_json(as_bytes(EVALUATION, **changes))


@pytest.mark.parametrize("part", ["patients", "resampling", "metrics", "roc", "instability"])
def test_an_evaluation_that_lacks_a_part_names_it(part: str) -> None:
    whole = {name: value for name, value in EVALUATION.items() if name != part}
    with pytest.raises(ValueError, match=f"evaluation.json: {part} is missing"):
        Evaluation.from_json(as_bytes(whole))


@pytest.mark.parametrize(
    ("file", "data", "told"),
    [
        ("evaluation.json", b"{}", "evaluation.json: patients is missing"),
        ("evaluation.json", b"[]", "no JSON object"),
        ("evaluation.json", b'{"patients": NaN}', "NaN is not a number"),
        ("model_card.json", b"{}", "model_card.json: title is missing"),
        ("model_card.json", as_bytes(CARD, limits="none"), "model_card.json: limits makes no"),
        ("model_card.json", as_bytes(CARD, card_version=7), "card version 7"),
    ],
)
def test_a_bundle_with_a_senseless_document_is_refused_in_one_sentence(
    bundle_files: Callable[[str], dict[str, bytes]],
    manifest: Manifest,
    tmp_path: Path,
    file: str,
    data: bytes,
    told: str,
) -> None:
    folder = tmp_path / "bundle"
    digest = bundle.write(folder, manifest, {**bundle_files("baseline"), file: data})
    with pytest.raises(BundleRefused, match=told) as refused:
        LoadedModel.open(folder, digest)
    assert "\n" not in str(refused.value)


def test_counts_have_limits(
    bundle_files: Callable[[str], dict[str, bytes]], trained_schema: Schema
) -> None:
    files = bundle_files("baseline")
    golden, axes, schema = (
        json.loads(files[name]) for name in ("golden.json", "applicability.json", "schema.json")
    )
    golden["patients"] *= 100
    with pytest.raises(ValueError, match="more than 1000 golden patients"):
        Golden.from_json(json.dumps(golden), trained_schema)
    axes["axes"] *= 2_001
    with pytest.raises(ValueError, match="inputs or axes"):
        Applicability.from_json(json.dumps(axes))
    schema["features"] *= 100
    with pytest.raises(ValueError, match="more than 500 inputs"):
        Schema.from_json(json.dumps(schema))
