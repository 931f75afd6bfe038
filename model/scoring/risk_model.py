"""A loaded model: patients in, risks and reasons out."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import BundleRefused, InputError
from model.schema import Schema
from model.scoring import bundle, engines
from model.scoring.applicability import Applicability
from model.scoring.assessment import Assessment, Certainty, Explanation
from model.scoring.bundle import Bundle, Manifest
from model.scoring.engine import Engine, risk_of
from model.scoring.golden import Golden
from model.scoring.terms import Floats

UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading numbers somebody else wrote can raise."""

ALL_TESTS = "all tests"


class RiskModel:
    """A schema and the engine that answers for it, ready to score."""

    def __init__(self, schema: Schema, engine: Engine) -> None:
        if schema.names != engine.features:
            raise ValueError("the schema and the model's numbers name different inputs")
        self.schema = schema
        self.engine = engine

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """Score n patients, in order.

        Parameters
        ----------
        rows : one column a feature in canonical unit and code, NaN for "not measured". A test
            without a column was not measured in anybody; other columns are ignored.
        explain : also give the 95 % interval, the submodel that answers, the base value and one
            contribution a feature, in log-odds.

        Raises
        ------
        InputError
            If a required input is blank or a code is unknown; rows count from 1.
        """
        values = self._values(rows)
        if not explain:
            return Assessment(risk_of(self.engine.log_odds(values)))
        found = self.engine.explained(values)
        explanation = Explanation(
            low=risk_of(found.low),
            high=risk_of(found.high),
            submodel=self._submodels[found.which],
            base=found.base,
            contributions=pd.DataFrame(found.contributions, columns=list(self.schema.names)),
        )
        # The risk comes from the sum shown, so that the two can never drift apart.
        return Assessment(risk_of(found.base + found.contributions.sum(axis=1)), explanation)

    def certainty(self, rows: pd.DataFrame) -> Certainty:
        """The 95 % interval of every risk and the submodel that answers, without the reasons.

        Takes and raises what `assess` does.
        """
        return self.appraise(rows)[1]

    def appraise(self, rows: pd.DataFrame) -> tuple[Assessment, Certainty]:
        """The risk of `assess` and its `certainty`, at once: both take the same log-odds."""
        found = self.engine.bounded(self._values(rows))
        submodel = self._submodels[found.which]
        sure = Certainty(risk_of(found.low), risk_of(found.high), submodel)
        return Assessment(risk_of(found.log_odds)), sure

    @cached_property
    def _submodels(self) -> pd.Categorical[str]:
        """For each member of the engine, the tests it does without, in words."""
        names = []
        for absent in self.engine.absences:
            gone = [t for t, of in self.schema.tests.items() if set(of) <= set(absent)]
            names.append(f"without {', '.join(gone)}" if gone else ALL_TESTS)
        return pd.Categorical(names)

    def _values(self, rows: pd.DataFrame) -> Floats:
        values = self._aligned(rows)
        for name in self.schema.required:
            blank = np.isnan(values[:, self.schema.names.index(name)])
            if blank.any():
                raise InputError(
                    f"Row {int(blank.argmax()) + 1}, column {name}: blank, and it is needed for "
                    "every patient. Fill it in."
                )
        # Here and not only in the terms: a submodel sees some of the rows, under other numbers.
        for feature, value in zip(self.schema.features, values.T, strict=True):
            if feature.is_coded:
                known = np.isin(value, feature.levels)
                if not known.all() and not (known := known | np.isnan(value)).all():
                    raise InputError(
                        f"Row {int(known.argmin()) + 1}, column {feature.name}: not a code of "
                        f"this study. Allowed: {feature.allowed}."
                    )
        return values

    def _aligned(self, rows: pd.DataFrame) -> Floats:
        """The columns of the study, in its order."""
        names = list(self.schema.names)
        aligned = rows if list(rows.columns) == names else rows.reindex(columns=names)
        values: Floats = aligned.to_numpy(dtype=np.float64, na_value=np.nan)
        return values


class LoadedModel(RiskModel):
    """A `RiskModel` that came from a bundle.

    `open` and `from_bundle` replay the golden patients, so one that exists reproduces the
    numbers it was logged with.
    """

    def __init__(self, source: Bundle) -> None:
        self.source = source
        files = source.files
        schema = Schema.from_json(files["schema.json"])
        super().__init__(schema, engines.read(files))
        self.manifest: Manifest = source.manifest
        self.digest: str = source.digest
        self.golden = Golden.from_json(files["golden.json"], schema)
        self.applicability = Applicability.from_json(files["applicability.json"])
        self.evaluation: dict[str, Any] = json.loads(files["evaluation.json"])
        self.card: dict[str, Any] = json.loads(files["model_card.json"])
        if schema.study != source.manifest.study:
            raise ValueError("the schema belongs to another study than the manifest")
        if self.applicability.features != schema.names:
            raise ValueError("the schema and the applicability document name different inputs")

    @property
    def explains(self) -> bool:
        return True

    @property
    def has_interval(self) -> bool:
        """Whether the variability of its engine is known; else its bounds say nothing."""
        return self.engine.has_interval

    @property
    def has_submodels(self) -> bool:
        """Whether different members answer for patients with different tests missing."""
        return len(self.engine.absences) > 1

    @property
    def has_evaluation(self) -> bool:
        return bool(self.evaluation.get("metrics"))

    @property
    def has_card(self) -> bool:
        return "intended_use" in self.card

    @property
    def knows_patients(self) -> bool:
        return True

    @property
    def training_prevalence(self) -> float:
        """The share of the training patients with the outcome, 0 to 1."""
        return float(self.evaluation["events"] / self.evaluation["patients"])

    def unusual(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """(n,) whether each patient is an unusual combination; see `Applicability`."""
        return self.applicability.unusual(self._aligned(rows))

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
            loaded = cls(source)
            loaded.golden.replay(loaded, "here")
        except (*UNREADABLE, InputError) as error:
            raise BundleRefused(
                f"The model's files cannot be understood: {str(error).rstrip('.'):.200}."
            ) from error
        return loaded
