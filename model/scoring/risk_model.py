"""A loaded model: patients in, risks and reasons out."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from model.errors import BundleRefused, InputError
from model.schema import Schema
from model.scoring import bundle
from model.scoring.additive import Additive, Floats, risk_of
from model.scoring.assessment import Assessment, Explanation
from model.scoring.bundle import Bundle, Manifest
from model.scoring.golden import Golden

UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading numbers somebody else wrote can raise."""


class RiskModel:
    """A schema and the sum that answers it, ready to score."""

    def __init__(self, schema: Schema, additive: Additive) -> None:
        if schema.names != additive.features:
            raise ValueError("the schema and the additive form name different inputs")
        self.schema = schema
        self.additive = additive

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """Score n patients, in order.

        Parameters
        ----------
        rows : one column a feature in canonical unit and code, NaN for "not measured". A test
            without a column was not measured in anybody; other columns are ignored.
        explain : also give the base value and one contribution a feature, in log-odds.

        Raises
        ------
        InputError
            If a required input is blank or a code is unknown; rows count from 1.
        """
        values = self._values(rows)
        if not explain:
            return Assessment(risk_of(self.additive.log_odds(values)))
        base = self.additive.base
        contributions = self.additive.contributions(values)
        # The risk comes from the sum shown, so that the two can never drift apart.
        risk = risk_of(base + contributions.sum(axis=1))
        shares = pd.DataFrame(contributions, columns=list(self.schema.names))
        return Assessment(risk, Explanation(np.full(len(risk), base), shares))

    def _values(self, rows: pd.DataFrame) -> Floats:
        aligned = rows.reindex(columns=list(self.schema.names))
        values: Floats = aligned.to_numpy(dtype=np.float64, na_value=np.nan)
        for name in self.schema.required:
            blank = np.isnan(values[:, self.schema.names.index(name)])
            if blank.any():
                raise InputError(
                    f"Row {int(blank.argmax()) + 1}, column {name}: blank, and it is needed for "
                    "every patient. Fill it in."
                )
        return values


class LoadedModel(RiskModel):
    """A `RiskModel` that came from a bundle.

    `open` and `from_bundle` replay the golden patients, so one that exists reproduces the
    numbers it was logged with.
    """

    def __init__(self, source: Bundle, schema: Schema, additive: Additive, golden: Golden) -> None:
        super().__init__(schema, additive)
        self.manifest: Manifest = source.manifest
        self.digest: str = source.digest
        self.golden = golden
        self.card: bytes = source.files["model_card.json"]

    @classmethod
    def open(cls, folder: Path, digest: str | None = None) -> Self:
        """Read, verify and load a bundle folder; see `bundle.read` and `from_bundle`."""
        return cls.from_bundle(bundle.read(folder, digest))

    @classmethod
    def from_bundle(cls, source: Bundle) -> Self:
        """Load verified bytes and replay the golden patients.

        Raises
        ------
        BundleRefused
            If a file cannot be understood or belongs to another study.
        GoldenMismatch
            If the model does not give its golden patients their logged answers.
        """
        try:
            schema = Schema.from_json(source.files["schema.json"])
            additive = Additive.from_json(source.files["additive.json"])
            golden = Golden.from_json(source.files["golden.json"], schema)
            loaded = cls(source, schema, additive, golden)
            if schema.study != source.manifest.study:
                raise ValueError("the schema belongs to another study than the manifest")
            golden.replay(loaded, "here")
        except (*UNREADABLE, InputError) as error:
            raise BundleRefused(
                f"The model's files cannot be understood: {str(error).rstrip('.'):.200}."
            ) from error
        return loaded
