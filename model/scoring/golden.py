"""Golden patients: made-up people whose answers are logged with a model.

They are scored again after every load, here and through an endpoint. A version that
does not give the same answers is not offered, so a change of code between versions can
never go unseen.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from model import limits
from model.errors import GoldenMismatch
from model.numerics.arrays import Floats
from model.schema import Feature, Schema
from model.scoring.assessment import SUBMODEL, Assessment
from model.scoring.engine import LOG_ODDS
from model.scoring.scorer import Scorer

COUNT = 32
TOLERANCE = 1e-9
"""In risk and in contributions: what arithmetic on another processor may change, and no more."""
SEED = 20240229


def patients(schema: Schema, count: int = COUNT, seed: int = SEED) -> pd.DataFrame:
    """(count, features) made-up patients, the same for the same seed: a complete one, one without
    any test, one without each test, then mixtures.
    """
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {feature.name: _draw(feature, count, rng) for feature in schema.features}, dtype=np.float64
    )
    optional = [name for name in schema.names if name not in schema.required]
    rows.loc[1, optional] = np.nan
    for at, name in enumerate(optional[: count - 2]):
        rows.loc[at + 2, name] = np.nan
    for at in range(len(optional) + 2, count) if optional else ():
        rows.loc[at, rng.permutation(optional)[: rng.integers(0, len(optional))]] = np.nan
    return rows


def _draw(feature: Feature, count: int, rng: np.random.Generator) -> Floats:
    if feature.is_coded:
        return rng.choice(feature.levels, count)
    span = feature.trained or feature.plausible
    assert span is not None  # a feature has codes or a plausible range
    return rng.uniform(span.low, span.high, count).round(feature.decimals)


@dataclass(frozen=True)
class Golden:
    """Patients with the risk and contributions they had when the model was logged."""

    rows: pd.DataFrame
    answers: Assessment

    @classmethod
    def of(cls, model: Scorer, schema: Schema, *, explain: bool = True) -> Self:
        """Patients made up for the schema, and what the model answers.

        explain : also keep contributions; of a model that is asked thousands of times for those of
        one patient they are not.
        """
        rows = patients(schema)
        return cls(rows, model.assess(rows, explain=explain))

    def replay(self, model: Scorer, where: str) -> None:
        """Score the patients again.

        Raises
        ------
        GoldenMismatch
            If any number is off by more than 1e-9, or another submodel answers.
        """
        again = model.assess(self.rows, explain=self.answers.explanation is not None).to_frame()
        logged = self.answers.to_frame()
        words = [name for name in (SUBMODEL,) if name in logged]
        same_words = again[words].equals(logged[words].astype(again[words].dtypes))
        numbers, expected = (frame.drop(columns=words).to_numpy() for frame in (again, logged))
        same = np.allclose(numbers, expected, rtol=0, atol=TOLERANCE, equal_nan=True)
        if not (same_words and same):
            raise GoldenMismatch(
                f"This version does not reproduce its own numbers {where}: what runs there is not "
                "what was logged. It is not offered. Restore it or train again."
            )

    def to_json(self) -> str:
        document = {
            "patients": [
                {name: None if np.isnan(value) else value for name, value in row.items()}
                for row in self.rows.to_dict(orient="records")
            ],
            "answers": [
                {name: None if value != value else value for name, value in row.items()}
                for row in self.answers.to_frame().to_dict(orient="records")
            ],
        }
        return json.dumps(document, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes, schema: Schema, scale: str = LOG_ODDS) -> Self:
        """Read golden patients; `scale` is the model's.

        Raises
        ------
        ValueError
            If there are fewer than 24 or more than 1,000, or an answer is not a finite number.
        """
        document = json.loads(text)
        limits.require_at_most(
            limits.GOLDEN_PATIENTS,
            len(document["patients"]),
            "golden patients in golden.json",
            "log the model again with fewer",
        )
        rows = pd.DataFrame(document["patients"], columns=list(schema.names), dtype=np.float64)
        if len(rows) < 24 or len(rows) != len(document["answers"]):
            raise ValueError("too few golden patients")
        # Only what an answer has: a table of all keys there are grows with their square.
        given = document["answers"][0]
        columns = [name for name in Assessment.columns(schema.names) if name in given]
        frame = pd.DataFrame(document["answers"], columns=columns)
        answers = Assessment.from_frame(frame, schema.names, scale)
        return cls(rows, answers)
