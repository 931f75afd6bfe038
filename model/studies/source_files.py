"""A study's own table against the files its publisher offers: comparing and downloading.

Messages name file, row and column, never a value: another study's rows may be private.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, build_opener

from model.errors import DataMismatch, DownloadFailed
from model.studies.source import DataSource, Original

SIZE_LIMIT = 1_000_000  # bytes
TIMEOUT_S = 10.0  # to connect, and between two arrivals
DEADLINE_S = 60.0  # for one file: a server that drips never times out
FAULTS_SHOWN = 20

Rows = list[list[str]]


def verify(source: DataSource, folder: Path) -> str:
    """Compare the study's table with the original files in `folder`, value by value.

    Returns one sentence saying what was found equal. A table that was made from no other files
    is compared with its pinned hash alone.

    Raises
    ------
    DataMismatch
        If anything differs: the first faults, one a line, and how many more there are.
    """
    try:
        content = source.table.read_bytes()
    except OSError as error:
        raise DataMismatch(f"{source.table.name} cannot be read: {_reason(error)}.") from error
    faults = []
    if _sha256(content) != source.sha256:
        faults.append(f"{source.table.name}: its sha256 is not the pinned {source.sha256}.")
    if not source.originals:
        if faults:
            raise DataMismatch(faults[0])
        return (
            f"{source.table.name} is the pinned table; the study declares no original files to "
            "download or to compare it with."
        )
    columns, sites = _by_site(source, _rows(content))
    for original in source.originals:
        faults += _faults(folder / original.filename, original, columns, sites[original.site])
    if faults:
        hidden = len(faults) - FAULTS_SHOWN
        title = f"{source.table.name} and the original files in {folder} do not agree:"
        tail = [f"... and {hidden:,} more."] if hidden > 0 else []
        raise DataMismatch("\n  ".join([title, *faults[:FAULTS_SHOWN], *tail]))
    count = sum(map(len, sites.values()))
    return (
        f"{source.table.name} equals the {len(source.originals)} original files in {folder}: "
        f"{count:,} rows, {count * len(columns):,} values."
    )


def fetch(
    source: DataSource,
    folder: Path,
    open_url: Callable[..., Any] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> str:
    """Download the original files into `folder`, then `verify` them; returns its sentence.

    Nothing is written until every file has arrived with the sha256 its source declares.
    `open_url` is called like `urllib.request.urlopen`; by default it follows no redirect.

    Raises
    ------
    DownloadFailed
        If a file cannot be had, is not the declared one, or cannot be written.
    DataMismatch
        As `verify`.
    """
    opened = open_url or build_opener(_NoRedirects).open
    contents = [_download(original, opened, clock) for original in source.originals]
    for original, content in zip(source.originals, contents, strict=True):
        _write_whole(folder / original.filename, content)
    return verify(source, folder)


def _by_site(source: DataSource, rows: Rows) -> tuple[list[str], dict[str, Rows]]:
    header, *body = rows or [[]]
    if source.site_column not in header:
        raise DataMismatch(f"{source.table.name} has no column {source.site_column!r}.")
    at = header.index(source.site_column)
    sites: dict[str, Rows] = {original.site: [] for original in source.originals}
    for number, row in enumerate(body, start=1):
        site = row[at] if at < len(row) else ""
        if site not in sites:
            raise DataMismatch(f"{source.table.name}, row {number}: no original has its site.")
        sites[site].append(row[:at] + row[at + 1 :])
    return header[:at] + header[at + 1 :], sites


def _faults(path: Path, original: Original, columns: list[str], ours: Rows) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        yield f"{path.name}: cannot be read: {_reason(error)}."
        return
    if _sha256(content) != original.sha256:
        yield f"{path.name}: its sha256 is not the original's {original.sha256}."
    theirs = _rows(content)
    if len(theirs) != len(ours):
        yield f"{path.name}: number of rows is {len(theirs):,}, the table has {len(ours):,}."
    for number, (their_row, our_row) in enumerate(zip(theirs, ours, strict=False), start=1):
        if not len(their_row) == len(our_row) == len(columns):
            yield f"{path.name}, row {number}: does not have {len(columns)} values on both sides."
            continue
        for column, their_cell, our_cell in zip(columns, their_row, our_row, strict=True):
            if _value(their_cell, missing="?") != _value(our_cell, missing=""):
                yield f"{path.name}, row {number}, column {column}: is not what the table has."


def _rows(content: bytes) -> Rows:
    return [line.split(",") for line in content.decode(errors="replace").splitlines()]


def _value(cell: str, missing: str) -> float | str | None:
    if cell == missing:
        return None
    try:
        return float(cell)
    except ValueError:
        return cell


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """A redirect is a failure: the declared address has the file, or nothing has."""


def _download(
    original: Original, open_url: Callable[..., Any], clock: Callable[[], float]
) -> bytes:
    end, content = clock() + DEADLINE_S, b""
    try:
        with open_url(original.url, timeout=TIMEOUT_S) as response:
            while len(content) <= SIZE_LIMIT and (arrived := response.read1(65_536)):
                content += arrived
                if clock() > end:
                    raise TimeoutError
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, HTTPError):
            error.close()
        raise DownloadFailed(
            f"{original.url} could not be downloaded ({_reason(error)}); "
            "nothing was written, and training does not need it."
        ) from error
    if _sha256(content) != original.sha256:
        raise DownloadFailed(
            f"{original.url} did not send the original file (its sha256 is not "
            f"{original.sha256}); nothing was written."
        )
    return content


def _write_whole(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        os.replace(part, path)
    except OSError as error:
        raise DownloadFailed(f"{path} could not be written ({_reason(error)}).") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _reason(error: BaseException) -> str:
    # Never str(error): it may quote what the server sent.
    if isinstance(error, HTTPError):
        return f"HTTP status {error.code}"
    if isinstance(error, URLError) and isinstance(error.reason, OSError):
        return _reason(error.reason)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or type(error).__name__
