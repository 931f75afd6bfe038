"""Scores through an MLflow REST endpoint, and proves with every answer whose it is.

Two golden patients travel with each request, others each time and among the patients at random
places, so that a server cannot tell them apart by where they stand. An endpoint that does not give
them the chosen version's answers, reasons included, serves another model, and nothing of its answer
is used: a server may be restarted with another version between any two requests.
"""

from __future__ import annotations

import io
import json
import math
import time
from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from model.endpoints.endpoint import Endpoint
from model.endpoints.invocations import ANSWER_SECONDS, JSON, PARQUET, Invocations
from model.errors import EndpointMismatch, EndpointUnavailable, GoldenMismatch
from model.schema import Schema
from model.scoring import Assessment, Golden
from model.scoring.engine import LOG_ODDS
from model.scoring.loaded_model import UNREADABLE

if TYPE_CHECKING:
    import requests

SENTINELS = 2
"""Golden patients among those of every request."""
TOLERANCE = 1e-9
"""In risk and in contributions, as of golden patients."""
ROWS_A_REQUEST = 10_000
PAUSE = 0.5  # seconds before an endpoint that is away is asked again


class RestScorer:
    """The version a `Golden` belongs to, asked for at an endpoint.

    `seconds` is how long the endpoint may take for an answer, beside what each row takes;
    `patience` is how long it may be away, between two requests of a batch, before that is told.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        schema: Schema,
        golden: Golden,
        session: requests.Session | None = None,
        seconds: float = ANSWER_SECONDS,
        patience: float = 0.0,
        rows_a_request: int = ROWS_A_REQUEST,
    ) -> None:
        self._there = Invocations(endpoint, session, seconds)
        self._schema = schema
        self._golden = golden
        self._patience = patience
        self._rows_a_request = rows_a_request
        self._random = np.random.default_rng()  # of its own: nobody can know what comes next

    @property
    def route(self) -> str:
        return f"endpoint {self._there.endpoint.name}"

    @property
    def _scale(self) -> str:
        """On what the version's contributions add up, as its golden patients were logged."""
        why = self._golden.answers.explanation
        return why.scale if why is not None else LOG_ODDS

    def waiting(self, patience: float) -> RestScorer:
        """The same endpoint, which may be away for so many seconds; see the class."""
        same = copy(self)
        same._patience = patience
        return same

    def verify(self) -> None:
        """Replay every golden patient at the endpoint.

        Raises
        ------
        EndpointUnavailable, EndpointRefused, EndpointMismatch
        """
        try:
            self._golden.replay(self, "there")
        except GoldenMismatch:
            raise self._another_model() from None

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """Score checked patients.

        Raises
        ------
        EndpointUnavailable, EndpointRefused, EndpointMismatch
            Nothing is scored then, and the message holds no patient's value.
        """
        parts = [
            self._assess(rows.iloc[start : start + self._rows_a_request], explain)
            for start in range(0, max(1, len(rows)), self._rows_a_request)
        ]
        return parts[0] if len(parts) == 1 else Assessment.joined(parts)

    def _assess(self, rows: pd.DataFrame, explain: bool) -> Assessment:
        """One request. A server that is away for a moment is asked again: it keeps nothing."""
        names = list(self._schema.names)
        chosen = self._random.choice(len(self._golden.rows), SENTINELS, replace=False)
        known = self._golden.rows.iloc[chosen]
        asked = pd.concat([known, rows.reindex(columns=names)], ignore_index=True)
        # Where each row stands in the request: first the golden ones, then the patients in order.
        golden = self._random.choice(len(asked), SENTINELS, replace=False)
        places = np.concatenate([golden, np.delete(np.arange(len(asked)), golden)])
        asked = asked.iloc[np.argsort(places)]
        body, kind = _json(asked) if explain else _parquet(asked)
        end = time.monotonic() + self._patience
        while True:
            try:
                answer = self._read(self._there.ask(body, kind, len(asked)), len(asked), explain)
                break
            except EndpointUnavailable:
                if time.monotonic() >= end:
                    raise
                time.sleep(min(PAUSE, self._patience / 20))
        self._prove(answer.part(places[:SENTINELS]), self._golden.answers.part(chosen))
        return answer.part(places[SENTINELS:])

    def _prove(self, answer: Assessment, logged: Assessment) -> None:
        given, golden = answer.to_frame(), logged.to_frame()
        for name in given.columns:
            if pd.api.types.is_numeric_dtype(given[name]):
                same = np.allclose(given[name], golden[name], rtol=0, atol=TOLERANCE)
            else:
                same = given[name].tolist() == golden[name].tolist()
            if not same:
                raise self._another_model()

    def _read(self, body: bytes, count: int, explain: bool) -> Assessment:
        try:
            document: Any = json.loads(body)
            frame = pd.DataFrame.from_records(document["predictions"])
            answer = Assessment.from_frame(frame, self._schema.names, self._scale)
        except UNREADABLE:
            raise self._there.refused(
                "sent something that is not a risk for each patient"
            ) from None
        if len(answer.risk) != count:
            raise self._there.refused(f"sent {len(answer.risk)} answers for {count} patients")
        if explain and answer.explanation is None:
            raise self._there.refused("gave no reasons although it was asked for them")
        return answer if explain else Assessment(answer.risk)

    def _another_model(self) -> EndpointMismatch:
        return EndpointMismatch(
            f"The endpoint {self._there.endpoint.name} serves another model than the version "
            "chosen. Choose the version it serves, or restart it with this one."
        )


def _json(rows: pd.DataFrame) -> tuple[bytes, str]:
    """A request for risks and reasons: MLflow takes parameters in JSON only."""
    data = [
        [None if math.isnan(value) else value for value in row]
        for row in rows.to_numpy(dtype=np.float64).tolist()
    ]
    body = {
        "dataframe_split": {"columns": list(rows.columns), "data": data},
        "params": {"explain": True},
    }
    return json.dumps(body, allow_nan=False).encode(), JSON


def _parquet(rows: pd.DataFrame) -> tuple[bytes, str]:
    """A request for risks alone, three times faster than JSON."""
    body = io.BytesIO()
    rows.astype(np.float64).to_parquet(body, index=False)
    return body.getvalue(), PARQUET
