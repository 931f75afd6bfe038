"""Reads MLflow: which versions there are, what they say of themselves, and their files.

Every question goes through one gateway, so that nothing but our own errors leaves this
module, and no artifact's code is ever run: files are listed, downloaded, verified and read.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from model.errors import BundleRefused, SignatureRefused, VersionNotFound
from model.registry import signature as interfaces
from model.registry.artifacts import BUNDLE_PATH, Artifacts
from model.registry.connection import Gateway
from model.registry.runs import (
    RUNS_A_PAGE,
    LoggedPage,
    RunDetails,
    RunPage,
    RunQuery,
    logged_from,
    run_from,
)
from model.registry.signature import Interface
from model.registry.sqlite_store import FirstLook
from model.registry.versions import State, Version, version_from
from model.scoring import LoadedModel
from model.scoring.engines import Start

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

__all__ = ["Registry", "State", "Version"]

MOST_STUDIES = 1000
REFERENCE = re.compile(
    r"models:/(?:(?P<id>m-[0-9a-f]+)|(?P<name>[^/@]+)(?:@(?P<alias>[^/@]+)|/(?P<number>\d+)))"
)
ASKS_FOR = "a reference like models:/heart-disease@champion, models:/heart-disease/3 or models:/m-…"


class Registry:
    """The versions on one tracking server.

    Parameters
    ----------
    look_first : where the store is an SQLite file, answer what is shown first without MLflow, until
        it was imported. See `connect`.
    start : who starts processes for adopted versions that are asked; None where nobody may.
    """

    def __init__(
        self, address: str, *, look_first: bool = False, start: Start | None = None
    ) -> None:
        self._address = address
        self._start = start
        self._first = FirstLook(address) if look_first else None
        self._gateway = Gateway(address)
        self.shown_address = self._gateway.shown_address
        self._opened: MlflowClient | None = None

    @property
    def _client(self) -> MlflowClient:
        from mlflow.tracking import MlflowClient  # two seconds: not before it is needed

        if self._opened is None:
            self._opened = self._gateway.opened(lambda: MlflowClient(self._address))
        return self._opened

    @property
    def _artifacts(self) -> Artifacts:
        return Artifacts(self._client, self._address, self._gateway.within)

    @property
    def _look(self) -> FirstLook | None:
        return self._first if self._opened is None else None

    def connect(self) -> None:
        """Import MLflow, which takes seconds, and open the store with it."""
        with self._gateway.asking():
            self._client.search_registered_models(max_results=1)

    def open(self, reference: str) -> LoadedModel:
        """Load, verify and prove the version a reference means now, or a bundle in a folder.

        A folder needs neither MLflow nor a server.

        Raises
        ------
        TrackingError, ModelError
        """
        folder = Path(reference)
        if not reference.startswith("models:") and folder.is_dir():
            return LoadedModel.open(folder, start=self._start)
        return self.load(self.resolve(reference))

    def studies(self) -> tuple[str, ...]:
        """Names of the registered models, sorted."""
        if self._look and (seen := self._look.studies()) is not None:
            return seen
        with self._gateway.asking():
            return tuple(
                sorted(
                    each.name
                    for each in self._client.search_registered_models(max_results=MOST_STUDIES)
                )
            )

    def versions(self, study: str) -> tuple[Version, ...]:
        """The finished versions of a registered model, newest first.

        There are none if there is no such model.
        """
        if self._look and (seen := self._look.versions(study)) is not None:
            return seen
        with self._gateway.asking():
            found = self._client.search_model_versions(f"name = '{_plain(study)}'")
            if not found:
                return ()
            pointers = self._client.get_registered_model(study).aliases
        aliases: dict[int, list[str]] = {}
        for alias, number in pointers.items():
            aliases.setdefault(int(number), []).append(alias)
        read = [version_from(each, sorted(aliases.get(int(each.version), ()))) for each in found]
        return tuple(sorted((v for v in read if v), key=lambda v: v.number, reverse=True))

    def runs(self, query: RunQuery, token: str | None = None) -> RunPage:
        """A page of the training runs of a study.

        Parameters
        ----------
        token : from the page before; None for the first.
        """
        with self._gateway.asking():
            experiments = [each.experiment_id for each in self._client.search_experiments()]
            found = self._client.search_runs(
                experiments,
                query.filter,
                max_results=RUNS_A_PAGE,
                order_by=query.order,
                page_token=token,
            )
        return RunPage(tuple(run_from(each) for each in found), found.token or None)

    def logged(self, study: str, token: str | None = None) -> LoggedPage:
        """A page of the logged models of a study's experiment, newest first."""
        with self._gateway.asking():
            experiment = self._client.get_experiment_by_name(_plain(study))
            if experiment is None:
                return LoggedPage(())
            found = self._client.search_logged_models(
                [experiment.experiment_id],
                max_results=RUNS_A_PAGE,
                order_by=[{"field_name": "creation_timestamp", "ascending": False}],
                page_token=token,
            )
        return LoggedPage(tuple(logged_from(each) for each in found), found.token or None)

    def run(self, run_id: str) -> RunDetails:
        """What a run says of itself, and its place in MLflow's own pages."""
        with self._gateway.asking():
            found = self._client.get_run(run_id)
        link = ""
        if self.shown_address.startswith(("http://", "https://")):
            place = f"#/experiments/{found.info.experiment_id}/runs/{run_id}"
            link = f"{self.shown_address.rstrip('/')}/{place}"
        return RunDetails(dict(sorted(found.data.params.items())), link)

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

    def tag(self, version: Version, name: str, value: str) -> None:
        """Set a tag of a version."""
        with self._gateway.asking():
            self._client.set_model_version_tag(version.study, str(version.number), name, value)

    def point(self, version: Version, alias: str) -> None:
        """Point an alias at a version."""
        with self._gateway.asking():
            self._client.set_registered_model_alias(version.study, alias, str(version.number))

    def load(self, version: Version) -> LoadedModel:
        """Download a version's bundle, verify it against the hash recorded at training, load it
        and replay its golden patients.

        Raises
        ------
        BundleRefused, GoldenMismatch
            If it is not what was logged.
        """
        if version.state is not State.READY:
            what = f"{version.title} carries its own code; it runs only at an endpoint."
            raise BundleRefused(what)
        if self._look and (files := self._look.files(version)) is not None:
            return LoadedModel.open(files / BUNDLE_PATH, version.digest, self._start)
        with tempfile.TemporaryDirectory(prefix="bedside-") as scratch:
            with self._gateway.asking():
                folder = self._artifacts.bundle(version, Path(scratch))
            return LoadedModel.open(folder, version.digest, self._start)

    def interface(self, version: Version) -> Interface:
        """What a version takes, by its signature; of a model somebody else logged, too.

        Raises
        ------
        SignatureRefused
            If it has none, or one that no form can show.
        """
        with self._gateway.asking():
            described = self._artifacts.small(version, interfaces.MODEL_FILE)
        found = interfaces.read(described)
        name = interfaces.example_name(described)
        if name is None:
            return found
        try:
            with self._gateway.asking():
                example = self._artifacts.small(version, name)
        except SignatureRefused:
            return found
        return interfaces.with_example(found, example)


def _plain(name: str) -> str:
    """A name that may stand between quotes in a filter."""
    if not re.fullmatch(r"[\w .-]+", name):
        raise VersionNotFound("That is not the name of a registered model.")
    return name
