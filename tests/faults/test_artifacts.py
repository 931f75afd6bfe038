"""A server that lists its models well and hands out their files badly: one sentence for each fault,
in time, and the next version opens as soon as the files are right again.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

import pytest
import requests

from model.errors import BedsideError, BundleRefused, FilesGone, TrackingBusy, TrackingError
from model.registry.registry import Registry
from model.registry.versions import Version
from tests import servers
from tests.faults.conftest import BACK_WANTED_SECONDS, WANTED_SECONDS, Within
from tests.faults.servers import DRIP_SECONDS, serving
from tests.stores import STUDY, Store

pytestmark = [
    pytest.mark.server,
    # A question that was given up leaves its connection to Python, which closes it and warns.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SECONDS = 20.0  # the app gives up after three; a busy machine is later
BACK_SECONDS = 30.0
FILES, ESTIMATOR = "/mlflow-artifacts/artifacts/", "estimator.skops"


T = TypeVar("T")
Fault = Callable[["Between", bytes], None]
"""What is done with a file instead of handing it out."""


class Between(BaseHTTPRequestHandler):
    """Passes everything on to the server behind; a file goes through `fault` first.

    elsewhere : an address it says the files are to be had from, if any.
    """

    behind: str
    fault: Fault | None = None
    elsewhere: str = ""

    def do_GET(self) -> None:
        if self.elsewhere and self.path.endswith("/server-info"):
            self.reply(json.dumps({"multipart_downloads_enabled": True}).encode())
        elif self.elsewhere and "/mlflow-artifacts/presigned/" in self.path:
            offer = {"url": self.elsewhere, "headers": {}, "file_size": 10}
            self.reply(json.dumps(offer).encode())
        else:
            self.pass_on(requests.get(self.behind + self.path, timeout=SECONDS))

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        kind = {"Content-Type": self.headers["Content-Type"]}
        self.pass_on(
            requests.post(self.behind + self.path, data=asked, headers=kind, timeout=SECONDS)
        )

    def pass_on(self, answer: requests.Response) -> None:
        is_file = FILES in self.path and self.path.endswith(ESTIMATOR)
        if is_file and self.fault is not None:
            self.fault(answer.content)
        else:
            self.reply(answer.content, answer.status_code)

    def reply(self, body: bytes, status: int = 200, size: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if size is None else size))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


def a_byte_at_a_time(request: Between, body: bytes) -> None:
    request.reply(b"", size=len(body))
    for at in range(len(body)):
        if request.fault is None:  # it is over: nobody has to wait for the rest
            return
        request.wfile.write(body[at : at + 1])
        time.sleep(DRIP_SECONDS)


def silence(request: Between, _: bytes) -> None:
    request.rfile.read(1)  # until the other side is gone


def cut_short(request: Between, body: bytes) -> None:
    request.reply(body[: len(body) // 2], size=len(body))
    request.close_connection = True


def cut_short_in_silence(request: Between, body: bytes) -> None:
    request.reply(body[: len(body) // 2])


def a_bit_flipped(request: Between, body: bytes) -> None:
    request.reply(body[:-1] + bytes([body[-1] ^ 1]))


def endless(request: Between, _: bytes) -> None:
    request.send_response(200)
    request.end_headers()
    for _ in range(200):  # megabytes: enough, and no disk is filled where nobody minds
        request.wfile.write(bytes(1024 * 1024))


def gone(request: Between, _: bytes) -> None:
    request.reply(b'{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "patient 431.7"}', 404)


def error(request: Between, _: bytes) -> None:
    request.reply(b"patient 431.7", 500)


def no_login(request: Between, _: bytes) -> None:
    request.reply(b"who?", 403)


def a_login_page(request: Between, _: bytes) -> None:
    request.reply(b"<html>Log in</html>")


FAULTS: dict[Fault, tuple[type[BedsideError], str]] = {
    a_byte_at_a_time: (TrackingBusy, "does not answer in time"),
    silence: (TrackingBusy, "does not answer in time"),
    cut_short: (TrackingError, "broke off"),
    cut_short_in_silence: (BundleRefused, "is not the file that was logged"),
    a_bit_flipped: (BundleRefused, "is not the file that was logged"),
    endless: (BundleRefused, "larger than their server says"),
    gone: (FilesGone, "are gone"),
    error: (TrackingError, "error of its own (status 500)"),
    no_login: (TrackingError, "refused the login"),
    a_login_page: (BundleRefused, "is not the file that was logged"),
}


@pytest.fixture(scope="module")
def behind(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of MLflow's own that hands out its files itself."""
    folder = tmp_path_factory.mktemp("artifacts")
    copied = store.copy(folder / "store", artifacts="mlflow-artifacts:")
    with servers.tracking_server(copied.uri, copied.artifacts, folder / "log") as server:
        yield server.url


@pytest.fixture(scope="module")
def between(behind: str) -> Iterator[tuple[Registry, Version, type[Between]]]:
    """A registry, the champion on it, and the server between whose `fault` can be chosen.

    One for all: MLflow remembers for a whole process by which address it asks for a model's files.
    """
    handler = type("Chosen", (Between,), {"behind": behind})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # it was given up
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        registry = Registry(f"http://127.0.0.1:{server.server_port}")
        version = patiently(lambda: registry.resolve(f"models:/{STUDY}@champion"))
        try:
            yield registry, version, handler
        finally:
            server.shutdown()
            thread.join()


def patiently(ask: Callable[[], T]) -> T:
    """What a server answers once it is itself again, or the machine less busy."""
    end = time.monotonic() + BACK_SECONDS
    while True:
        try:
            return ask()
        except TrackingError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.__name__.replace("_", " "))
def test_files_handed_out_badly_end_in_a_sentence_in_time_and_are_read_when_right_again(
    between: tuple[Registry, Version, type[Between]], fault: Fault, within: Within
) -> None:
    registry, version, server = between
    kind, said = FAULTS[fault]
    server.fault = fault
    try:
        to_the_message = within(SECONDS, WANTED_SECONDS, "to the message")
        with to_the_message, pytest.raises(kind) as told:
            registry.load(version)
    finally:
        server.fault = None
    assert said in str(told.value)
    assert "431.7" not in str(told.value)
    assert str(told.value).endswith(".")
    assert patiently(lambda: registry.versions(STUDY))  # what is listed still is
    with within(BACK_SECONDS, BACK_WANTED_SECONDS, "until it is read again"):
        assert patiently(lambda: registry.load(version)).digest == version.digest


def test_nobody_goes_on_fetching_what_was_given_up(
    between: tuple[Registry, Version, type[Between]],
) -> None:
    registry, version, server = between
    server.fault = a_byte_at_a_time
    try:
        with pytest.raises(TrackingBusy):
            registry.load(version)
        end = time.monotonic() + BACK_SECONDS
        while time.monotonic() < end and _fetching():
            time.sleep(0.1)
        assert _fetching() == []
    finally:
        server.fault = None
    patiently(lambda: registry.load(version))


def _fetching() -> list[str]:
    """The threads in which a question is asked; MLflow's own for files would be among them."""
    named = [thread.name for thread in threading.enumerate()]
    return [name for name in named if name == "question" or "Artifact" in name]


def test_nobody_fetches_files_from_where_a_server_sends_them(
    between: tuple[Registry, Version, type[Between]],
) -> None:
    registry, version, server = between
    asked: list[int] = []

    def other(_: socket.socket) -> None:
        asked.append(1)

    with serving(other) as address:
        server.elsewhere = address
        try:
            assert patiently(lambda: registry.load(version)).digest == version.digest
        finally:
            server.elsewhere = ""
    assert asked == []
