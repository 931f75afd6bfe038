"""What can go wrong at a tracking server, told apart: one sentence for each cause.

MLflow hides most causes in the text of its own exception, so the exceptions it caught are looked
at as well. None of their texts is repeated: they may hold credentials or a server's whole answer.
"""

from __future__ import annotations

import errno
import json
import re
import socket
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from model.errors import (
    FileStoreRetired,
    TrackingBusy,
    TrackingError,
    TrackingUnavailable,
    VersionNotFound,
)
from model.registry import conventions, store_state

CONNECT_SECONDS = 2.0
STATUS = re.compile(r"(?:error code|too many) (\d{3})\b")
CHECK = "Start it or check MLFLOW_TRACKING_URI."

REDIRECTS = (
    "sends requests on to another address, which is not followed. Set MLFLOW_TRACKING_URI to the "
    "address it is really at; it may also be the login page of a proxy."
)
LOGIN = (
    "refused the login. Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or "
    "MLFLOW_TRACKING_TOKEN, which may have expired."
)
BUSY = "is asked for too much at the moment (status 429). Wait a minute and try again."
CERTIFICATE = (
    "does not prove who it is: its certificate is not accepted. Check the address, or name the "
    "certificate it is signed with in MLFLOW_TRACKING_SERVER_CERT_PATH."
)
NO_SUCH_NAME = (
    "has a name that leads nowhere. Check MLFLOW_TRACKING_URI and this machine's network."
)
TOO_SLOW = (
    "does not answer in time. It may be overloaded, or something between here and there holds the "
    "answer up: try again, or check MLFLOW_TRACKING_URI."
)
BROKEN_OFF = (
    "broke off in the middle of an answer. It may have been restarted, or something between here "
    "and there ended it: try again, or see its log."
)
NOT_MLFLOW = f"answers, but not as MLflow does. {CHECK}"
LOCKED = (
    "is locked by another program that writes to it. Wait for that to end; if nothing writes, end "
    "the program that holds it open."
)
SLOW_DATABASE = (
    "does not answer in time. Another program may be writing to it, or this machine is overloaded: "
    "try again."
)
DAMAGED = "is damaged, or no database. Restore it from a backup, or check MLFLOW_TRACKING_URI."
FULL = (
    "cannot be written to: its disk is full, or the one for this machine's temporary files. Make "
    "room and try again."
)
NOT_ALLOWED = "has files this user may not read or write. Give this user the right to."
READ_ONLY = "cannot be written to. Give this user the right to, or choose another store."

PASSING = (BUSY, TOO_SLOW, LOCKED, SLOW_DATABASE, FULL)


def is_new(address: str) -> bool:
    """Whether this is an SQLite database without tables: MLflow would make them first."""
    path = database(address)
    return path is not None and not (path.is_file() and path.stat().st_size)


