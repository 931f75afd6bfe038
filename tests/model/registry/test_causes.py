"""One sentence for each cause, also where MLflow hides it behind an exception of its own."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import requests
from mlflow.exceptions import MlflowException

from model.errors import TrackingBusy
from model.registry.causes import (
    BROKEN_OFF,
    FULL,
    LOGIN,
    NOT_ALLOWED,
    READ_ONLY,
    database,
    translated,
)

ADDRESS = "sqlite:////srv/mlflow.db"


def hidden(cause: Exception) -> Exception:
    """As MLflow passes it on."""
    outer = MlflowException(f"something went wrong: {cause}")
    outer.__cause__ = cause
    return outer


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, FULL),
        (errno.EDQUOT, FULL),
        (errno.EROFS, READ_ONLY),
        (errno.EACCES, NOT_ALLOWED),
        (errno.EPERM, NOT_ALLOWED),
    ],
)
@pytest.mark.parametrize("address", [ADDRESS, "http://127.0.0.1:5000"])
def test_what_a_disk_refuses_is_told_as_that(number: int, said: str, address: str) -> None:
    error = hidden(OSError(number, os.strerror(number), "/srv/artifacts/secret"))
    told = str(translated(error, address, address))
    assert told.endswith(said)
    assert "secret" not in told


def test_a_full_disk_may_pass_and_is_waited_for() -> None:
    assert isinstance(translated(OSError(errno.ENOSPC, ""), ADDRESS, ADDRESS), TrackingBusy)


def test_a_database_that_can_grow_no_more_says_that_its_disk_is_full(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "small.db")) as database:
        database.execute("PRAGMA max_page_count = 2")
        database.execute("CREATE TABLE runs (name TEXT)")
        with pytest.raises(sqlite3.OperationalError) as refused:
            database.execute("INSERT INTO runs VALUES (?)", ("x" * 100_000,))
    assert str(translated(hidden(refused.value), ADDRESS, ADDRESS)).endswith(FULL)


def test_a_file_refused_or_cut_short_is_told_by_its_cause_and_never_quoted() -> None:
    address, response = "http://127.0.0.1:5000", requests.Response()
    response.status_code = 403
    refused = requests.HTTPError("403. Response text: chol 431.7", response=response)
    cut = requests.exceptions.ChunkedEncodingError("431 bytes read, 7 more expected")
    for error, said in ((refused, LOGIN), (cut, BROKEN_OFF)):
        told = str(translated(hidden(error), address, address))
        assert told.endswith(said)
        assert "431" not in told


def test_a_database_with_options_is_a_file_as_well(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").touch()
    assert database(f"sqlite:///{tmp_path}/mlflow.db?timeout=5") == tmp_path / "mlflow.db"
    assert database("sqlite:///file:runs?mode=memory&uri=true") is None
