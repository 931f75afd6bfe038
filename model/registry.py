"""Reads MLflow: which versions there are, what they say of themselves, and their files.

Every question goes through one gateway, so that nothing but our own errors leaves this
module, and no artifact's code is ever run: files are listed, downloaded, verified and read.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model import tracking
from model.errors import BundleRefused, VersionNotFound
from model.gateway import Gateway
from model.scoring import LoadedModel
from model.scoring.bundle import FILES, LARGEST_FILE, MANIFEST

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

BUNDLE_PATH = "data/bundle"
NEWEST_RUNS = 200
REFERENCE = re.compile(
    r"models:/(?:(?P<id>m-[0-9a-f]+)|(?P<name>[^/@]+)(?:@(?P<alias>[^/@]+)|/(?P<number>\d+)))"
)
ASKS_FOR = "a reference like models:/heart-disease@champion, models:/heart-disease/3 or models:/m-…"


class State(StrEnum):
    """Whether a version can be used, and how."""

    READY = "ready"
    FOREIGN = "needs an endpoint: carries its own code"


@dataclass(frozen=True)
class Measured:
    """A metric with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Version:
    """One version of a registered model, as the tracking server describes it.

    All texts are somebody's: show them as text, never as markup.
    """

    study: str
    number: int
    model_id: str
    run_id: str
    created: datetime
    state: State
    aliases: tuple[str, ...] = ()
    estimator: str = ""
    data_sha256: str = ""
    git_commit: str = ""
    author: str = ""
    digest: str = ""
    description: str = ""
    metrics: Mapping[str, Measured] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.study} v{self.number}"


@dataclass(frozen=True)
class Run:
    """One completed training run."""

    run_id: str
    name: str
    started: datetime
    estimator: str
    author: str
    metrics: Mapping[str, float]


class Registry:
    """The versions on one tracking server."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._gateway = Gateway(address)
        self.shown_address = self._gateway.shown_address

    @cached_property
    def _client(self) -> MlflowClient:
        from mlflow.tracking import MlflowClient  # two seconds: not before it is needed

        return MlflowClient(self._address)

    def studies(self) -> tuple[str, ...]:
        """Names of the registered models, sorted."""
        with self._gateway.asking():
            return tuple(sorted(each.name for each in self._client.search_registered_models()))

    def versions(self, study: str) -> tuple[Version, ...]:
        """The finished versions of a registered model, newest first.

        There are none if there is no such model.
        """
        with self._gateway.asking():
            found = self._client.search_model_versions(f"name = '{_plain(study)}'")
            if not found:
                return ()
            pointers = self._client.get_registered_model(study).aliases
        aliases: dict[int, list[str]] = {}
        for alias, number in pointers.items():
            aliases.setdefault(int(number), []).append(alias)
        read = [_version(each, sorted(aliases.get(int(each.version), ()))) for each in found]
        return tuple(sorted((v for v in read if v), key=lambda v: v.number, reverse=True))

    def runs(self, study: str) -> tuple[Run, ...]:
        """The completed training runs of a study, newest first, at most 200."""
        with self._gateway.asking():
            experiments = [each.experiment_id for each in self._client.search_experiments()]
            found = self._client.search_runs(
                experiments,
                f"tags.`{tracking.STUDY}` = '{_plain(study)}' and "
                f"tags.`{tracking.STATUS}` = '{tracking.COMPLETE}'",
                max_results=NEWEST_RUNS,
                order_by=["attributes.start_time DESC"],
            )
        return tuple(_run(each) for each in found)

    def resolve(self, reference: str) -> Version:
        """The version a reference means now.

        Raises
        ------
        VersionNotFound
            If the reference is not understood, or no finished version answers to it.
        """
        parts = REFERENCE.fullmatch(reference)
        if parts is None:
            raise VersionNotFound(f"{reference!r} is not {ASKS_FOR}.")
        names = (parts["name"],) if parts["name"] else self.studies()
        for version in (each for name in names for each in self.versions(name)):
            if (
                version.model_id == parts["id"]
                or parts["alias"] in version.aliases
                or str(version.number) == parts["number"]
            ):
                return version
        raise VersionNotFound(
            f"{reference} is not on {self.shown_address}. Train a model, or choose another version."
        )

    def load(self, version: Version) -> LoadedModel:
        """Download a version's bundle, verify it against the hash recorded at training, load it
        and replay its golden patients.

        Raises
        ------
        BundleRefused, GoldenMismatch
            If it is not what was logged.
        """
        if version.state is not State.READY:
            raise BundleRefused(
                f"{version.title} carries its own code; it runs only at an endpoint."
            )
        with tempfile.TemporaryDirectory(prefix="bedside-") as scratch:
            with self._gateway.asking():
                folder = self._download(version.model_id, Path(scratch))
            return LoadedModel.open(folder, version.digest)

    def _download(self, model_id: str, into: Path) -> Path:
        from mlflow.artifacts import download_artifacts

        listed = self._client.list_logged_model_artifacts(model_id, BUNDLE_PATH)
        names = {Path(each.path).name for each in listed}
        if names != FILES | {MANIFEST} or any(each.is_dir for each in listed):
            raise BundleRefused("The model's files on the server are not those of a bundle.")
        if any((each.file_size or 0) > LARGEST_FILE for each in listed):
            raise BundleRefused("A file of the model on the server is too large to be one of ours.")
        # A `models:/m-…` address takes no path inside the model; its location does.
        location = self._client.get_logged_model(model_id).artifact_location.rstrip("/")
        return Path(
            download_artifacts(
                artifact_uri=f"{location}/{BUNDLE_PATH}",
                dst_path=str(into),
                tracking_uri=self._address,
            )
        )


def _plain(name: str) -> str:
    """A name that may stand between quotes in a filter."""
    if not re.fullmatch(r"[\w .-]+", name):
        raise VersionNotFound("That is not the name of a registered model.")
    return name


def _version(entry: Any, aliases: list[str]) -> Version | None:
    """A registered version; None for one of ours whose training has not finished."""
    tags = dict(entry.tags)
    ours = tracking.STUDY in tags and tracking.DIGEST in tags
    if tags.get(tracking.STATUS, "" if not ours else tracking.STARTED) == tracking.STARTED:
        return None
    source = str(entry.source or "")
    return Version(
        study=entry.name,
        number=int(entry.version),
        model_id=source.removeprefix("models:/") if source.startswith("models:/m-") else "",
        run_id=entry.run_id or "",
        created=_time(entry.creation_timestamp),
        state=State.READY if ours else State.FOREIGN,
        aliases=tuple(aliases),
        estimator=tags.get(tracking.ESTIMATOR, ""),
        data_sha256=tags.get(tracking.DATA_SHA256, ""),
        git_commit=tags.get(tracking.GIT_COMMIT, ""),
        author=tags.get(tracking.AUTHOR, ""),
        digest=tags.get(tracking.DIGEST, ""),
        description=entry.description or "",
        metrics=_metrics(tags.get(tracking.METRICS, "{}")),
    )


def _metrics(text: str) -> dict[str, Measured]:
    try:
        return {
            str(name): Measured(float(each["value"]), float(each["low"]), float(each["high"]))
            for name, each in json.loads(text).items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}  # a tag anybody may have edited: shown as no metrics


def _run(entry: Any) -> Run:
    return Run(
        run_id=entry.info.run_id,
        name=entry.info.run_name or "",
        started=_time(entry.info.start_time),
        estimator=entry.data.tags.get(tracking.ESTIMATOR, ""),
        author=entry.data.tags.get(tracking.AUTHOR, ""),
        metrics=dict(entry.data.metrics),
    )


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
