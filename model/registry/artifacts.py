"""The files of a logged model, fetched from wherever its server keeps them; none is ever run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from model.errors import BundleRefused, FilesGone, SignatureRefused
from model.registry.signature import LARGEST
from model.registry.versions import Version
from model.scoring.bundle import LARGEST_FILE, MANIFEST, files_of

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

T = TypeVar("T")

BUNDLE_PATH = "data/bundle"


class Within(Protocol):
    """See `Gateway.within`."""

    def __call__(self, work: Callable[[], T], size: int = 0) -> T: ...


class Artifacts:
    """What lies beside the versions on one tracking server; whoever asks guards the questions.

    within : runs work in what is left of a question's time, and more for what is large.
    """

    def __init__(self, client: MlflowClient, within: Within) -> None:
        self._client = client
        self._address = client.tracking_uri
        self._within = within

    def bundle(self, version: Version, into: Path) -> Path:
        """The folder of a version's bundle, downloaded.

        Raises
        ------
        BundleRefused
            If other files are there than those of a bundle, or one is too large.
        """
        listed = self._client.list_logged_model_artifacts(version.model_id, BUNDLE_PATH)
        names = {Path(file.path).name for file in listed}
        if names != files_of(names) | {MANIFEST} or any(file.is_dir for file in listed):
            raise BundleRefused("The model's files on the server are not those of a bundle.")
        if any((file.file_size or 0) > LARGEST_FILE for file in listed):
            raise BundleRefused("A file of the model on the server is too large to be one of ours.")
        size = sum(file.file_size or 0 for file in listed)
        return self._download(f"{self._location(version)}/{BUNDLE_PATH}", into, size)

    def small(self, version: Version, name: str) -> bytes:
        """One file of a logged model, that somebody may have made as large as they like.

        Raises
        ------
        SignatureRefused
            If it is not there, or too large to be read.
        """
        from mlflow.artifacts import list_artifacts

        location = self._location(version)
        listed = self._within(
            lambda: list_artifacts(artifact_uri=location, tracking_uri=self._address)
        )
        if not listed:
            raise FilesGone(
                f"The files of {version.title} are gone: nothing is left at {location}. Restore "
                "them, or choose another version."
            )
        sizes = {Path(file.path).name: file.file_size or 0 for file in listed if not file.is_dir}
        if sizes.get(name, LARGEST + 1) > LARGEST:
            raise SignatureRefused(f"{version.title} has no {name}, or one that is too large.")
        with tempfile.TemporaryDirectory(prefix="bedside-") as scratch:
            return self._download(f"{location}/{name}", Path(scratch)).read_bytes()

    def _location(self, version: Version) -> str:
        # A `models:/m-…` address takes no path inside the model; its location does.
        if version.model_id and not version.source:
            return self._of_model(version.model_id)
        place = version.source or str(
            self._client.get_model_version_download_uri(version.study, str(version.number))
        )
        if place.startswith("runs:/"):
            run_id, _, path = place.removeprefix("runs:/").partition("/")
            return self._of_run(run_id, path)
        return place.rstrip("/")

    def _of_model(self, model_id: str) -> str:
        return str(self._client.get_logged_model(model_id).artifact_location).rstrip("/")

    def _of_run(self, run_id: str, path: str) -> str:
        """Where a run's model lies: with MLflow 3 beside the run, under the name it was logged as,
        and before that among the run's own files.
        """
        run = self._client.get_run(run_id)
        for output in run.outputs.model_outputs if run.outputs else ():
            model = self._client.get_logged_model(output.model_id)
            if model.name == path:
                return str(model.artifact_location).rstrip("/")
        return f"{str(run.info.artifact_uri).rstrip('/')}/{path}"

    def _download(self, place: str, into: Path, size: int = 0) -> Path:
        from mlflow.artifacts import download_artifacts

        found = self._within(
            lambda: download_artifacts(
                artifact_uri=place, dst_path=str(into), tracking_uri=self._address
            ),
            size,
        )
        return Path(found)
