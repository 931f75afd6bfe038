"""Asking a model server, within limits of time and size, and saying what went wrong without
repeating a word of its answer: MLflow's may hold patients and server paths.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from model.endpoints.endpoint import Endpoint
from model.errors import EndpointRefused, EndpointUnavailable

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 10.0
BYTES_OF_AN_ANSWER = 64 * 1024
BYTES_A_ROW = 4 * 1024
JSON, PARQUET = "application/json", "application/vnd.apache.parquet"


class Invocations:
    """The ``/invocations`` of one endpoint.

    `seconds` is how long it may take to begin its answer, and again to finish it.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        session: requests.Session | None = None,
        seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.endpoint = endpoint
        import requests  # a quarter of a second that most visits do without

        self._session = session or requests.Session()
        self._seconds = seconds

    def ask(self, body: bytes, kind: str, count: int) -> bytes:
        """The answer to a request about `count` patients.

        Raises
        ------
        EndpointUnavailable
            If it does not answer in time.
        EndpointRefused
            If it answers with an error, or with far more than an answer.
        """
        import requests
        from urllib3.exceptions import HTTPError

        limit = BYTES_OF_AN_ANSWER + BYTES_A_ROW * count
        try:
            with self._session.post(
                f"{self.endpoint.url}/invocations",
                data=body,
                headers={"Content-Type": kind},
                timeout=(CONNECT_SECONDS, self._seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != 200:
                    raise self.refused(f"answered with status {response.status_code}")
                return self._limited(response, limit)
        except (requests.RequestException, HTTPError, TimeoutError):
            raise EndpointUnavailable(
                f"The endpoint {self.endpoint.name} ({self.endpoint.url}) does not answer. Start "
                "it, or choose to score in this app."
            ) from None

    def refused(self, what: str) -> EndpointRefused:
        """An answer that cannot be used."""
        return EndpointRefused(
            f"The endpoint {self.endpoint.name} {what}. See its own log, or choose to score in "
            "this app."
        )

    def _limited(self, response: requests.Response, limit: int) -> bytes:
        # Read as it arrives: a server that drips would never run into the socket's own timeout.
        body, end = bytearray(), time.monotonic() + self._seconds
        while chunk := response.raw.read1(64 * 1024, decode_content=True):
            body += chunk
            if len(body) > limit:
                raise self.refused("sent far more than an answer")
            if time.monotonic() > end:
                raise TimeoutError
        return bytes(body)
