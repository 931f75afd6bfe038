"""Scores through an MLflow REST endpoint, and proves with every answer whose it is.

Two golden patients travel at the head of each request. An endpoint that does not give them
the chosen version's answers serves another model, and nothing of its answer is used: a
server may be restarted with another version between any two requests.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import requests

from dashboard.settings import Endpoint
from model.errors import EndpointMismatch, EndpointRefused, EndpointUnavailable
from model.schema import Schema
from model.scoring import Assessment, Explanation, Golden

TIMEOUT = (2.0, 10.0)
SENTINELS = 2
TOLERANCE = 1e-9
BYTES_OF_AN_ANSWER = 64 * 1024
BYTES_A_ROW = 4 * 1024


class RestScorer:
    """The version a `Golden` belongs to, asked for at an endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        schema: Schema,
        golden: Golden,
        session: requests.Session | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._schema = schema
        self._golden = golden
        self._session = session or requests.Session()

    @property
    def route(self) -> str:
        return f"endpoint {self._endpoint.name}"

    def verify(self) -> None:
        """Replay every golden patient at the endpoint.

        Raises
        ------
        EndpointUnavailable, EndpointRefused, EndpointMismatch
        """
        self.assess(self._golden.rows, explain=True)

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """Score checked patients.

        Raises
        ------
        EndpointUnavailable, EndpointRefused, EndpointMismatch
            Nothing is scored then, and the message holds no patient's value.
        """
        names = list(self._schema.names)
        asked = pd.concat([self._golden.rows.head(SENTINELS), rows.reindex(columns=names)])
        answer = self._read(self._post(asked, explain), len(asked), explain)
        self._prove(answer)
        return _without_first(answer, SENTINELS)

    def _prove(self, answer: Assessment) -> None:
        expected = self._golden.answers.risk[:SENTINELS]
        if not np.allclose(answer.risk[:SENTINELS], expected, rtol=0, atol=TOLERANCE):
            raise EndpointMismatch(
                f"The endpoint {self._endpoint.name} serves another model than the version chosen. "
                "Choose the version it serves, or restart it with this one."
            )

    def _post(self, rows: pd.DataFrame, explain: bool) -> bytes:
        data = [
            [None if math.isnan(value) else value for value in row]
            for row in rows.to_numpy(dtype=np.float64).tolist()
        ]
        body = {
            "dataframe_split": {"columns": list(rows.columns), "data": data},
            "params": {"explain": explain},
        }
        limit = BYTES_OF_AN_ANSWER + BYTES_A_ROW * len(rows)
        try:
            with self._session.post(
                f"{self._endpoint.url}/invocations",
                data=json.dumps(body, allow_nan=False),
                headers={"Content-Type": "application/json"},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != 200:
                    # The body is never read: it may repeat patients and server paths.
                    raise self._refused(f"answered with status {response.status_code}")
                return self._limited(response, limit)
        except requests.RequestException:
            raise EndpointUnavailable(
                f"The endpoint {self._endpoint.name} ({self._endpoint.url}) does not answer. Start "
                "it, or choose to score in this app."
            ) from None

    def _limited(self, response: requests.Response, limit: int) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(64 * 1024):
            body += chunk
            if len(body) > limit:
                raise self._refused("sent far more than an answer")
        return bytes(body)

    def _read(self, body: bytes, count: int, explain: bool) -> Assessment:
        try:
            document: Any = json.loads(body)
            frame = pd.DataFrame.from_records(document["predictions"])
            answer = Assessment.from_frame(frame, self._schema.names)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._refused("sent something that is not a risk for each patient") from None
        if len(answer.risk) != count:
            raise self._refused(f"sent {len(answer.risk)} answers for {count} patients")
        if explain and answer.explanation is None:
            raise self._refused("gave no reasons although it was asked for them")
        return answer

    def _refused(self, what: str) -> EndpointRefused:
        return EndpointRefused(
            f"The endpoint {self._endpoint.name} {what}. See its own log, or choose to score in "
            "this app."
        )


def _without_first(answer: Assessment, count: int) -> Assessment:
    why = answer.explanation
    if why is not None:
        shares = why.contributions.iloc[count:].reset_index(drop=True)
        why = Explanation(why.base[count:], shares)
    return Assessment(answer.risk[count:], why)