def require_usable(address: str) -> None:
    """Look whether an SQLite database can be read, or anything listens where another should be:
    MLflow takes many seconds for either.

    Raises
    ------
    sqlite3.Error, OSError
    """
    path = database(address)
    if path is None and not address.startswith(("http://", "https://")):
        parts = urlsplit(address)
        if parts.hostname and parts.port:
            socket.create_connection((parts.hostname, parts.port), CONNECT_SECONDS).close()
    if path is None or is_new(address):
        return
    with closing(store_state.opened(path)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def translated(error: Exception, address: str, shown: str) -> TrackingError:
    """One of our errors for one of a client's.

    shown : the address without credentials.
    """
    code, text = getattr(error, "error_code", ""), str(error)
    if "filesystem tracking backend" in text:
        return FileStoreRetired(
            f"{shown} is a folder, and MLflow no longer keeps runs in folders. "
            f"Run `mlflow migrate-filestore --source {shown} --target "
            f"{conventions.EMBEDDED_STORE}` and set "
            f"MLFLOW_TRACKING_URI={conventions.EMBEDDED_STORE}."
        )
    if code in ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"):
        return VersionNotFound(
            f"The tracking server at {shown} no longer has what was asked for. Choose another "
            "version."
        )
    what = _of_a_database(error) if database(address) is not None else None
    what = _of_a_disk(error) or what or _of_an_exchange(error, code, text)
    kind = TrackingBusy if what in PASSING else TrackingUnavailable
    return kind(f"The tracking server at {shown} {what}")


def _of_a_disk(error: Exception) -> str | None:
    for cause in _causes(error):
        # Those of TLS and of names have numbers of another kind.
        if not isinstance(cause, OSError) or isinstance(cause, ssl.SSLError | socket.gaierror):
            continue
        if cause.errno in (errno.ENOSPC, errno.EDQUOT):
            return FULL
        if cause.errno == errno.EROFS:
            return READ_ONLY
        if cause.errno in (errno.EACCES, errno.EPERM) and cause.filename:  # else of a connection
            return NOT_ALLOWED
    return None


def _of_a_database(error: Exception) -> str | None:
    for cause in _causes(error):
        said = str(cause).lower()
        if isinstance(cause, sqlite3.Error) or type(cause).__name__.endswith("OperationalError"):
            if "locked" in said:
                return LOCKED
            if "disk is full" in said:
                return FULL
            if "readonly" in said or "read-only" in said:
                return READ_ONLY
        if isinstance(cause, sqlite3.DatabaseError) and not isinstance(
            cause, sqlite3.OperationalError
        ):
            return DAMAGED
        if "database is locked" in said:
            return LOCKED
        if "malformed" in said or "not a database" in said:
            return DAMAGED
        if isinstance(cause, TimeoutError):
            return SLOW_DATABASE
    return None


def _of_an_exchange(error: Exception, code: str, text: str) -> str:
    if status := STATUS.search(text):
        return _of_a_status(int(status[1]))
    if code in ("UNAUTHENTICATED", "PERMISSION_DENIED"):
        return LOGIN
    if code in ("REQUEST_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"):
        return BUSY
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return CERTIFICATE
        if isinstance(cause, socket.gaierror):
            return NO_SUCH_NAME
        if isinstance(cause, ConnectionRefusedError):
            return f"does not answer. {CHECK}"
        if isinstance(cause, TimeoutError) or "Timeout" in type(cause).__name__:
            return TOO_SLOW
        if isinstance(cause, json.JSONDecodeError):
            return NOT_MLFLOW
        if (answered := status_of(cause)) is not None:
            return _of_a_status(answered)
        if type(cause).__name__ == "ChunkedEncodingError":
            return BROKEN_OFF
    if "valid JSON" in text:
        return NOT_MLFLOW
    if isinstance(error, ImportError):
        return f"needs a database driver that is not installed here. {CHECK}"
    if "unsupported URI" in text:
        return f"has an address MLflow does not understand. {CHECK}"
    return f"does not answer as it should ({code or type(error).__name__}). {CHECK}"


def status_of(error: BaseException) -> int | None:
    """Which status a server answered with, of an error about an answer."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _of_a_status(status: int) -> str:
    if 300 <= status < 400:
        return REDIRECTS
    if status in (401, 403):
        return LOGIN
    if status == 429:
        return BUSY
    return (
        f"answers with an error of its own (status {status}). See its log, or check "
        "MLFLOW_TRACKING_URI."
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception, and those it was raised for."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and cause not in seen:
            seen.append(cause)
            yield cause
            # urllib3 keeps what it gave up for in an attribute, requests in its arguments.
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
            waiting += [getattr(cause, "orig", None), *cause.args]


def database(address: str) -> Path | None:
    """The file of an SQLite store; None for every other."""
    path = store_state.database_of(address)
    # What follows a question mark may be options, or belong to a name that is no file's.
    return path if path is None or "?" not in address or path.is_file() else None
