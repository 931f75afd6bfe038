"""A loaded model: patients in, risks and reasons out."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from model.errors import InputError
from model.numerics.arrays import Floats
from model.schema import Schema
from model.scoring.assessment import Assessment, Certainty, Explanation
from model.scoring.engine import LINKS, Engine

ALL_TESTS = "all tests"
ROUNDING = 1e-6
"""How far beyond 0 and 1 sums in single precision may end."""


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
            return Assessment(self._risk(self.engine.log_odds(values)))
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
        return Assessment(self._risk(found.base + found.contributions.sum(axis=1)), explanation)

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
        return Assessment(self._risk(found.log_odds)), sure

    @property
    def has_interval(self) -> bool:
        """Whether it is known how sure a risk is."""
        return self.engine.has_interval

    def _link(self, numbers: Floats) -> Floats:
        """Risks of what the model adds up; sums of float32 may end a hair beyond 0 and 1."""
        return np.clip(LINKS[self.engine.scale](numbers), 0.0, 1.0)

    def _risk(self, numbers: Floats) -> Floats:
        """The same of patients; a scale without bounds, as of a log link, may end far beyond.

        Raises
        ------
        InputError
            If it does: that is no risk, and is not made one.
        """
        risk = LINKS[self.engine.scale](numbers)
        beyond = (risk < -ROUNDING) | (risk > 1 + ROUNDING)
        if beyond.any():
            raise InputError(
                f"Row {int(beyond.argmax()) + 1}: the model gives a number outside 0 to 100 % for "
                "these values, which is no risk. It is not made for such a patient."
            )
        return np.clip(risk, 0.0, 1.0)

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
