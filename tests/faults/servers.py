"""Servers that do what no server should, on loopback; each ends with its `with` block."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

Answer = Callable[[socket.socket], None]
"""What is done with a connection, after its request was read as far as it came at once."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
DRIP_SECONDS = 0.2


@contextmanager
def serving(answer: Answer, *, greeted: bool = True) -> Iterator[str]:
    """A server that gives every connection to `answer`; its address.

    greeted : read the request first.
    """
    ended = threading.Event()
    open_ones: list[socket.socket] = []

    def each(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            if greeted:
                connection.recv(64 * 1024)
            answer(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)

        def accept() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    connection, _ = listening.accept()
                    connection.settimeout(None)
                    open_ones.append(connection)
                    threading.Thread(target=each, args=(connection,), daemon=True).start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            ended.set()
            accepting.join()
            for connection in open_ones:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


def reply(status: str, body: bytes = b"", *headers: str) -> Answer:
    """One whole answer."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]

    def answer(connection: socket.socket) -> None:
        connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    return answer


def hang(connection: socket.socket) -> None:
    """Accept, and say nothing until the other side is gone."""
    while connection.recv(64 * 1024):
        pass


def drip_head(connection: socket.socket) -> None:
    """A header after another, for ever."""
    connection.sendall(HEAD)
    _for_ever(connection, b"X-More: 1\r\n")


def drip_body(connection: socket.socket) -> None:
    """A long answer, a byte at a time."""
    connection.sendall(HEAD + b"Content-Length: 1000000\r\n\r\n")
    _for_ever(connection, b" ")


def drip_continue(connection: socket.socket) -> None:
    """“Go on sending” again and again."""
    _for_ever(connection, b"HTTP/1.1 100 Continue\r\n\r\n")


def _for_ever(connection: socket.socket, what: bytes) -> None:
    pause = threading.Event()
    while True:
        connection.sendall(what)
        pause.wait(DRIP_SECONDS)


DRIPPING: dict[str, Answer] = {"head": drip_head, "body": drip_body, "continue": drip_continue}


def dripping(part: str) -> AbstractContextManager[str]:
    """A server that never comes to the end of one part of its answer."""
    return serving(DRIPPING[part])
