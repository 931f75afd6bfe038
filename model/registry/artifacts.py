"""The files of a logged model, fetched from wherever its server keeps them; none is ever run."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from model.errors import BundleRefused, SignatureRefused
from model.registry.signature import LARGEST
from model.registry.versions import Version
from model.scoring.bundle import LARGEST_FILE, MANIFEST, files_of

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

BUNDLE_PATH = "data/bundle"


class Artifacts:
    """What lies beside the versions on one tracking server; whoever asks guards the questions."""

    def __init__(self, client: MlflowClient, address: str) -> None:
        self._client = client
        self._address = address

    def bundle(self, version: Version, into: Path) -> Path:
        """The folder of a version's bundle, downloaded.

        Raises
        ------
        BundleRefused
            If other files are there than those of a bundle, or one is too large.
        """
        listed = self._client.list_logged_model_artifacts(version.model_id, BUNDLE_PATH)
        names = {Path(each.path).name for each in listed}
        if names != files_of(names) | {MANIFEST} or any(each.is_dir for each in listed):
            raise BundleRefused("The model's files on the server are not those of a bundle.")
        if any((each.file_size or 0) > LARGEST_FILE for each in listed):
            raise BundleRefused("A file of the model on the server is too large to be one of ours.")
        return self._download(f"{self._location(version)}/{BUNDLE_PATH}", into)

    def small(self, version: Version, name: str) -> bytes:
        """One file of a logged model, that somebody may have made as large as they like.

        Raises
        ------
        SignatureRefused
            If it is not there, or too large to be read.
        """
        from mlflow.artifacts import list_artifacts

        location = self._location(version)
        listed = list_artifacts(artifact_uri=location, tracking_uri=self._address)
        sizes = {Path(each.path).name: each.file_size or 0 for each in listed if not each.is_dir}
        if sizes.get(name, LARGEST + 1) > LARGEST:
            raise SignatureRefused(f"{version.title} has no {name}, or one that is too large.")
        with tempfile.TemporaryDirectory(prefix="bedside-") as scratch:
            return self._download(f"{location}/{name}", Path(scratch)).read_bytes()

    def _location(self, version: Version) -> str:
        # A `models:/m-…` address takes no path inside the model; its location does.
        if version.model_id:
            found = self._client.get_logged_model(version.model_id).artifact_location
        else:
            found = self._client.get_model_version_download_uri(version.study, str(version.number))
        return str(found).rstrip("/")

    def _download(self, place: str, into: Path) -> Path:
        from mlflow.artifacts import download_artifacts

        found = download_artifacts(
            artifact_uri=place, dst_path=str(into), tracking_uri=self._address
        )
        return Path(found)
