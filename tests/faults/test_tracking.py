"""A tracking server or store that misbehaves: one sentence for each cause, in time, for everybody,
and the way back without a restart.
"""

from __future__ import annotations

import gc
import socket
import sqlite3
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from model.errors import TrackingBusy, TrackingUnavailable
from model.registry.connection import Gateway
from model.registry.registry import Registry
from tests.faults.conftest import BACK_WANTED_SECONDS, WANTED_SECONDS, Within
from tests.faults.servers import (
    Answer,
    drip_body,
    drip_continue,
    drip_head,
    hang,
    reply,
    serving,
)
from tests.servers import free_port

# A question that was given up leaves its connection to Python, which closes it and warns.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

# The app gives up after three; a busy machine is later. Sixteen visitors, one behind the other,
# would take 48.
SECONDS = 20.0
BACK_SECONDS = 30.0
EMPTY = reply("200 OK", b"{}", "Content-Type: application/json")
ANSWERS: dict[str, tuple[Answer, str]] = {
    "a header at a time": (drip_head, "does not answer in time"),
    "a byte at a time": (drip_body, "does not answer in time"),
    "“go on” again and again": (drip_continue, "does not answer in time"),
    "silence": (hang, "does not answer in time"),
    "429": (reply("429 Too Many Requests", b"", "Retry-After: 60"), "asked for too much"),
    "503, wait a minute": (
        reply("503 Service Unavailable", b"", "Retry-After: 60"),
        "error of its own (status 503)",
    ),
    "500": (reply("500 Internal Server Error", b"patient 431.7"), "error of its own (status 500)"),
    "401": (reply("401 Unauthorized", b"who?"), "refused the login"),
    "403": (reply("403 Forbidden", b"<html>"), "refused the login"),
    "a login page": (reply("200 OK", b"<html>Log in</html>"), "not as MLflow does"),
    "cut off JSON": (reply("200 OK", b'{"registered_models": [{"na'), "not as MLflow does"),
}


def told(registry: Registry) -> str:
    """What a question is answered with that cannot be answered."""
    with pytest.raises(TrackingUnavailable) as raised:
        registry.studies()
    return str(raised.value)


@pytest.fixture(scope="module", autouse=True)
def _imported() -> Iterator[None]:
    """MLflow takes seconds to import, which are not the server's. Afterwards nobody asks any more:
    a question still given up would warn in another test.
    """
    with serving(EMPTY) as address:
        assert Registry(address).studies() == ()
    yield
    end = time.monotonic() + BACK_SECONDS
    while time.monotonic() < end and _questions():
        time.sleep(0.1)
    gc.collect()


def _questions() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "question"]


@pytest.mark.parametrize("fault", ANSWERS)
def test_each_cause_has_its_sentence_in_time(fault: str, within: Within) -> None:
    answer, said = ANSWERS[fault]
    with serving(answer) as address, within(SECONDS, WANTED_SECONDS):
        message = told(Registry(address))
    assert said in message
    assert address in message
    for quoted in ("431.7", "Log in", "who?"):
        assert quoted not in message


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"])
def test_nobody_follows_where_a_server_sends_requests_on_to(status: str, within: Within) -> None:
    asked: list[int] = []

    def elsewhere(connection: socket.socket) -> None:
        asked.append(1)
        EMPTY(connection)

    with serving(elsewhere) as other:
        sends_on = serving(reply(status, b"", f"Location: {other}/"))
        with sends_on as address, within(SECONDS, WANTED_SECONDS):
            assert "sends requests on to another address" in told(Registry(address))
    assert asked == []


def test_a_name_that_leads_nowhere_is_told(within: Within) -> None:
    with within(SECONDS, WANTED_SECONDS):
        assert "has a name that leads nowhere" in told(Registry("http://nowhere.invalid:5000"))


def test_a_port_nobody_listens_on_is_told(within: Within) -> None:
    with within(SECONDS, WANTED_SECONDS):
        assert "does not answer. Start it" in told(Registry(f"http://127.0.0.1:{free_port()}"))


