"""Odd addresses end in a sentence, and nobody is asked or looked up for them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from model.endpoints.endpoint import endpoints
from model.errors import TrackingError
from model.registry.registry import Registry

LONG = "a" * 300

TRACKING = (
    "", " ", "http://", "https://", "http:///x", "http:h", "http:/h", "http://[::1",
    "http://[::1]:notaport", "http://[zz]:1", "http://h:99999999", "http://h:-1", "http://h:0",
    "http://ho st/", "http://h\n.example", "http://h\t.example", "http://\x00", "http://..",
    "http://.", "http://-h.example", "http://h-.example", "http://h..example", "http://h#part",
    "http://nurse:s3cret@", "http://nurse:s3cret@ho℀st",
    f"http://{LONG}.example", "http://%00", "http://%zz", "http://h|pipe", "http://<b>",
    "ftp://10.0.0.1/", "ws://h", "htp://h", "gopher://h", "javascript:alert(1)",
    "data:text/plain,hi", "unix:///tmp/s", "s3://bucket/x", "file:///etc/passwd", "//h/path",
    "h:5000", "127.0.0.1:5000", "localhost", "sqlite://", "sqlite:///",
    "sqlite:////nowhere/there.db", "sqlite:////etc/passwd", "../..", "C:\\mlflow",
)  # fmt: skip
ENDPOINTS = (
    "ward", "ward=", "=http://127.0.0.1:1", "ward=127.0.0.1:1", "ward=file:///etc/passwd",
    "ward=ftp://h", "ward=http://", "ward=http:///invocations", "ward=javascript:alert(1)",
    "ward=http://[::1", "ward=http://nurse:s3cret@h", "ward=http://h/?token=s3cret",
    "ward=http://nurse:s3cret@ho℀st", "a=http://h:1,a=http://h:2",
)  # fmt: skip

asked: list[str] = []
watching: list[bool] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if watching and event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        asked.append(f"{event} {arguments}")


sys.addaudithook(_watch)  # Python has no way to take it away again


@contextmanager
def nobody_asked() -> Iterator[None]:
    """Python itself tells of every connection and every name that is looked up."""
    asked.clear()
    watching.append(True)
    try:
        yield
    finally:
        watching.clear()
    assert asked == []


def test_the_watch_sees_a_connection() -> None:
    with pytest.raises(AssertionError), nobody_asked():
        sys.audit("socket.connect", None, ("127.0.0.1", 1))


@pytest.mark.parametrize("address", TRACKING)
def test_an_odd_tracking_server_ends_in_a_sentence(address: str) -> None:
    with nobody_asked(), pytest.raises(TrackingError) as told:
        Registry(address).studies()
    message = str(told.value)
    assert message.endswith(".")
    assert message.isprintable()
    assert "MLFLOW_TRACKING_URI" in message
    assert "s3cret" not in message


@pytest.mark.parametrize("address", ENDPOINTS)
def test_an_odd_endpoint_ends_in_a_sentence(address: str) -> None:
    with nobody_asked(), pytest.raises(ValueError, match="BEDSIDE_ENDPOINTS") as told:
        endpoints(address)
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1/mlflow/"]
)
def test_an_address_that_is_one_is_asked(address: str) -> None:
    asks, refused = pytest.raises(AssertionError, match="socket"), pytest.raises(TrackingError)
    with asks, nobody_asked(), refused:
        Registry(address).studies()
