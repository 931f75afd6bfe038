"""A trained model as a folder of data: written once, read only whole and unchanged.

    manifest.json       sha256 and size of every other file, and where the model came from
    schema.json         the inputs and outcome it was trained with
    estimator.skops     the fitted scikit-learn estimator
    additive.json       of a sum: the numbers it is scored and explained from
    explanation.json    of a forest instead, which is scored and explained from estimator.skops: the
                        aggregates its intervals need
    applicability.json  what the training patients have in common
    golden.json         made-up patients and the answers they must get
    evaluation.json     how well it does, with intervals
    model_card.json     what it is for and what it is not for

An adopted version has in place of the estimator

    origin.json         which model it was adopted from, how, and the proof
    trees.json          of trees: the splits and leaves it is scored and explained from
    original.json       of one that is asked in a process of its own, instead of numbers
    certificate.json    the proof that the numbers are the model
    supplied.json       how it does on the table that was handed in, if that has the outcome

and may be without applicability, evaluation and card.

Reading takes every byte into memory first and checks those very bytes, so nothing can
be swapped between the check and the use, and nothing in the folder is ever executed.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from model import limits
from model.errors import BundleRefused

BUNDLE_VERSION = 1
MANIFEST = "manifest.json"
FILES = frozenset(
    {
        "applicability.json",
        "estimator.skops",
        "evaluation.json",
        "golden.json",
        "model_card.json",
        "schema.json",
    }
)
ENGINES = frozenset({"additive.json", "explanation.json", "original.json", "trees.json"})
"""The files that say how a model is scored and explained: a bundle has one of them."""
ORIGIN = "origin.json"
ADOPTED = frozenset({"golden.json", "schema.json", ORIGIN})
"""What an adopted bundle has beside its engine's file."""
MAY_LACK = frozenset({"applicability.json", "evaluation.json", "model_card.json"}) | {
    "certificate.json",
    "supplied.json",
}
"""What nobody can know of a model somebody else made, unless it was supplied or proven."""
LARGEST_FILE = limits.BUNDLE_FILE_BYTES
ESTIMATOR = "estimator.skops"


@dataclass(frozen=True)
class Manifest:
    """Where a model came from, and the sha256 and size of each of its files."""

    study: str
    estimator: str
    created_at: str
    git_commit: str
    data_sha256: str
    libraries: dict[str, str]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Bundle:
    """The verified bytes of a model. `digest` is the sha256 of its manifest."""

    digest: str
    manifest: Manifest
    files: Mapping[str, bytes]


def sha256_of(data: bytes) -> str:
    """64 hexadecimal digits, as a manifest holds them."""
    return hashlib.sha256(data).hexdigest()


def write(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> str:
    """Write a bundle into a new `folder` and return the digest to keep in the database.

    Raises
    ------
    ValueError
        If these are not the files of a bundle.
    FileExistsError
        If the folder is there already.
    """
    if set(files) != (wanted := files_of(files)):
        raise ValueError(f"a bundle holds {sorted(wanted)}, not {sorted(files)}")
    folder.mkdir(parents=True)
    listed = {
        name: {"sha256": sha256_of(data), "bytes": len(data)}
        for name, data in sorted(files.items())
    }
    document = {"bundle_version": BUNDLE_VERSION, **asdict(manifest), "files": listed}
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False).encode()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / MANIFEST).write_bytes(text)
    return sha256_of(text)


def read(folder: Path, digest: str | None = None) -> Bundle:
    """Read a bundle, refusing it unless every file is exactly what was logged.

    Parameters
    ----------
    folder : where it lies.
    digest : the sha256 its manifest must have, as recorded at training; None for a folder
        that somebody names on the command line and answers for.

    Raises
    ------
    BundleRefused
        A file is missing, extra, a link, too large or changed; or the manifest is not the
        one recorded.
    """
    found = _listing(folder)
    if MANIFEST not in found:
        raise BundleRefused(f"The model has no {MANIFEST}; it was not logged by this project.")
    text = _bytes_of(folder / MANIFEST, limits.MANIFEST_BYTES)
    actual = sha256_of(text)
    if digest is not None and actual != digest:
        raise BundleRefused(
            "The model's manifest is not the one recorded at training. Its files were replaced; "
            "train again or restore them."
        )
    manifest = _manifest(text)
    expected = set(manifest.files)
    wanted = files_of(expected)
    if expected != wanted or found != expected | {MANIFEST}:
        odd = sorted((found ^ (expected | {MANIFEST})) | (expected ^ wanted))
        raise BundleRefused(
            f"The model's files are not those of its manifest: {', '.join(odd):.200}."
        )
    files = {}
    left = limits.BUNDLE_DOCUMENTS_BYTES
    for name, entry in manifest.files.items():
        data = _bytes_of(folder / name, LARGEST_FILE if name == ESTIMATOR else left)
        left -= 0 if name == ESTIMATOR else len(data)
        if len(data) != entry.get("bytes") or sha256_of(data) != entry.get("sha256"):
            raise BundleRefused(
                f"{name} is not the file that was logged: its sha256 differs. Restore the model's "
                "files or train again."
            )
        files[name] = data
    return Bundle(actual, manifest, files)


def files_of(names: Iterable[str]) -> frozenset[str]:
    """The files of a bundle that has these: one engine's and those of every bundle of its kind."""
    given = frozenset(names)
    engine = min(ENGINES & given, default=min(ENGINES))
    if ORIGIN in given:
        return ADOPTED | {engine} | (MAY_LACK & given)
    return FILES | {engine}


def _listing(folder: Path) -> set[str]:
    try:
        if folder.is_symlink():
            raise BundleRefused("The model's folder is a link; links are not followed.")
        with os.scandir(folder) as entries:
            found = {entry.name: entry.is_file(follow_symlinks=False) for entry in entries}
    except OSError:
        raise BundleRefused("The model's files are not there. Choose another version.") from None
    for name, is_file in sorted(found.items()):
        if not is_file:
            raise BundleRefused(f"{name!r} in the model is a link or a folder, not a file.")
    return set(found)


def _bytes_of(path: Path, limit: int) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        raise BundleRefused(f"{path.name} of the model cannot be read.") from None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            raise BundleRefused(f"{path.name} of the model is not a file of a sensible size.")
        return file.read(limit + 1)


def _manifest(text: bytes) -> Manifest:
    try:
        document = json.loads(text)
        version = document.pop("bundle_version")
        if version != BUNDLE_VERSION:
            raise BundleRefused(
                f"The model's bundle is of version {version!r:.20}; this program reads "
                f"{BUNDLE_VERSION}. Use the release it was trained with, or train again."
            )
        manifest = Manifest(**document)
        texts = [manifest.study, manifest.estimator, manifest.created_at, manifest.git_commit]
        texts += [manifest.data_sha256, *manifest.libraries.values()]
        entries = [manifest.files, *manifest.files.values()]
        if not (
            all(isinstance(text, str) for text in texts)
            and all(isinstance(entry, dict) for entry in entries)
        ):
            raise ValueError("a part of another type")
        return manifest
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BundleRefused(f"The model's {MANIFEST} is not readable.") from None