def test_a_certificate_nobody_signed_is_told(tmp_path: Path, within: Within) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path / "server.pem"))

    def shake_hands(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as shaken:
            EMPTY(shaken)

    with serving(shake_hands, greeted=False) as address, within(SECONDS, WANTED_SECONDS):
        assert "does not prove who it is" in told(Registry(address.replace("http:", "https:")))


def _self_signed(path: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    written = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(written + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("fault", [drip_head, hang])
def test_everybody_is_told_in_time_and_hears_when_it_is_back(fault: Answer, within: Within) -> None:
    is_back = threading.Event()

    def answer(connection: socket.socket) -> None:
        (EMPTY if is_back.is_set() else fault)(connection)

    with serving(answer) as address, ThreadPoolExecutor(8) as visitors:
        registry = Registry(address)  # one for the process, as in the app
        with within(SECONDS, WANTED_SECONDS, "until 16 visitors are told"):
            for message in visitors.map(lambda _: told(registry), range(16)):
                assert "does not answer in time" in message
        is_back.set()
        with within(BACK_SECONDS, BACK_WANTED_SECONDS, "until it is used again"):
            _wait_for(registry)
        with within(SECONDS, WANTED_SECONDS, "for a new visitor"):
            assert Registry(address).studies() == ()


def _wait_for(registry: Registry) -> None:
    end = time.monotonic() + BACK_SECONDS
    while time.monotonic() < end:
        try:
            assert registry.studies() == ()
            return
        except TrackingUnavailable:
            time.sleep(0.2)


def test_after_a_question_that_was_not_answered_the_next_one_is_told_at_once() -> None:
    """Streamlit lets one session ask at a time: those behind it must not wait one after another."""
    asked: list[int] = []

    def silent(connection: socket.socket) -> None:
        asked.append(1)
        hang(connection)

    with serving(silent) as address:
        registry = Registry(address)
        assert told(registry) == told(registry) == told(registry)
        assert len(asked) == 1


# SQLite -----------------------------------------------------------------------------------


@contextmanager
def locked(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def damaged(database: Path) -> Iterator[None]:
    whole = database.read_bytes()
    database.write_bytes(b"not a database at all" + whole[21:])
    yield
    database.write_bytes(whole)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.commit()
    return path


@pytest.mark.parametrize(
    ("fault", "said"), [(locked, "is locked by another program"), (damaged, "is damaged")]
)
def test_a_database_says_what_is_wrong_with_it(
    database: Path,
    fault: Callable[[Path], AbstractContextManager[None]],
    said: str,
    within: Within,
) -> None:
    with fault(database), within(SECONDS, WANTED_SECONDS):
        assert said in told(Registry(f"sqlite:///{database}"))


def test_a_database_that_is_locked_while_it_is_opened_is_told_to_everybody_and_comes_back(
    database: Path, within: Within
) -> None:
    """MLflow waits for such a one in a place of its own, and lets nobody else in meanwhile."""
    gateway = Gateway(f"sqlite:///{database}")
    is_locked, is_free = threading.Event(), threading.Event()

    def client() -> None:
        is_locked.set()
        is_free.wait()

    def visit(_: int) -> str:
        with pytest.raises(TrackingBusy) as raised, gateway.asking():
            gateway.opened(client)
        return str(raised.value)

    with ThreadPoolExecutor(4) as visitors:
        told_to = visitors.map(visit, range(4))
        is_locked.wait()
        with locked(database), within(SECONDS, WANTED_SECONDS, "until 4 visitors are told"):
            for message in told_to:
                assert "is locked by another program" in message
        is_free.set()
    back = within(BACK_SECONDS, BACK_WANTED_SECONDS, "until it is opened again")
    with back, gateway.asking():
        assert gateway.opened(lambda: "a client")


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(Gateway.prepared, id="at the first look"),
        pytest.param(Gateway.opened, id="while it is opened"),
    ],
)
def test_a_database_server_that_says_nothing_is_told_in_time(
    asked: Callable[[Gateway, Callable[[], bool]], bool], within: Within
) -> None:
    with serving(hang) as address:
        gateway = Gateway(address.replace("http:", "postgresql:") + "/mlflow")
        is_over = threading.Event()
        refused = pytest.raises(TrackingUnavailable, match="does not answer in time")
        with within(SECONDS, WANTED_SECONDS), refused, gateway.asking():
            asked(gateway, is_over.wait)
        is_over.set()
