"""Finds somebody else's model by its reference and brings its files here, within limits.

A reference is ``models:/name/3``, ``models:/name@alias``, ``models:/name/Production`` (a stage of
older stores), ``models:/m-…``, ``runs:/RUN/model``, a folder with an ``MLmodel``, or a file.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.errors import OriginalRefused, VersionNotFound
from model.registry.connection import Gateway
from model.registry.store_copy import ReadableStore

LARGEST_BYTES = 2 * 1024**3
MOST_FILES = 2_000
BLOCK_BYTES = 1024**2
STAGES = frozenset({"Production", "Staging", "Archived"})
ASKS_FOR = (
    "models:/name/3, models:/name@alias, models:/m-…, runs:/RUN/model, or a file such as model.json"
)


@dataclass(frozen=True)
class Source:
    """The files of a model, copied to a folder of our own.

    reference : what stays true: a version by number or a model by id, never an alias. name : of
    the registered model, or of the file. files : the sha256 of each, by its path inside `folder`.
    """

    reference: str
    name: str
    folder: Path
    files: Mapping[str, str]
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """One sha256 over all files and their paths."""
        lines = "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(self.files.items()))
        return hashlib.sha256(lines.encode()).hexdigest()


def fetch(reference: str, address: str, into: Path) -> Source:
    """Bring the files of a model to a new folder `into`.

    Raises
    ------
    VersionNotFound, TrackingError
        If nothing answers to the reference.
    OriginalRefused
        If there are links among the files, too many, or too large ones.
    """
    if reference.startswith(("models:/", "runs:/")):
        return _from_store(reference, address, into)
    place = Path(reference)
    if place.is_dir():
        _require_plain(place)
        shutil.copytree(place, into)
        return _source(str(place), place.resolve().name, into)
    if not place.is_file():
        raise VersionNotFound(f"{reference!r} is no file here, and not {ASKS_FOR}.")
    if place.stat().st_size > LARGEST_BYTES:
        raise OriginalRefused(f"{place.name} is larger than 2 GB; that is no risk model.")
    into.mkdir(parents=True)
    shutil.copyfile(place, into / place.name)
    return _source(str(place), place.stem, into)


def _source(reference: str, name: str, folder: Path, about: Mapping[str, str] = {}) -> Source:
    _require_plain(folder)
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): _sha256(path) for path in found}
    return Source(reference, name, folder, files, dict(about))


def _require_plain(folder: Path) -> None:
    size = count = 0
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise OriginalRefused(
                f"{path.name:.80} in the model is a link; links are not followed."
            )
        if path.is_file():
            count, size = count + 1, size + path.stat().st_size
        if count > MOST_FILES or size > LARGEST_BYTES:
            raise OriginalRefused(
                f"The model has more than {MOST_FILES:,} files or 2 GB; that is no risk model."
            )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(BLOCK_BYTES):
            digest.update(part)
    return digest.hexdigest()


def _from_store(reference: str, address: str, into: Path) -> Source:
    from mlflow.tracking import MlflowClient

    store = ReadableStore(address)
    with closing(store), Gateway(address).asking():
        readable = store.readable()
        if readable is None:
            raise VersionNotFound(f"{reference} is not in the store, which is empty.")
        client = MlflowClient(readable)
        lasting, name, place, about = _located(client, reference)
        _require_small(client, place, readable)
        _download(place, readable, into)
    return _source(lasting, name, into, about)


def _located(client: Any, reference: str) -> tuple[str, str, str, dict[str, str]]:
    """The lasting reference, a name, where the files lie, and what the store says of it."""
    rest = reference.split(":/", 1)[1].strip("/")
    if reference.startswith("runs:/"):
        run_id, _, path = rest.partition("/")
        run = client.get_run(run_id)
        for output in getattr(run.outputs, "model_outputs", None) or ():
            logged = client.get_logged_model(output.model_id)
            if logged.name == path:
                return _logged(logged)
        about = {"run_id": run_id}
        return reference, path or "model", f"{run.info.artifact_uri.rstrip('/')}/{path}", about
    if re.fullmatch(r"m-[0-9a-f]+", rest):
        return _logged(client.get_logged_model(rest))
    number = _number(client, rest)
    name = rest.rpartition("@" if "@" in rest else "/")[0]
    version = client.get_model_version(name, number)
    about = {"run_id": version.run_id or "", "description": version.description or ""}
    if (source := str(version.source or "")).startswith("models:/m-"):
        model_id = source.removeprefix("models:/")
        place = client.get_logged_model(model_id).artifact_location
    else:
        place = client.get_model_version_download_uri(name, number)
    return f"models:/{name}/{number}", name, str(place).rstrip("/"), about


def _logged(logged: Any) -> tuple[str, str, str, dict[str, str]]:
    place = str(logged.artifact_location).rstrip("/")
    about = {"run_id": logged.source_run_id or ""}
    return f"models:/{logged.model_id}", logged.name or logged.model_id, place, about


def _number(client: Any, rest: str) -> str:
    """The number that ``name/3``, ``name@alias`` or ``name/Stage`` means now."""
    name, _, alias = rest.rpartition("@")
    if name and "/" not in alias:
        return str(client.get_model_version_by_alias(name, alias).version)
    name, _, last = rest.rpartition("/")
    if name and last.isdigit():
        return last
    if name and last in STAGES:
        versions = [
            version for version in _all_versions(client, name) if version.current_stage == last
        ]
        if versions:
            return str(max(int(version.version) for version in versions))
    raise VersionNotFound(f"{'models:/' + rest!r} is not {ASKS_FOR}.")


def _all_versions(client: Any, name: str) -> list[Any]:
    """Every version of one model; the store's filter has no way to write some names."""
    quote = '"' if "'" in name else "'"
    found = client.search_model_versions(f"name = {quote}{name}{quote}", max_results=1_000)
    return list(found)


def _require_small(client: Any, place: str, address: str) -> None:
    """Look at what the store lists before anything of it is fetched."""
    from mlflow.artifacts import list_artifacts

    size = count = 0
    waiting = [place]
    while waiting:
        here = waiting.pop()
        for file in list_artifacts(artifact_uri=here, tracking_uri=address):
            if file.is_dir:
                waiting.append(f"{here}/{Path(file.path).name}")
                continue
            count, size = count + 1, size + (file.file_size or 0)
            if count > MOST_FILES or size > LARGEST_BYTES:
                raise OriginalRefused(
                    f"The model has more than {MOST_FILES:,} files or 2 GB; that is no risk model."
                )
    if not count:
        raise VersionNotFound(
            "The store names this version, but its files are gone. Restore them, or choose another."
        )


def _download(place: str, address: str, into: Path) -> None:
    from mlflow.artifacts import download_artifacts

    into.parent.mkdir(parents=True, exist_ok=True)
    found = Path(download_artifacts(artifact_uri=place, tracking_uri=address))
    # A store on this machine gives its own folder, which is not ours to change or to move.
    if found.is_symlink():
        raise OriginalRefused("The model's folder is a link; links are not followed.")
    _require_plain(found)
    shutil.copytree(found, into)
