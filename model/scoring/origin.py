"""Where an adopted version comes from: a document of its bundle, which pages and receipts show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

ORIGIN_VERSION = 1
FILE = "origin.json"
KINDS = ("data", "worker")


@dataclass(frozen=True)
class Origin:
    """The model a version was adopted from.

    kind : ``data`` where it was proven to be numbers, ``worker`` where it is asked. reference :
    where it was: a version by number, a model by id, or a file. files : the sha256 of each of its
    files. gate, isolation : how it was opened, in words. environment : Python and libraries it was
    opened with. rows_compared, largest_difference : of the proof; of a worker 0, since it is the
    original that answers. background : what contributions are measured against, in words. notes :
    what was taken as clear, and what looks odd, in sentences.
    """

    kind: str
    reference: str
    files: Mapping[str, str]
    gate: str
    isolation: str
    environment: Mapping[str, str]
    background: str
    rows_compared: int = 0
    largest_difference: float = 0.0
    notes: tuple[str, ...] = field(default=())

    @property
    def digest(self) -> str:
        """One sha256 over all files of the original and their paths."""
        lines = "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(self.files.items()))
        return hashlib.sha256(lines.encode()).hexdigest()

    def to_json(self) -> str:
        document = {"origin_version": ORIGIN_VERSION, **asdict(self)}
        return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The inverse of `to_json`.

        Raises
        ------
        ValueError
            If the document is of another version, incomplete, or does not make sense.
        """
        document = json.loads(text)
        try:
            if document.pop("origin_version") != ORIGIN_VERSION:
                raise ValueError("another version of the document about the origin")
            read = cls(**{**document, "notes": tuple(document["notes"])})
            words = [read.reference, read.gate, read.isolation, read.background, *read.notes]
            words += [*read.files, *read.files.values(), *read.environment.values()]
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the document about the origin is incomplete: {error}") from error
        if read.kind not in KINDS or not all(isinstance(word, str) for word in words):
            raise ValueError("the document about the origin holds what it cannot")
        return read
