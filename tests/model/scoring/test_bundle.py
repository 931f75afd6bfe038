from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from model import estimators, limits
from model.errors import BundleRefused, GoldenMismatch
from model.estimators.classifiers import LogOddsForest
from model.schema import Schema
from model.scoring import LoadedModel, RiskModel, bundle, estimator_file
from model.scoring.bundle import FILES, LARGEST_FILE, MANIFEST, Manifest
from tests import documents

Files = dict[str, bytes]
BundleFiles = Callable[[str], Files]

# A sound bundle ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", estimators.names())
def test_a_model_opened_from_disk_answers_as_the_one_written(
    tmp_path: Path,
    manifest: Manifest,
    bundle_files: BundleFiles,
    risk_model: Callable[[str], RiskModel],
    cohort: Any,
    name: str,
) -> None:
    digest = bundle.write(tmp_path / "bundle", manifest, bundle_files(name))
    loaded = LoadedModel.open(tmp_path / "bundle", digest)
    ours = loaded.assess(cohort.rows, explain=True).to_frame()
    theirs = risk_model(name).assess(cohort.rows, explain=True).to_frame()
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    assert loaded.schema == risk_model(name).schema
    assert loaded.digest == digest
    assert loaded.card == documents.card()
    assert (loaded.manifest.study, loaded.manifest.estimator) == ("heart-disease", "logistic")


def test_every_byte_comes_back(bundle_folder: tuple[Path, str], bundle_files: BundleFiles) -> None:
    folder, digest = bundle_folder
    found = bundle.read(folder, digest)
    assert found.files == bundle_files("logistic")
    assert found.digest == bundle.sha256_of((folder / MANIFEST).read_bytes()) == digest


def test_the_same_model_gives_the_same_digest(
    tmp_path: Path, manifest: Manifest, bundle_files: BundleFiles
) -> None:
    files = bundle_files("logistic")
    turned = dict(reversed(files.items()))
    assert bundle.write(tmp_path / "a", manifest, files) == bundle.write(
        tmp_path / "b", manifest, turned
    )


def test_a_folder_that_exists_is_never_written_over(
    bundle_folder: tuple[Path, str], manifest: Manifest, bundle_files: BundleFiles
) -> None:
    with pytest.raises(FileExistsError):
        bundle.write(bundle_folder[0], manifest, bundle_files("logistic"))


@pytest.mark.parametrize("files", [{}, {"additive.json": b""}, dict.fromkeys([*FILES, "x"], b"")])
def test_only_the_declared_files_are_written(
    tmp_path: Path, manifest: Manifest, files: Files
) -> None:
    with pytest.raises(ValueError, match="a bundle holds"):
        bundle.write(tmp_path / "bundle", manifest, files)
    assert not (tmp_path / "bundle").exists()


# Hostile bundles --------------------------------------------------------------------------


class Touch:
    """Unpickling this leaves a file behind, as any code would that an artifact brings along."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self._marker),)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """What exists if anything of the artifact ran."""
    return tmp_path / "executed"


@pytest.fixture
def hostile(
    tmp_path: Path, marker: Path, manifest: Manifest, bundle_files: BundleFiles
) -> tuple[Path, str]:
    """A bundle, sound in form, whose estimator does harm when unpickled; and its digest."""
    files = {**bundle_files("logistic"), "estimator.skops": pickle.dumps(Touch(marker))}
    return tmp_path / "bundle", bundle.write(tmp_path / "bundle", manifest, files)


def test_the_harm_is_real_and_opening_does_not_do_it(
    hostile: tuple[Path, str], marker: Path
) -> None:
    LoadedModel.open(*hostile)
    assert not marker.exists()
    pickle.loads((hostile[0] / "estimator.skops").read_bytes())
    assert marker.exists()


def reseal(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Edit the manifest as somebody would who can also write the digest."""
    document = json.loads((folder / MANIFEST).read_bytes())
    (folder / MANIFEST).write_text(json.dumps(change(document)))


