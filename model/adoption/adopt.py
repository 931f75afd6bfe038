"""One adoption from reference to registered version, top to bottom."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.adoption import contents, draft, inferring, opened, reference, register, table
from model.adoption.inferring import Inferred
from model.adoption.reference import Source
from model.errors import DecisionNeeded
from model.registry.store_copy import require_writable
from model.studies import reading
from model.training import provenance

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Order:
    """What was asked for.

    study : a file that declares what cannot be inferred. data : a table of patients.
    name : of the adopted version's registered model. drafts : the folder drafts are written to.
    settings : the environment of the process that opens the model, without credentials.
    """

    reference: str
    address: str
    study: Path | None = None
    data: Path | None = None
    run_its_code: bool = False
    dry_run: bool = False
    name: str = ""
    alias: str = ""
    drafts: Path = Path()
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Adopted:
    """A finished adoption. version, model_id : None after a dry run."""

    study: str
    kind: str
    rows_compared: int
    largest_difference: float
    decisions: tuple[str, ...]
    name: str = ""
    version: int | None = None
    model_id: str | None = None

    def to_document(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "study": self.study,
            "name": self.name,
            "version": self.version,
            "model_id": self.model_id,
            "kind": self.kind,
            "rows_compared": self.rows_compared,
            "largest_difference": self.largest_difference,
            "decisions": list(self.decisions),
        }


def adopt(order: Order, progress: Progress = lambda stage, done: None) -> Adopted:
    """Open a model once, apart; infer what it takes and answers; register it as a version of ours.

    Raises
    ------
    DecisionNeeded
        If a person has to decide something: the message is the question, and the draft is written.
    AdoptionError, TrackingError, StudyRefused, FileRefused
    """
    if not order.dry_run:
        require_writable(order.address)
    given = reading.document(order.study) if order.study else None
    patients = table.read(order.data) if order.data else None
    with tempfile.TemporaryDirectory(prefix="bedside-adopt-") as scratch:
        progress("Fetching the model", 0.0)
        source = reference.fetch(order.reference, order.address, Path(scratch) / "model")
        progress("Opening it", 0.1)
        with opened.opened(
            source, run_its_code=order.run_its_code, settings=order.settings
        ) as original:
            progress("Looking and asking", 0.3)
            inferred = inferring.infer(original, _name(order, source), patients, given)
            file = order.study or draft.write(inferred.document, order.drafts)
            if inferred.questions:
                raise DecisionNeeded(str(inferred.questions[0]), file, inferred.questions)
            if patients is not None:
                table.require_columns(patients, list(inferred.document.inputs), _path(order))
            progress("Making golden patients", 0.5)
            made = contents.of(original, inferred, patients, provenance.git_commit())
        if order.dry_run:
            return _adopted(file, made, inferred)
        progress("Registering", 0.8)
        registered = register.register(made, source, order.address, order.alias or None)
    progress("Done", 1.0)
    return _adopted(file, made, inferred, *registered)


def _path(order: Order) -> Path:
    assert order.data is not None
    return order.data


def _name(order: Order, source: Source) -> str:
    """A name of its own: never the one under which its author registers versions."""
    if order.name:
        return order.name
    is_registered = source.reference.startswith("models:/") and "/m-" not in source.reference
    return f"{source.name} adopted" if is_registered else source.name


def _adopted(
    file: Path,
    made: contents.Contents,
    inferred: Inferred,
    version: int | None = None,
    model_id: str | None = None,
) -> Adopted:
    return Adopted(
        study=str(file),
        kind=made.origin.kind,
        rows_compared=made.origin.rows_compared,
        largest_difference=made.origin.largest_difference,
        decisions=inferred.notes,
        name=made.schema.study,
        version=version,
        model_id=model_id,
    )
