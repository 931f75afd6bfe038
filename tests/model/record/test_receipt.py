"""A receipt says what a record says, shows an edit, and scores again to the same number."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.__main__ import main
from model.errors import ReceiptRefused
from model.interpretation.local_prevalence import Prevalence
from model.record import Origin, Record, receipt
from model.record.verification import differences
from model.registry.registry import Registry
from model.scoring import LoadedModel, bundle
from model.scoring.bundle import Manifest
from tests import adopted, records
from tests.adopted import CERTIFICATE
from tests.stores import STUDY, Store

CANARY = 431.7
PATIENT = {"age": 57.0, "sex": 1.0, "cp": 3.0, "chol": CANARY, "oldpeak": 2.3, "thal": 7.0}


def record_of(model: LoadedModel, **changes: Any) -> Record:
    """The record of `PATIENT`, as this model answers."""
    origin = Origin(STUDY, 1, "m-1", "r-1", model.digest, "0" * 64, "0" * 40, "logistic")
    return records.record_of(model, PATIENT, changes.pop("origin", origin), **changes)


@pytest.fixture
def model(bundle_folder: tuple[Path, str]) -> LoadedModel:
    return LoadedModel.open(*bundle_folder)


def edited(text: str, place: str, value: object) -> bytes:
    """A receipt with one part changed: ``inputs.age``."""
    document = json.loads(text)
    *path, last = place.split(".")
    part = document
    for name in path:
        part = part[name]
    part[last] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize("prevalence", [None, Prevalence(0.1, 139 / 303)])
def test_reading_a_receipt_gives_the_record_back(
    model: LoadedModel, prevalence: Prevalence | None
) -> None:
    record = record_of(model, prevalence=prevalence, flags=("Age: outside the training range.",))
    assert receipt.read(receipt.write(record).encode()) == (record, True)


def test_a_receipt_holds_the_certificate_of_an_adopted_version(model: LoadedModel) -> None:
    record = record_of(model, certificate=CERTIFICATE)
    text = receipt.write(record)
    assert receipt.read(text.encode()) == (record, True)
    told = json.loads(text)["certificate"]
    assert told["files"] == {"MLmodel": "cd" * 32, "model.pkl": "ab" * 32}
    assert (told["rows_compared"], told["largest_difference"]) == (10_020, 2.5e-16)
    assert told["environment"] == {"python": "3.11.7", "sklearn": "1.9.1"}
    assert "certificate" not in json.loads(receipt.write(record_of(model)))


def test_a_receipt_whose_certificate_is_none_is_refused(model: LoadedModel) -> None:
    text = receipt.write(record_of(model, certificate=CERTIFICATE))
    with pytest.raises(ReceiptRefused, match="incomplete"):
        receipt.read(edited(text, "certificate.largest_difference", 0.5))


def test_another_certificate_is_named(
    manifest: Manifest, bundle_files: Callable[[str], dict[str, bytes]], tmp_path: Path
) -> None:
    bundle.write(tmp_path / "bundle", manifest, adopted.files(bundle_files("baseline")))
    model = LoadedModel.open(tmp_path / "bundle")
    assert differences(record_of(model, certificate=CERTIFICATE), model) == ()
    other = replace(CERTIFICATE, rows_compared=20_000)
    (said,) = differences(record_of(model, certificate=other), model)
    assert said.startswith("The certificate is another one")
    # A receipt of a release that kept none is verified as ever.
    assert differences(record_of(model), model) == ()


@pytest.mark.parametrize(
    ("place", "value"),
    [("inputs.age", 58.0), ("result.risk", 0.5), ("model.version", 2), ("flags", [])],
)
def test_an_edit_is_seen(model: LoadedModel, place: str, value: object) -> None:
    record = record_of(model, flags=("An unusual combination.",))
    _, unchanged = receipt.read(edited(receipt.write(record), place, value))
    assert not unchanged


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a receipt"),
        (b"[]", "not a receipt"),
        (b'{"sha256": ""}', "not a receipt"),
        (b"[" * 100_000, "not a receipt"),
        (b'{"sha256": "", "receipt_version": NaN}', "not a receipt"),
        (b'{"sha256": "", "receipt_version": 2}', "another version"),
        (b'{"sha256": "", "receipt_version": 1}', "incomplete"),
        (b" " * (receipt.LARGEST_BYTES + 1), "too large"),
    ],
)
def test_what_is_no_receipt_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ReceiptRefused, match=said):
        receipt.read(data)


@pytest.mark.parametrize("value", ["431.7 mg", None, 1e999])
def test_a_number_that_is_none_is_refused_without_being_told(
    model: LoadedModel, value: object
) -> None:
    with pytest.raises(ReceiptRefused) as refused:
        receipt.read(edited(receipt.write(record_of(model)), "inputs.chol", value))
    assert "431" not in str(refused.value)


def test_the_same_version_gives_the_same_number(model: LoadedModel) -> None:
    assert differences(record_of(model), model) == ()


def test_what_changed_is_named_without_a_value(model: LoadedModel) -> None:
    record = record_of(model)
    other = record_of(
        model,
        values={**PATIENT, "chol": 500.0},
        origin=Origin(STUDY, 1, "m-1", "r-1", "f" * 64, "0" * 64, "0" * 40, "logistic"),
        submodel="without fluoroscopy",
    )
    said = " ".join(differences(other, model))
    for part in ("sha256 of its manifest", "The risk differs", "Another submodel", "chol"):
        assert part in said
    assert "500" not in said
    assert f"{record.risk:.3f}" not in said


def test_a_patient_the_version_does_not_take_is_refused_without_a_value(
    model: LoadedModel,
) -> None:
    with pytest.raises(ReceiptRefused, match="Age") as refused:
        differences(record_of(model, values={**PATIENT, "age": 431.7}), model)
    assert "431" not in str(refused.value)


@pytest.mark.server
class TestCommand:
    @pytest.fixture
    def written(self, store: Store, tmp_path: Path) -> Callable[..., Path]:
        """written(**changes): the receipt of the champion's answer, on disk."""
        registry = Registry(store.uri)
        version = registry.resolve(f"models:/{STUDY}@champion")
        champion = registry.load(version)

        def of(**changes: Any) -> Path:
            record = record_of(champion, **{"origin": Origin.of(version), **changes})
            path = tmp_path / "receipt.json"
            path.write_text(receipt.write(record))
            return path

        return of

    def test_it_finds_the_version_and_the_same_number(
        self, store: Store, written: Callable[..., Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = written(prevalence=Prevalence(0.1, 139 / 303))
        assert main(["verify", str(path)], {"MLFLOW_TRACKING_URI": store.uri}) == 0
        assert "The same number comes again, from heart-disease v1" in capsys.readouterr().out

    def test_another_version_does_not_give_it(
        self, store: Store, written: Callable[..., Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        told = ["verify", str(written()), "--model", f"models:/{STUDY}/2"]
        assert main(told, {"MLFLOW_TRACKING_URI": store.uri}) == 1
        assert "The risk differs" in capsys.readouterr().out

    def test_an_edit_is_told(
        self, store: Store, written: Callable[..., Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = written()
        path.write_bytes(edited(path.read_text(), "inputs.thal", 3.0))
        assert main(["verify", str(path)], {"MLFLOW_TRACKING_URI": store.uri}) == 1
        shown = capsys.readouterr().out
        assert "The receipt was edited after it was written." in shown
        assert "The risk differs" in shown
        assert str(CANARY) not in shown

    @pytest.mark.parametrize("name", ["absent.json", "."])
    def test_a_file_that_cannot_be_read_is_told(
        self, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["verify", str(tmp_path / name)], {}) == 1
        assert "cannot be read" in capsys.readouterr().err