def replace_file(folder: Path, name: str, data: bytes) -> None:
    """Replace a file and everything the manifest says of it."""
    (folder / name).write_bytes(data)
    entry = {"sha256": bundle.sha256_of(data), "bytes": len(data)}
    reseal(folder, lambda document: {**document, "files": {**document["files"], name: entry}})


def edit_json(folder: Path, name: str, change: Callable[[Any], Any]) -> None:
    replace_file(
        folder, name, json.dumps(change(json.loads((folder / name).read_bytes()))).encode()
    )


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def as_link(path: Path) -> None:
    aside = path.parent.parent / f"aside-{path.name}"
    path.rename(aside)
    path.symlink_to(aside)


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def outside(folder: Path) -> None:
    (folder.parent / "outside.json").write_bytes(b"{}")
    entry = {"sha256": bundle.sha256_of(b"{}"), "bytes": 2}
    reseal(folder, lambda d: {**d, "files": {**d["files"], "../outside.json": entry}})


def instead_of_the_card(folder: Path) -> None:
    data = (folder / "model_card.json").read_bytes()
    (folder.parent / "card.json").write_bytes(data)
    (folder / "model_card.json").unlink()

    def change(document: dict[str, Any]) -> dict[str, Any]:
        document["files"]["../card.json"] = document["files"].pop("model_card.json")
        return document

    reseal(folder, change)


def grow(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)


def code(folder: Path) -> None:
    (folder / "code").mkdir()
    (folder / "code" / "model.py").write_text("raise SystemExit")


def with_code(folder: Path) -> None:
    replace_file(folder, "loader.py", b"raise SystemExit")


def without_card(folder: Path) -> None:
    (folder / "model_card.json").unlink()

    def change(document: dict[str, Any]) -> dict[str, Any]:
        del document["files"]["model_card.json"]
        return document

    reseal(folder, change)


def swap(folder: Path) -> None:
    one, two = folder / "evaluation.json", folder / "model_card.json"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


