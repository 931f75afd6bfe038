"""What is measured of a version, and its card, are read for sense before the version is offered."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model import limits
from model.errors import BundleRefused
from model.limits import TooMuch
from model.schema import Schema
from model.scoring import Additive, Golden, LoadedModel, bundle
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


Document = dict[str, Any]


def sums(count: int, terms: list[int], of: int = 1, numbers: int = 2) -> Document:
    """An additive form of version 3: `of` terms of so many numbers each, and `count` sums that name
    the terms.
    """
    levels = {"kind": "levels", "feature": "age", "codes": [*range(numbers - 1)], "missing": 0.0}
    levels |= {"effects": [0.0] * (numbers - 1), "mean": 0.0, "means": [0.0] * numbers}
    short = {"absent": [], "terms": terms, "varying": [0], "parameters": [0.0]}
    short |= {"middle": [0.0], "errors": [0.0], "correlations": []}
    return {
        "additive_version": 3,
        "features": ["age"],
        "terms": [levels] * of,
        "submodels": [short] * count,
    }


@pytest.mark.parametrize(
    ("document", "told"),
    [
        pytest.param(
            sums(limits.SUBMODELS + 1, []),
            "4,097 submodels in additive.json, and at most 4,096 are read; let fewer inputs be ",
            id="submodels",
        ),
        pytest.param(
            sums(1, [0] * (limits.TERMS + 1)),
            "4,001 terms in one sum of additive.json, and at most 4,000 are read; let fewer ",
            id="terms of a sum",
        ),
        pytest.param(
            sums(1, [], of=limits.TERMS + 1),
            "4,001 terms in one sum of additive.json, and at most 4,000 are read; let fewer ",
            id="terms that no sum names",
        ),
        pytest.param(
            sums(100, [0] * 2_501),
            "250,100 terms in all sums of additive.json, and at most 250,000 are read; let ",
            id="terms of all sums",
        ),
        pytest.param(
            sums(2, [0] * 2_000, numbers=1_001),
            "4,004,000 parameters in all sums of additive.json, and at most 4,000,000 are read; ",
            id="parameters of all sums",
        ),
    ],
)
def test_what_an_additive_form_may_hold_has_limits(document: Document, told: str) -> None:
    with pytest.raises(TooMuch, match=f"^{told}"):
        Additive.from_json(json.dumps(document))


def test_as_many_sums_and_terms_as_are_allowed_are_read() -> None:
    for document in (sums(limits.SUBMODELS, [0]), sums(1, [0] * limits.TERMS)):
        assert Additive.from_json(json.dumps(document)).features == ("age",)


def test_a_version_with_too_many_submodels_is_refused_in_one_sentence(
    bundle_files: Callable[[str], dict[str, bytes]], manifest: Manifest, tmp_path: Path
) -> None:
    endless = json.dumps(sums(limits.SUBMODELS + 1, [])).encode()
    folder = tmp_path / "bundle"
    files = {**bundle_files("baseline"), Additive.FILE: endless}
    digest = bundle.write(folder, manifest, files)
    with pytest.raises(BundleRefused) as refused:
        LoadedModel.open(folder, digest)
    assert str(refused.value) == (
        "The model's files cannot be understood: 4,097 submodels in additive.json, and at most "
        "4,096 are read; let fewer inputs be missing, or train again with fewer inputs."
    )


def test_a_version_that_does_without_too_many_inputs_is_refused(
    bundle_files: Callable[[str], dict[str, bytes]], manifest: Manifest, tmp_path: Path
) -> None:
    files = dict(bundle_files("baseline"))
    form = json.loads(files[Additive.FILE])
    schema = json.loads(files["schema.json"])
    names = [f"x{at}" for at in range(limits.DROPPABLE_INPUTS + 1)]
    schema["features"] += [{**schema["features"][0], "name": name} for name in names]
    form["features"] += names
    form["submodels"].append({**form["submodels"][0], "absent": names})
    files |= {
        Additive.FILE: json.dumps(form).encode(),
        "schema.json": json.dumps(schema).encode(),
    }
    folder = tmp_path / "bundle"
    digest = bundle.write(folder, manifest, files)
    with pytest.raises(BundleRefused, match="inputs that submodels do without, and at most 20 "):
        LoadedModel.open(folder, digest)


def test_counts_have_limits(
    bundle_files: Callable[[str], dict[str, bytes]], trained_schema: Schema
) -> None:
    files = bundle_files("baseline")
    golden, axes, schema = (
        json.loads(files[name]) for name in ("golden.json", "applicability.json", "schema.json")
    )
    golden["patients"] *= 100
    with pytest.raises(ValueError, match=r"golden patients in golden\.json, and at most 1,000 "):
        Golden.from_json(json.dumps(golden), trained_schema)
    golden = json.loads(files["golden.json"])
    golden["answers"] *= 100
    with pytest.raises(ValueError, match="too few golden patients"):
        Golden.from_json(json.dumps(golden), trained_schema)
    axes["axes"] *= 2_001
    with pytest.raises(
        ValueError, match=r"inputs or axes in applicability\.json, and at most 2,000"
    ):
        Applicability.from_json(json.dumps(axes))
    schema["features"] *= 100
    with pytest.raises(ValueError, match=r"1,300 inputs in schema\.json, and at most 500 are read"):
        Schema.from_json(json.dumps(schema))
