"""No certificate, no data version: numbers that are said to be another model's are proven or
refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from model.errors import BundleRefused
from model.scoring import LoadedModel, bundle
from model.scoring.bundle import Manifest
from model.scoring.certificate import NO_CERTIFICATE, Certificate
from tests import adopted
from tests.adopted import CERTIFICATE, ORIGIN

Written = Callable[..., Path]


@pytest.fixture
def written(
    manifest: Manifest, bundle_files: Callable[[str], dict[str, bytes]], tmp_path: Path
) -> Written:
    """written(origin, certificate): the folder of an adopted bundle with these."""

    def write(*documents: object) -> Path:
        folder = tmp_path / "bundle"
        bundle.write(folder, manifest, adopted.files(bundle_files("baseline"), *documents))
        return folder

    return write


def test_a_version_whose_numbers_are_proven_loads_with_its_certificate(written: Written) -> None:
    assert LoadedModel.open(written()).certificate == CERTIFICATE


def test_one_of_ours_needs_none(bundle_folder: tuple[Path, str]) -> None:
    assert LoadedModel.open(*bundle_folder).certificate is None


@pytest.mark.parametrize("kind", ["data", "worker"])
def test_numbers_without_a_certificate_are_refused_in_one_sentence(
    kind: str, written: Written
) -> None:
    """Whatever the version says of itself: who holds numbers has to prove them."""
    with pytest.raises(BundleRefused) as refused:
        LoadedModel.open(written(replace(ORIGIN, kind=kind), None))
    assert str(refused.value) == NO_CERTIFICATE
    assert str(refused.value).count(".") == 1


@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        (replace(CERTIFICATE, largest_difference=1e-3), "does not certify"),
        (replace(CERTIFICATE, largest_difference=1e-3, tolerance=1e-2), "does not certify"),
        (replace(CERTIFICATE, rows_compared=20), "does not certify"),
        (replace(CERTIFICATE, reference="models:/other/1"), "another original"),
        (replace(CERTIFICATE, files={"model.pkl": "00" * 32}), "another original"),
        (replace(CERTIFICATE, rows_compared=20_000), "something else"),
        (replace(CERTIFICATE, largest_difference=1e-12), "something else"),
    ],
)
def test_a_certificate_that_proves_less_or_something_else_is_refused(
    certificate: Certificate, said: str, written: Written
) -> None:
    with pytest.raises(BundleRefused, match=said):
        LoadedModel.open(written(ORIGIN, certificate))


def test_numbers_that_say_they_are_asked_are_refused(written: Written) -> None:
    with pytest.raises(BundleRefused, match="says that it is numbers, and it is asked"):
        LoadedModel.open(written(replace(ORIGIN, kind="worker"), CERTIFICATE))
