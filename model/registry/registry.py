"""Reads MLflow: what there is, what it says of itself, and its files.

Every question goes through one gateway, so that nothing but our own errors leaves this
module, and no artifact's code is ever run: files are listed, downloaded, verified and read.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from model.errors import BundleRefused, SignatureRefused, VersionNotFound
from model.registry import described, signature
from model.registry.artifacts import BUNDLE_PATH, Artifacts
from model.registry.connection import Gateway
from model.registry.list_query import Cursor, ListPage, ListQuery
from model.registry.listing import Listing
from model.registry.signature import Interface
from model.registry.sqlite_store import FirstLook
from model.registry.store_copy import Notice, ReadableStore
from model.registry.versions import Kind, Version, require_numbers
from model.scoring import LoadedModel
from model.scoring.engines import Start

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

__all__ = ["Kind", "Registry", "Version"]

REFERENCE = re.compile(
    r"models:/(?:(?P<id>m-[0-9a-f]+)|(?P<name>[^/]+)(?:@(?P<alias>[^/@]+)|/(?P<last>[^/]+)))"
    r"|runs:/(?P<run>[0-9a-f]{32})(?:/(?P<path>.+))?"
)
ASKS_FOR = (
    "a reference like models:/heart-disease@champion, models:/heart-disease/3, models:/m-… or "
    "runs:/…/model"
)


class Registry:
    """What is on one tracking server. A store of another MLflow is read through a copy.

    Parameters
    ----------
    look_first : where the store is an SQLite file, answer what is shown first without MLflow, until
        it was imported. See `connect`.
    start : who starts processes for adopted versions that are asked; None where nobody may.
    """

    def __init__(
        self, address: str, *, look_first: bool = False, start: Start | None = None
    ) -> None:
        self._start = start
        self._gateway = Gateway(address)
        self._store = ReadableStore(address)
        self._first = FirstLook(address) if look_first else None
        self._clients: dict[str, MlflowClient] = {}
        self.shown_address = self._gateway.shown_address

    @property
    def _look(self) -> FirstLook | None:
        return None if self._clients else self._first

    @property
    def notice(self) -> Notice | None:
        """What is to be said of a store that is read through a copy; else None."""
        return self._store.notice

    @contextmanager
    def _asking(self) -> Iterator[MlflowClient | None]:
        """A client whose answers are there; None where there is no store yet."""
        with self._gateway.asking():
            readable = self._gateway.prepared(self._store.readable)
            yield None if readable is None else self._client(readable)

    def _client(self, address: str) -> MlflowClient:
        from mlflow.tracking import MlflowClient  # two seconds: not before it is needed

        if address not in self._clients:
            self._clients[address] = self._gateway.opened(lambda: MlflowClient(address))
        return self._clients[address]

    def connect(self) -> None:
        """Import MLflow, which takes seconds, and open the store with it."""
        with self._asking() as client:
            if client is not None:
                client.search_registered_models(max_results=1)

    def open(self, reference: str) -> LoadedModel:
        """Load, verify and prove the version a reference means now, or a bundle in a folder.

        A folder needs neither MLflow nor a server.

        Raises
        ------
        TrackingError, ModelError
        """
        folder = Path(reference)
        if not reference.startswith(("models:", "runs:")) and folder.is_dir():
            return LoadedModel.open(folder, start=self._start)
        return self.load(self.resolve(reference))

    def studies(self) -> tuple[str, ...]:
        """Names of the registered models, sorted."""
        if self._look and (seen := self._look.studies()) is not None:
            return seen
        with self._asking() as client:
            return Listing(client).names() if client else ()

    def versions(self, study: str) -> tuple[Version, ...]:
        """The finished versions of a registered model, newest first.

        There are none if there is no such model.
        """
        if self._look and (seen := self._look.versions(study)) is not None:
            return seen
        with self._asking() as client:
            return Listing(client).registered(study) if client else ()

    def registered(self) -> tuple[Version, ...]:
        """The finished versions of all registered models, newest first."""
        with self._asking() as client:
            return Listing(client).registered() if client else ()

    def everything(
        self,
        query: ListQuery,
        cursor: Cursor | None = None,
        registered: tuple[Version, ...] | None = None,
    ) -> ListPage:
        """A page of everything that is a model or could become one.

        Parameters
        ----------
        cursor : from the page before; None for the first. registered : what `registered` answers,
            where that is known.
        """
        with self._asking() as client:
            return Listing(client, registered).page(query, cursor) if client else ListPage(())

    def run_link(self, version: Version) -> str:
        """Where MLflow's own pages show a version's run; blank where nothing does."""
        if not version.run_id or not self.shown_address.startswith(("http://", "https://")):
            return ""
        experiment = version.experiment_id
        if not experiment:
            with self._asking() as client:
                experiment = client.get_run(version.run_id).info.experiment_id if client else ""
        place = f"#/experiments/{experiment}/runs/{version.run_id}"
        return f"{self.shown_address.rstrip('/')}/{place}"

    def resolve(self, reference: str) -> Version:
        """The version a reference means now.

        Raises
        ------
        VersionNotFound
            If the reference is not understood, or nothing answers to it.
        """
        parts = REFERENCE.fullmatch(reference)
        if parts is None:
            raise VersionNotFound(f"{reference!r} is not {ASKS_FOR}.")
        if parts["name"]:
            wanted = parts["alias"] or parts["last"]
            for version in self.versions(parts["name"]):
                if wanted in version.aliases or (not parts["alias"] and wanted == version.address):
                    return version
        else:
            with suppress(VersionNotFound):  # whose words do not say what was asked for
                if (found := self._by_id(parts["id"] or "", parts["run"] or "")) is not None:
                    return found
        raise VersionNotFound(
            f"{reference} is not on {self.shown_address}. Train a model, or choose another version."
        )

    def _by_id(self, model_id: str, run_id: str) -> Version | None:
        """The version made of a logged model or by a run; else that model or run itself."""
        if model_id and self._look:
            for version in (v for name in self.studies() for v in self.versions(name)):
                if version.model_id == model_id:
                    return version
        with self._asking() as client:
            if client is None:
                return None
            for version in Listing(client).registered():
                if (version.run_id if run_id else version.model_id) == (run_id or model_id):
                    return version
            if model_id:
                return described.logged_from(client.get_logged_model(model_id), "")
            return described.run_from(client.get_run(run_id), "")

    def tag(self, version: Version, name: str, value: str) -> None:
        """Set a tag of a version."""
        self._store.require_writable()
        with self._asking() as client:
            assert client is not None  # the version was read from it
            client.set_model_version_tag(version.study, str(version.number), name, value)

    def point(self, version: Version, alias: str) -> None:
        """Point an alias at a version."""
        self._store.require_writable()
        with self._asking() as client:
            assert client is not None  # the version was read from it
            client.set_registered_model_alias(version.study, alias, str(version.number))

    def load(self, version: Version) -> LoadedModel:
        """Download a version's bundle, verify it against the hash recorded at training, load it
        and replay its golden patients.

        Raises
        ------
        NotAdopted
            If somebody else logged it.
        BundleRefused, GoldenMismatch
            If it is not what was logged.
        """
        require_numbers(version)
        if self._look and (files := self._look.files(version)) is not None:
            return LoadedModel.open(files / BUNDLE_PATH, version.digest, self._start)
        with tempfile.TemporaryDirectory(prefix="bedside-") as scratch:
            with self._asking() as client:
                if client is None:
                    raise BundleRefused(f"The files of {version.title} are not there any more.")
                folder = Artifacts(client, self._gateway.within).bundle(version, Path(scratch))
            return LoadedModel.open(folder, version.digest, self._start)

    def interface(self, version: Version) -> Interface:
        """What a version takes, by its signature; of a model somebody else logged, too.

        Raises
        ------
        SignatureRefused
            If it has none, or one that no form can show.
        """
        with self._asking() as client:
            if client is None:
                raise SignatureRefused(f"The files of {version.title} are not there any more.")
            files = Artifacts(client, self._gateway.within)
            found = signature.read(model_file := files.small(version, signature.MODEL_FILE))
            name = signature.example_name(model_file)
            try:
                example = files.small(version, name) if name else None
            except SignatureRefused:
                example = None
        return signature.with_example(found, example) if example else found
