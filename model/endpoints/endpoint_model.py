"""A model that nobody adopted, asked through an endpoint that the operator named for it.

Its signature and its answers are all that is known. So it has no interval, no evaluation and no
card; that the endpoint serves it is the operator's word, and so is that its answer is a risk.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.endpoints.invocations import JSON, Invocations
from model.endpoints.sampled_shapley import shares
from model.endpoints.signature_schema import SignatureSchema
from model.numerics.arrays import Floats
from model.registry.signature import Row
from model.scoring.assessment import Assessment, Certainty, Explanation
from model.scoring.certificate import Certificate
from model.scoring.documents import Card, Evaluation
from model.scoring.origin import Origin

SECONDS_A_ROW = 0.01  # to give it: somebody else's model may be slow, and is asked about thousands
ROWS_A_REQUEST = 10_000
ROWS_TO_EXPLAIN = 4_000  # about one patient
NEAREST = 1e-9  # to 0 or 1: log-odds of a certain answer would be infinite
NOT_PROBABILITIES = (
    "gives classes, not probabilities. Log it again so that it predicts probabilities"
)


class EndpointModel:
    """One version behind one endpoint: a `model.scoring.scorer.Model`, and its own scorer."""

    has_interval = has_submodels = knows_patients = False
    evaluation: Evaluation | None = None
    card: Card | None = None
    origin: Origin | None = None
    certificate: Certificate | None = None
    training_prevalence: float | None = None
    average: float | None = None

    def __init__(self, there: Invocations, signature: SignatureSchema) -> None:
        self.schema = signature.schema
        self.route = f"endpoint {there.endpoint.name}"
        self._signature = signature
        self._there = there

    @property
    def digest(self) -> str:
        """Of what is known of it: the endpoint, and what it takes."""
        known = f"{self._there.endpoint.url} {self.schema.to_json()}"
        return hashlib.sha256(known.encode()).hexdigest()

    @property
    def explains(self) -> bool:
        """Whether it was logged with an example, which contributions are held against."""
        return bool(self._signature.background)

    def unusual(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        return np.zeros(len(rows), dtype=bool)

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """Score checked patients; the codes of a text become its words again.

        Raises
        ------
        EndpointUnavailable, EndpointRefused
            The message holds no patient's value.
        """
        patients = self._signature.rows(rows)
        starts = range(0, max(len(patients), 1), ROWS_A_REQUEST)
        answers = [self._ask(patients[start : start + ROWS_A_REQUEST]) for start in starts]
        risk = np.concatenate(answers)
        if not (explain and self.explains):
            return Assessment(risk)
        return Assessment(risk, self._explained(patients))

    def appraise(self, rows: pd.DataFrame) -> tuple[Assessment, Certainty]:
        """The risks; how sure they are nobody knows."""
        answer = self.assess(rows)
        unknown = np.full(len(answer.risk), np.nan)
        return answer, Certainty(unknown, unknown, pd.Categorical([""] * len(answer.risk)))

    def recognised(self, rows: pd.DataFrame) -> None:
        """Whom it learned from nobody knows."""

    def contribution_bounds(self, rows: pd.DataFrame) -> None:
        """How sure its contributions are nobody knows either."""

    def _explained(self, patients: list[Row]) -> Explanation:
        """Shapley values of the log-odds, against the example: approximate, and said to be so."""
        found = [
            shares(self._log_odds, patient, self._signature.background, most_rows=ROWS_TO_EXPLAIN)
            for patient in patients
        ]
        unknown = np.full(len(patients), np.nan)
        parts = np.array([shares.contributions for shares in found]).reshape(len(patients), -1)
        return Explanation(
            low=unknown,
            high=unknown,
            submodel=pd.Categorical([""] * len(patients)),
            base=np.array([shares.base for shares in found]),
            contributions=pd.DataFrame(parts, columns=list(self.schema.names)),
        )

    def _log_odds(self, patients: Sequence[Row]) -> Floats:
        risk = np.clip(self._ask(patients), NEAREST, 1 - NEAREST)
        log_odds: Floats = np.log(risk / (1 - risk))
        return log_odds

    def _ask(self, patients: Sequence[Row]) -> Floats:
        """(n,) answers, each finite and in [0, 1]."""
        if not patients:
            return np.empty(0)
        columns = list(self.schema.names)
        body = json.dumps(
            {"dataframe_split": {"columns": columns, "data": patients}}, allow_nan=False
        )
        answer = self._there.ask(body.encode(), JSON, len(patients))
        try:
            found = [_number(prediction) for prediction in json.loads(answer)["predictions"]]
        except (ValueError, LookupError, TypeError, RecursionError):
            raise self._there.refused(
                "sent something that is not one probability for each patient"
            ) from None
        if len(found) != len(patients):
            raise self._there.refused(f"sent {len(found)} answers for {len(patients)} patients")
        if all(isinstance(number, int) for number in found):
            raise self._there.refused(NOT_PROBABILITIES)
        risks = np.array(found, dtype=np.float64)
        if not (np.isfinite(risks).all() and (risks >= 0).all() and (risks <= 1).all()):
            raise self._there.refused("sent something that is not a probability")
        return risks


def _number(answer: Any) -> int | float:
    """One answer: a number; the only one of a record; the second of the probabilities of two
    classes.
    """
    if isinstance(answer, dict) and len(answer) == 1:
        (answer,) = answer.values()
    if isinstance(answer, list) and len(answer) == 2:
        return float(_number(answer[1]))
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        raise TypeError
    return answer
