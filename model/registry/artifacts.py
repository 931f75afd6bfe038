"""The files of a logged model, fetched from wherever its server keeps them; none is ever run.

They are fetched one after the other in the thread of the question. MLflow fetches them in threads
of its own, which nobody can end: those of a server that drips would hang on for ever.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from model.errors import BundleRefused, FilesGone, SignatureRefused
from model.registry import causes
from model.registry.signature import LARGEST
from model.registry.versions import Version
from model.scoring.bundle import LARGEST_FILE, MANIFEST, files_of

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

T = TypeVar("T")

BUNDLE_PATH = "data/bundle"


class Within(Protocol):
    """See `Gateway.within`."""

    def __call__(self, work: Callable[[], T], arrived: Callable[[], int] | None = None) -> T: ...


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
            If other files are there than those of a bundle, or they are too large.
        FilesGone
        """
        listed = self._client.list_logged_model_artifacts(version.model_id, BUNDLE_PATH)
        names = {Path(file.path).name for file in listed}
        if names != files_of(names) | {MANIFEST} or any(file.is_dir for file in listed):
            raise BundleRefused("The model's files on the server are not those of a bundle.")
        sizes = [LARGEST_FILE if f.file_size is None else f.file_size for f in listed]
        if any(size > LARGEST_FILE for size in sizes):
            raise BundleRefused("A file of the model on the server is too large to be one of ours.")
        paths = [f"{BUNDLE_PATH}/{name}" for name in sorted(names)]
        self._fetch(version, self._location(version), paths, into, sum(sizes))
        return into

    def small(self, version: Version, name: str) -> bytes:
        """One file of a logged model, that somebody may have made as large as they like.

        Raises
        ------
        SignatureRefused
            If it is not there, or too large to be read.
        FilesGone
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
            self._fetch(version, location, [name], Path(scratch), LARGEST)
            return (Path(scratch) / name).read_bytes()

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

    def _fetch(
        self, version: Version, location: str, names: Sequence[str], into: Path, most: int
    ) -> None:
        """Put files of a model into a folder, without the folders they lie in; `most` is how many
        bytes they may come to.
        """
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

        def fetch() -> None:
            store = get_artifact_repository(location, tracking_uri=self._address)
            for name in names:  # by what every kind of store has to bring, MLflow's own or not
                store._download_file(name, str(into / Path(name).name))

        def arrived() -> int:
            size = sum(file.stat().st_size for file in into.iterdir())
            if size > most:
                raise BundleRefused("The model's files are larger than their server says.")
            return size

        try:
            self._within(fetch, arrived)
            arrived()  # nobody looks at what came between two looks
        except Exception as error:
            if causes.status_of(error) == HTTPStatus.NOT_FOUND:
                raise FilesGone(
                    f"Files of {version.title} are gone: they are listed, and not on their server "
                    "any more. Restore them, or choose another version."
                ) from None
            raise
