"""A loaded model: patients in, risks and reasons out."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import limits
from model.errors import BundleRefused, InputError
from model.schema import Schema
from model.scoring import bundle, documents, engines
from model.scoring.applicability import Applicability
from model.scoring.assessment import Assessment, Certainty, Explanation
from model.scoring.bundle import Bundle, Manifest
from model.scoring.engine import LINKS, Engine
from model.scoring.engines import Start
from model.scoring.fingerprints import Recognised
from model.scoring.golden import Golden
from model.scoring.origin import Origin
from model.scoring.original import OriginalEngine
from model.scoring.terms import Floats

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
            return Assessment(self._link(self.engine.log_odds(values)))
        found = self.engine.explained(values)
        explanation = Explanation(
            low=self._link(found.low),
            high=self._link(found.high),
            submodel=self._submodels[found.which],
            base=found.base,
            contributions=pd.DataFrame(found.contributions, columns=list(self.schema.names)),
            scale=self.engine.scale,
        )
        # The risk comes from the sum shown, so that the two can never drift apart.
        return Assessment(self._link(found.base + found.contributions.sum(axis=1)), explanation)

    def certainty(self, rows: pd.DataFrame) -> Certainty:
        """The 95 % interval of every risk and the submodel that answers, without the reasons.

        Takes and raises what `assess` does.
        """
        return self.appraise(rows)[1]

    def appraise(self, rows: pd.DataFrame) -> tuple[Assessment, Certainty]:
        """The risk of `assess` and its `certainty`, at once: both take the same log-odds."""
        found = self.engine.bounded(self._values(rows))
        submodel = self._submodels[found.which]
        sure = Certainty(self._link(found.low), self._link(found.high), submodel)
        return Assessment(self._link(found.log_odds)), sure

    @property
    def has_interval(self) -> bool:
        """Whether it is known how sure a risk is."""
        return self.engine.has_interval

    def _link(self, numbers: Floats) -> Floats:
        """Risks of what the model adds up; sums of float32 may end a hair beyond 0 and 1."""
        return np.clip(LINKS[self.engine.scale](numbers), 0.0, 1.0)

    def contribution_bounds(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame] | None:
        """The ends of the 95 % interval of every contribution, in log-odds, one column a feature;
        None where a version does not know them. Takes and raises what `assess` does.
        """
        found = self.engine.contribution_bounds(self._values(rows))
        if found is None:
            return None
        names = list(self.schema.names)
        return pd.DataFrame(found[0], columns=names), pd.DataFrame(found[1], columns=names)

    @cached_property
    def _submodels(self) -> pd.Categorical[str]:
        """For each member of the engine, the tests it does without, in words; of a test of which
        it does with some, the inputs it does without.
        """
        names = []
        for absent in self.engine.absences:
            gone: list[str] = []
            for test, inputs in self.schema.tests.items():
                lacking = [name for name in inputs if name in absent]
                whole = len(lacking) == len(inputs)
                gone += [test] if whole else [self.schema[name].in_sentence for name in lacking]
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

    def __init__(self, source: Bundle, start: Start | None = None) -> None:
        self.source = source
        files = source.files
        schema = Schema.from_json(files["schema.json"])
        if len(schema.features) > limits.FEATURES:
            raise ValueError(f"{len(schema.features):,} inputs, more than a form can show")
        super().__init__(schema, engines.read(files, start))
        droppable = {name for absent in self.engine.absences for name in absent}
        if len(droppable) > limits.DROPPABLE_INPUTS:
            raise ValueError(f"{len(droppable)} inputs that members do without, in every mixture")
        self.manifest: Manifest = source.manifest
        self.digest: str = source.digest
        self.golden = Golden.from_json(files["golden.json"], schema, self.engine.scale)
        if len(self.golden.rows) > limits.GOLDEN_PATIENTS:
            raise ValueError(f"{len(self.golden.rows):,} golden patients")
        self.origin = Origin.from_json(files[bundle.ORIGIN]) if bundle.ORIGIN in files else None
        self.applicability = Applicability.among(files, schema)
        self.evaluation = documents.sensible(files.get("evaluation.json"), documents.Evaluation)
        self.card = documents.sensible(files.get("model_card.json"), documents.Card)
        if schema.study != source.manifest.study:
            raise ValueError("the schema belongs to another study than the manifest")
        if self.golden.answers.explanation is None and OriginalEngine.FILE not in files:
            raise ValueError("golden patients without contributions")

    @property
    def has_evaluation(self) -> bool:
        """Whether it is known how well it does."""
        return bool(self.evaluation)

    @property
    def has_card(self) -> bool:
        return bool(self.card)

    @property
    def training_prevalence(self) -> float | None:
        """The share of the training patients with the outcome, 0 to 1; None if it is not known."""
        if not self.evaluation:
            return None
        return float(self.evaluation["events"] / self.evaluation["patients"])

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