def named(study: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda document: {**document, "study": study}


def first_answer_nan(document: dict[str, Any]) -> dict[str, Any]:
    document["answers"][0]["risk"] = float("nan")
    return document


def without_contributions(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "answers": [{"risk": each["risk"]} for each in document["answers"]]}


def short_effects(document: dict[str, Any]) -> dict[str, Any]:
    coded = next(term for term in document["terms"] if "effects" in term)
    coded["effects"] = []
    return document


def slope_in_words(document: dict[str, Any]) -> dict[str, Any]:
    document["submodels"][0]["parameters"][1] = "steep"
    return document


HOSTILE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no folder": (lambda f: f.rename(f.parent / "gone"), "not there"),
    "missing manifest": (lambda f: (f / MANIFEST).unlink(), "has no manifest.json"),
    "missing file": (lambda f: (f / "golden.json").unlink(), "not those of its manifest: golden"),
    "extra file": (lambda f: (f / "loader.py").write_text("1/0"), "loader.py"),
    "extra file that the manifest names": (with_code, "not those of its manifest: loader.py"),
    "file that nobody names": (without_card, "not those of its manifest: model_card.json"),
    "extra hidden file": (lambda f: (f / ".env").write_text(""), ".env"),
    "folder inside": (code, "'code' in the model is a link or a folder"),
    "bit flipped": (lambda f: flip(f / "additive.json"), "additive.json is not the file"),
    "files swapped": (swap, "is not the file that was logged"),
    "file truncated": (lambda f: grow(f / "schema.json", 9), "schema.json is not the file"),
    "file too large": (lambda f: grow(f / "estimator.skops", LARGEST_FILE + 1), "sensible size"),
    "linked file": (lambda f: as_link(f / "schema.json"), "'schema.json' in the model is a link"),
    "linked manifest": (lambda f: as_link(f / MANIFEST), "'manifest.json' in the model is a link"),
    "linked folder": (as_link, "folder is a link"),
    "named pipe": (
        lambda f: as_pipe(f / "schema.json"),
        "'schema.json' in the model",
    ),
    "path out of the folder": (outside, "../outside.json"),
    "path out of the folder instead of a file": (instead_of_the_card, "../card.json"),
    "manifest too large": (
        lambda f: grow(f / MANIFEST, limits.MANIFEST_BYTES + 1),
        "sensible size",
    ),
    "manifest truncated": (lambda f: grow(f / MANIFEST, 300), "manifest.json is not readable"),
    "manifest empty": (lambda f: grow(f / MANIFEST, 0), "manifest.json is not readable"),
    "manifest a list": (lambda f: reseal(f, lambda d: [d]), "manifest.json is not readable"),
    "manifest nested without end": (
        lambda f: (f / MANIFEST).write_text("[" * 60_000),
        "manifest.json is not readable",
    ),
    "manifest incomplete": (
        lambda f: reseal(f, lambda d: {"bundle_version": 1}),
        "manifest.json is not readable",
    ),
    "manifest with another key": (
        lambda f: reseal(f, lambda d: {**d, "loader_module": "os"}),
        "manifest.json is not readable",
    ),
    "manifest with a list of files": (
        lambda f: reseal(f, lambda d: {**d, "files": [*d["files"]]}),
        "manifest.json is not readable",
    ),
    "manifest with files in words": (
        lambda f: reseal(f, lambda d: {**d, "files": dict.fromkeys(d["files"], "sound")}),
        "manifest.json is not readable",
    ),
    "manifest with a number for a name": (
        lambda f: reseal(f, lambda d: {**d, "git_commit": 1}),
        "manifest.json is not readable",
    ),
    "manifest without files": (lambda f: reseal(f, lambda d: {**d, "files": {}}), "not those of"),
    "manifest with a long name": (
        lambda f: reseal(f, lambda d: {**d, "files": {"x" * 50_000: {}}}),
        "not those of its manifest",
    ),
    "another bundle version": (
        lambda f: reseal(f, lambda d: {**d, "bundle_version": 2}),
        "of version 2; this program reads 1",
    ),
    "a bundle version without end": (
        lambda f: reseal(f, lambda d: {**d, "bundle_version": "9" * 50_000}),
        "this program reads 1",
    ),
    "NaN in golden.json": (
        lambda f: edit_json(f, "golden.json", first_answer_nan),
        "not a finite number",
    ),
    "golden.json empty": (lambda f: replace_file(f, "golden.json", b"{}"), "cannot be understood"),
    "golden.json a list": (lambda f: replace_file(f, "golden.json", b"[]"), "cannot be underst"),
    "golden.json nested without end": (
        lambda f: replace_file(f, "golden.json", b"[" * 100_000),
        "cannot be understood",
    ),
    "schema of another study": (
        lambda f: edit_json(f, "schema.json", named("stroke")),
        "belongs to another study",
    ),
    "manifest of another study": (
        lambda f: reseal(f, named("stroke")),
        "belongs to another study",
    ),
    "schema with other inputs": (
        lambda f: edit_json(f, "schema.json", lambda d: {**d, "features": d["features"][1:]}),
        "cannot be understood",
    ),
    "schema a list": (lambda f: replace_file(f, "schema.json", b"[]"), "cannot be understood"),
    "schema of another version": (
        lambda f: edit_json(f, "schema.json", lambda d: {**d, "schema_version": 2}),
        "schema version 2",
    ),
    "additive form a number": (
        lambda f: replace_file(f, "additive.json", b"1"),
        "cannot be understood",
    ),
    "additive form not text": (
        lambda f: replace_file(f, "additive.json", b"\xff\xfe\x00"),
        "cannot be understood",
    ),
    "golden patients without contributions": (
        lambda f: edit_json(f, "golden.json", without_contributions),
        "cannot be understood",
    ),
    "a slope in words": (
        lambda f: edit_json(f, "additive.json", slope_in_words),
        "cannot be understood",
    ),
    "codes without effects": (
        lambda f: edit_json(f, "additive.json", short_effects),
        "cannot be understood",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_bundle_is_refused_in_a_line_and_nothing_of_it_runs(
    hostile: tuple[Path, str], marker: Path, case: str
) -> None:
    folder, _ = hostile
    attack, reason = HOSTILE[case]
    attack(folder)
    with pytest.raises(BundleRefused) as refused:
        LoadedModel.open(folder)
    message = str(refused.value)
    assert reason in message
    assert message.endswith(".")
    assert not message.endswith("..")
    assert "\n" not in message
    assert len(message) < 300
    assert str(folder.parent) not in message
    assert not marker.exists()


# A forest is scored from its estimator: here the file that may hold anything is read.


def skops_that_runs(folder: Path) -> bytes:
    """A sound file but for one step, which is a call of `os.mkdir`, and a list that trusts it."""
    call = {
        "__class__": "mkdir",
        "__module__": "os",
        "__loader__": "FunctionNode",
        "content": {"module_path": "os", "function": "mkdir"},
        "args": [str(folder.parent / "executed")],
        "trusted": ["os.mkdir"],
    }
    document = {**call, "protocol": 2, "_skops_version": "0.16.0", "__id__": 1}
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("schema.json", json.dumps(document))
        return file.getvalue()


def reduced(folder: Path) -> bytes:
    """An object of a class of nobody's, which skops would build if it trusted it."""
    return skops.io.dumps({"forest": Touch(folder.parent / "executed")})


def with_estimator(of: Callable[[Path], bytes]) -> Callable[[Path], None]:
    return lambda folder: replace_file(folder, "estimator.skops", of(folder))


def saved(estimator: Any) -> Callable[[Path], bytes]:
    return lambda _: skops.io.dumps(estimator)


def forest_with(change: Callable[[np.ndarray], Any]) -> Callable[[Path], bytes]:
    """The bundle's own forest, with other nodes."""

    def of(folder: Path) -> bytes:
        pipeline = estimator_file.load((folder / "estimator.skops").read_bytes())
        pipeline[-1].nodes_ = change(pipeline[-1].nodes_.copy())
        return skops.io.dumps(pipeline)

    return of


def asking(column: int) -> Callable[[np.ndarray], np.ndarray]:
    def change(nodes: np.ndarray) -> np.ndarray:
        nodes[0, 0] = column
        return nodes

    return change


def cut_in_half(folder: Path) -> bytes:
    data = (folder / "estimator.skops").read_bytes()
    return data[: len(data) // 2]


def pickled(folder: Path) -> bytes:
    return pickle.dumps(Touch(folder.parent / "executed"))


def joblib_dumped(folder: Path) -> bytes:
    with io.BytesIO() as file:
        joblib.dump(Touch(folder.parent / "executed"), file)
        return file.getvalue()


def nan_in_refits(document: dict[str, Any]) -> dict[str, Any]:
    document["refits"]["number"][0] = float("nan")
    return document


def an_input_short(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "features": document["features"][1:]}


HOSTILE_FORESTS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "estimator a pickle": (with_estimator(pickled), "estimator.skops is not readable"),
    "estimator a joblib file": (with_estimator(joblib_dumped), "estimator.skops is not readable"),
    "estimator that trusts os.mkdir": (
        with_estimator(skops_that_runs),
        "estimator.skops holds types this project does not trust",
    ),
    "estimator of a class of nobody's": (
        with_estimator(reduced),
        "estimator.skops holds types this project does not trust",
    ),
    "estimator of scikit-learn's trees": (
        with_estimator(saved(DecisionTreeClassifier().fit([[0], [1]], [0, 1]))),
        "estimator.skops holds types this project does not trust",
    ),
    "estimator truncated": (with_estimator(cut_in_half), "estimator.skops is not readable"),
    "estimator empty": (with_estimator(lambda _: b""), "estimator.skops is not readable"),
    "another estimator": (
        with_estimator(saved(make_pipeline(LogisticRegression()))),
        "the estimator is not a forest",
    ),
    "no estimator": (with_estimator(saved([1, 2, 3])), "the estimator is not a forest"),
    "a forest behind another step": (
        with_estimator(saved(make_pipeline(StandardScaler(), LogOddsForest()))),
        "the estimator is not a forest",
    ),
    "a forest never fitted": (
        with_estimator(saved(make_pipeline(LogOddsForest()))),
        "cannot be understood",
    ),
    "a forest of more inputs": (
        with_estimator(forest_with(asking(13))),
        "a node asks an input that is none",
    ),
    "a forest out of memory": (
        with_estimator(forest_with(asking(-2_000_000))),
        "a node asks an input that is none",
    ),
    "a forest of words": (
        with_estimator(forest_with(lambda nodes: nodes.astype(str))),
        "the nodes are no table of numbers",
    ),
    "a forest cut off": (
        with_estimator(forest_with(lambda nodes: nodes[:-1])),
        "a tree without an end",
    ),
    "a forest that votes otherwise": (
        with_estimator(forest_with(lambda nodes: nodes - [0, 1e-8, 0, 0])),
        "does not reproduce its own numbers",
    ),
    "NaN in explanation.json": (
        lambda f: edit_json(f, "explanation.json", nan_in_refits),
        "a number that is not finite",
    ),
    "explanation.json empty": (
        lambda f: replace_file(f, "explanation.json", b"{}"),
        "the explanation is incomplete",
    ),
    "explanation.json nested without end": (
        lambda f: replace_file(f, "explanation.json", b"[" * 100_000),
        "the explanation is incomplete",
    ),
    "explanation.json of other inputs": (
        lambda f: edit_json(f, "explanation.json", an_input_short),
        "cannot be understood",
    ),
    "both kinds of numbers": (
        lambda f: replace_file(f, "additive.json", b"{}"),
        "not those of its manifest: explanation.json",
    ),
}


@pytest.mark.parametrize("case", HOSTILE_FORESTS)
def test_a_hostile_forest_is_refused_in_a_line_and_nothing_of_it_runs(
    tmp_path: Path, marker: Path, manifest: Manifest, bundle_files: BundleFiles, case: str
) -> None:
    folder = tmp_path / "bundle"
    bundle.write(folder, manifest, bundle_files("forest"))
    attack, reason = HOSTILE_FORESTS[case]
    attack(folder)
    with pytest.raises((BundleRefused, GoldenMismatch)) as refused:
        LoadedModel.open(folder)
    message = str(refused.value)
    assert reason in message
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 300
    assert str(folder.parent) not in message
    assert not marker.exists()


@pytest.mark.parametrize("unpack", [pickle.loads, lambda data: joblib.load(io.BytesIO(data))])
def test_the_harm_in_a_hostile_estimator_is_real(
    tmp_path: Path, marker: Path, unpack: Callable[[bytes], Any]
) -> None:
    unpack(pickled(tmp_path / "bundle"))
    assert marker.exists()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda document: {**document, "estimator": "other"}, id="edited"),
        pytest.param(lambda document: document, id="written again"),
        pytest.param(lambda document: {"bundle_version": 2}, id="another version"),
    ],
)
def test_a_manifest_that_is_not_the_one_recorded_is_refused(
    hostile: tuple[Path, str], change: Callable[[dict[str, Any]], Any]
) -> None:
    folder, digest = hostile
    reseal(folder, change)
    with pytest.raises(BundleRefused, match="not the one recorded at training"):
        LoadedModel.open(folder, digest)


def test_an_older_model_is_refused_under_the_digest_of_a_newer(
    tmp_path: Path, manifest: Manifest, bundle_files: BundleFiles
) -> None:
    bundle.write(tmp_path / "older", manifest, bundle_files("baseline"))
    newer = bundle.write(tmp_path / "newer", manifest, bundle_files("logistic"))
    with pytest.raises(BundleRefused, match="not the one recorded at training"):
        LoadedModel.open(tmp_path / "older", newer)


def test_a_file_swapped_after_the_check_is_not_the_one_used(
    hostile: tuple[Path, str], trained_schema: Schema, cohort: Any
) -> None:
    """What was checked is in memory; the folder is never looked at again."""
    folder, digest = hostile
    found = bundle.read(folder, digest)
    before = LoadedModel.from_bundle(found).assess(cohort.rows).risk
    for path in folder.iterdir():
        path.write_bytes(b"swapped")
    np.testing.assert_array_equal(LoadedModel.from_bundle(found).assess(cohort.rows).risk, before)
