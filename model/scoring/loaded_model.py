"""A model that came from a bundle: verified, proven, and what is known of it."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import limits
from model.errors import BundleRefused, InputError
from model.schema import Schema
from model.scoring import bundle, certificate, engines, supplied
from model.scoring.applicability import Applicability
from model.scoring.bundle import Bundle, Manifest
from model.scoring.documents import Card, Evaluation
from model.scoring.engines import Start
from model.scoring.fingerprints import Recognised
from model.scoring.golden import Golden
from model.scoring.origin import Origin
from model.scoring.original import OriginalEngine
from model.scoring.risk_model import RiskModel

UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What reading numbers somebody else wrote can raise."""


class LoadedModel(RiskModel):
    """A `RiskModel` that came from a bundle.

    `open` and `from_bundle` replay the golden patients, so one that exists reproduces the
    numbers it was logged with.
    """

    def __init__(self, source: Bundle, start: Start | None = None) -> None:
        self.source = source
        files = source.files
        schema = Schema.from_json(files["schema.json"])
        super().__init__(schema, engines.read(files, start))
        droppable = {name for absent in self.engine.absences for name in absent}
        limits.require_at_most(
            limits.DROPPABLE_INPUTS,
            len(droppable),
            "inputs that submodels do without",
            "let fewer inputs be missing",
        )
        self.manifest: Manifest = source.manifest
        self.digest: str = source.digest
        self.golden = Golden.from_json(files["golden.json"], schema, self.engine.scale)
        self.origin = Origin.from_json(files[bundle.ORIGIN]) if bundle.ORIGIN in files else None
        self.certificate = certificate.among(files, self.origin)
        self.applicability = Applicability.among(files, schema)
        measured = files.get("evaluation.json")
        self.evaluation = Evaluation.from_json(measured) if measured is not None else None
        self.supplied = supplied.among(files)
        card = files.get("model_card.json")
        self.card = Card.from_json(card) if card is not None else None
        if schema.study != source.manifest.study:
            raise ValueError("the schema belongs to another study than the manifest")
        if self.golden.answers.explanation is None and OriginalEngine.FILE not in files:
            raise ValueError("golden patients without contributions")

    @property
    def explains(self) -> bool:
        return True

    @property
    def has_submodels(self) -> bool:
        """Whether different members answer for patients with different tests missing."""
        return len(self.engine.absences) > 1

    @property
    def knows_patients(self) -> bool:
        return self.applicability is not None

    @property
    def average(self) -> float | None:
        """Where the reasons of every patient begin; None if that is each one's own base."""
        return self.engine.average

    @property
    def training_prevalence(self) -> float | None:
        """The share of the training patients with the outcome, 0 to 1; None if it is not known."""
        if self.evaluation is None:
            return None
        return self.evaluation.events / self.evaluation.patients

    def unusual(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """(n,) whether each patient is an unusual combination; see `Applicability`.

        Where nobody knows what is usual, no patient is.
        """
        if self.applicability is None:
            return np.zeros(len(rows), dtype=bool)
        return self.applicability.unusual(self._aligned(rows))

    def recognised(self, rows: pd.DataFrame) -> Recognised | None:
        """How many of these patients the version learned from; None if none can be told."""
        if self.applicability is None or self.applicability.fingerprints is None:
            return None
        prints = self.applicability.fingerprints
        return prints.recognised(self._aligned(rows), self.schema.names)

    @classmethod
    def open(cls, folder: Path, digest: str | None = None, start: Start | None = None) -> Self:
        """Read, verify and load a bundle folder; see `bundle.read` and `from_bundle`."""
        return cls.from_bundle(bundle.read(folder, digest), start)

    @classmethod
    def from_bundle(cls, source: Bundle, start: Start | None = None) -> Self:
        """Load verified bytes and replay the golden patients.

        start : who starts processes for models that are asked; None where nobody does.

        Raises
        ------
        BundleRefused
            If a file cannot be understood or belongs to another study.
        GoldenMismatch
            If the model does not give its golden patients their logged answers.
        """
        try:
            loaded = cls(source, start)
            loaded.golden.replay(loaded, "here")
        except (*UNREADABLE, InputError) as error:
            raise BundleRefused(
                f"The model's files cannot be understood: {str(error).rstrip('.'):.200}."
            ) from error
        return loaded
