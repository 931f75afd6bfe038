"""A question is answered in time or given up, and what was given up goes away."""

from __future__ import annotations

import contextvars
import http.client
import io
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from model import deadline
from model.deadline import within
from tests.faults.servers import dripping

SHORT = 0.3

# Where lines are measured, Python 3.11 runs no further in any thread from when one is told to end
# until it hears it (each traced call asks again and again): all would wait for ever.
pytestmark = pytest.mark.skipif(sys.gettrace() is not None, reason="`make test` runs it")


def test_an_answer_in_time_is_given() -> None:
    assert within(30, lambda: 3) == 3


def test_an_error_in_time_is_raised_as_it_is() -> None:
    with pytest.raises(KeyError, match="lost"):
        within(30, lambda: {}["lost"])


def test_the_work_sees_the_context_of_whoever_asks() -> None:
    asked = contextvars.ContextVar("asked", default="nobody")
    asked.set("this one")
    assert within(30, asked.get) == "this one"


def test_what_takes_too_long_is_given_up() -> None:
    go = threading.Event()
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        within(SHORT, go.wait)
    assert time.monotonic() - begun < 30
    go.set()


def test_what_is_seen_meanwhile_ends_the_wait() -> None:
    go = threading.Event()

    def look() -> None:
        raise KeyError("locked")

    with pytest.raises(KeyError, match="locked"):
        within(30, go.wait, look)
    go.set()


def until(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_thread_that_reads_from_a_dripping_server_is_ended(part: str) -> None:
    with dripping(part) as address:

        def ask() -> bytes:
            host, _, port = address.removeprefix("http://").partition(":")
            with closing(http.client.HTTPConnection(host, int(port), timeout=30)) as connection:
                connection.request("GET", "/")
                with connection.getresponse() as response:
                    return response.read()

        with pytest.raises(TimeoutError):
            within(SHORT, ask)
        assert until(lambda: not any(t.name == "question" for t in threading.enumerate()))


def test_what_was_broken_off_leaves_no_connection_open() -> None:
    opened: list[socket.socket] = []
    answers: list[io.BufferedReader] = []  # a file of a socket holds it open when it is closed
    with dripping("body") as address:

        def ask() -> bytes:
            host, _, port = address.removeprefix("http://").partition(":")
            connection = socket.create_connection((host, int(port)), timeout=30)
            opened.append(connection)
            connection.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            answers.append(connection.makefile("rb"))
            return answers[0].read()

        with pytest.raises(TimeoutError):
            within(SHORT, ask)
        assert until(lambda: opened[0].fileno() == -1)


@pytest.mark.parametrize(("call", "is_ended"), [("readinto", True), ("close", False)])
def test_a_thread_is_ended_while_it_reads_and_not_while_it_closes(
    call: str, is_ended: bool
) -> None:
    of_the_network: dict[str, Any] = {}
    code = f"def {call}(done):\n    while not done:\n        pass\n"
    exec(compile(code, "/lib/socket.py", "exec"), of_the_network)
    done: list[str] = []
    to_the_end = threading.Event()

    def ask() -> None:
        of_the_network[call](done)
        to_the_end.set()

    with pytest.raises(TimeoutError):
        within(SHORT, ask)
    if is_ended:
        assert until(lambda: len(deadline._reaper) == 0)
    time.sleep(4 * deadline.LOOKS_EVERY_SECONDS)
    done.append("now")
    assert to_the_end.wait(SHORT if is_ended else 30) is not is_ended


def test_a_thread_that_is_ending_is_not_told_again() -> None:
    """It would hear it while it closes what it had opened."""
    of_the_network: dict[str, Any] = {}
    code = "def readinto(done):\n    while not done:\n        pass\n"
    exec(compile(code, "/lib/socket.py", "exec"), of_the_network)
    done: list[str] = []
    told: list[str] = []

    def ask() -> None:
        while not done:
            try:
                of_the_network["readinto"](done)
            except BaseException as error:
                told.append(type(error).__name__)

    with pytest.raises(TimeoutError):
        within(SHORT, ask)
    assert until(lambda: bool(told))
    time.sleep(4 * deadline.LOOKS_EVERY_SECONDS)
    done.append("now")
    assert until(lambda: len(deadline._reaper) == 0)
    assert told == ["_GivenUp"]


def test_a_thread_that_does_anything_else_is_left_alone() -> None:
    go, finished = threading.Event(), threading.Event()

    def change_a_database() -> None:
        go.wait()
        finished.set()

    with pytest.raises(TimeoutError):
        within(SHORT, change_a_database)
    time.sleep(4 * deadline.LOOKS_EVERY_SECONDS)
    go.set()
    assert finished.wait(30)


def test_where_too_many_hang_no_further_one_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "MOST_GIVEN_UP", 1)
    go = threading.Event()
    asked: list[int] = []
    with pytest.raises(TimeoutError):
        within(SHORT, go.wait)
    with pytest.raises(TimeoutError):
        within(30, lambda: asked.append(1))
    assert asked == []
    go.set()
    assert until(lambda: len(deadline._reaper) == 0)
    assert within(30, lambda: 3) == 3
