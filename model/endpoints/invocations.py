"""Asking a model server, within limits of time and size, and saying what went wrong without
repeating a word of its answer: MLflow's may hold patients and server paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.deadline import within
from model.endpoints.endpoint import Endpoint
from model.errors import EndpointRefused, EndpointUnavailable

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 2.5  # so that the page says within 3 s that nothing came
ANSWER_SECONDS_A_ROW = 0.003  # a forest's reasons take a millisecond, and servers are slower
BYTES_OF_AN_ANSWER = 64 * 1024
BYTES_A_ROW = 4 * 1024
# What the environment names as a proxy, for whatever purpose, is not to see patients.
NO_PROXY = dict.fromkeys(("http", "https", "all"), "")
JSON, PARQUET = "application/json", "application/vnd.apache.parquet"


class Invocations:
    """The ``/invocations`` of one endpoint.

    `seconds` is how long it may take for its whole answer, beside `seconds_a_row`.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        session: requests.Session | None = None,
        seconds: float = ANSWER_SECONDS,
        seconds_a_row: float = ANSWER_SECONDS_A_ROW,
    ) -> None:
        self.endpoint = endpoint
        import requests  # a quarter of a second that most visits do without

        self._session = session or requests.Session()
        self._seconds = seconds
        self._seconds_a_row = seconds_a_row

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

        seconds = self._seconds + count * self._seconds_a_row
        limit = BYTES_OF_AN_ANSWER + BYTES_A_ROW * count
        try:
            return within(seconds, lambda: self._asked(body, kind, seconds, limit))
        except requests.exceptions.SSLError:
            raise self._unavailable(
                "does not prove who it is: its certificate is not accepted"
            ) from None
        except (requests.Timeout, TimeoutError):
            raise self._unavailable("does not answer in time") from None
        except (requests.RequestException, HTTPError):
            raise self._unavailable("does not answer") from None

    def _asked(self, body: bytes, kind: str, seconds: float, limit: int) -> bytes:
        with self._session.post(
            f"{self.endpoint.url}/invocations",
            data=body,
            headers={"Content-Type": kind},
            timeout=(CONNECT_SECONDS, seconds),
            allow_redirects=False,
            proxies=NO_PROXY,
            stream=True,
        ) as response:
            if response.status_code != 200:
                raise self.refused(f"answered with status {response.status_code}")
            return self._limited(response, limit)

    def _unavailable(self, what: str) -> EndpointUnavailable:
        return EndpointUnavailable(
            f"The endpoint {self.endpoint.name} ({self.endpoint.url}) {what}. Start it, or choose "
            "to score in this app."
        )

    def refused(self, what: str) -> EndpointRefused:
        """An answer that cannot be used."""
        return EndpointRefused(
            f"The endpoint {self.endpoint.name} {what}. See its own log, or choose to score in "
            "this app."
        )

    def _limited(self, response: requests.Response, limit: int) -> bytes:
        body = bytearray()
        while chunk := response.raw.read1(64 * 1024, decode_content=True):
            body += chunk
            if len(body) > limit:
                raise self.refused("sent far more than an answer")
        return bytes(body)
