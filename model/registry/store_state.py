"""What kind of store an address names, found out without MLflow and without a write.

MLflow moves the tables of a database to its own revision as soon as a client opens it, and the
MLflow that wrote them is then locked out. So the revision is read first, with the database opened
read-only, and compared with those the installed MLflow knows.
"""

from __future__ import annotations

import functools
import importlib.util
import re
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, unquote

SQLITE = "sqlite:///"
DATABASES = re.compile(r"(postgresql|mysql|mssql)(\+\w+)?://")
WAIT_SECONDS = 0.5  # for a database somebody is writing to
MAGIC = b"SQLite format 3\x00"
JOURNAL_BYTE, WRITE_AHEAD = 18, 2  # of the header: how the database is written
REVISION = re.compile(r'^(down_revision|revision)\s*=\s*["\'](\w+)["\']', re.MULTILINE)
CREATED = re.compile(r"^Create Date: (\d{4})-(\d{2})", re.MULTILINE)
WRITER = re.compile(r'mlflow_version"?: "?(\d[\w.]*)')
LATEST_RUNS, MODEL_FILE_BYTES = 20, 64 * 1024


class Condition(StrEnum):
    """How a store stands to the MLflow that is installed."""

    SERVED = "a server answers for it"
    CURRENT = "of the revision that is installed"
    ABSENT = "not there, or nothing in it"
    OLDER = "of an older MLflow"
    NEWER = "of a newer MLflow"
    FOLDER = "a folder of runs"
    UNREADABLE = "not a store"


@dataclass(frozen=True)
class StoreState:
    """A store as it was found. `written_by` is which MLflow wrote it, as far as it says so."""

    condition: Condition
    written_by: str = ""


SERVED = StoreState(Condition.SERVED)


def examine(address: str) -> StoreState:
    """Look at a store; nothing is written, and MLflow is not imported."""
    folder = folder_of(address)
    if folder is not None:
        return StoreState(Condition.FOLDER if _holds_runs(folder) else Condition.ABSENT, "MLflow 2")
    path = database_of(address)
    if path is None:
        return _examined_server(address) if DATABASES.match(address) else SERVED
    try:
        if path.parent.is_dir() and (not path.exists() or not path.stat().st_size):
            return StoreState(Condition.ABSENT)
        with closing(opened(path)) as connection:
            return _examined(connection)
    except (sqlite3.Error, OSError):
        return StoreState(Condition.UNREADABLE)


def database_of(address: str) -> Path | None:
    """The file of an SQLite store; None where the address names another kind."""
    if not address.startswith(SQLITE):
        return None
    return Path(address.removeprefix(SQLITE).partition("?")[0])


def folder_of(address: str) -> Path | None:
    """The folder of a file store, as ``./mlruns`` or ``file:///…``; None where it is none."""
    if address.startswith("file:"):
        return Path(unquote(re.sub(r"^file:(//(localhost)?)?(?=/|[^/])", "", address)))
    return None if re.match(r"[\w+.-]+:", address) or address == "databricks" else Path(address)


def opened(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, and leaves no file beside the database.

    A reader of a database with a write-ahead log makes two files beside it unless told that nobody
    is writing, which is so where there is no such log.
    """
    with path.open("rb") as file:
        header = file.read(JOURNAL_BYTE + 1)
    if not header.startswith(MAGIC):
        raise sqlite3.DatabaseError("not a database")
    log = path.with_name(f"{path.name}-wal")
    at_rest = header[JOURNAL_BYTE] == WRITE_AHEAD and not log.exists()
    place = f"file:{quote(str(path.absolute()))}?mode=ro{'&immutable=1' if at_rest else ''}"
    connection = sqlite3.connect(place, uri=True, timeout=WAIT_SECONDS)
    connection.row_factory = sqlite3.Row
    return connection


@functools.cache
def revisions() -> tuple[str, ...]:
    """The revisions of a database the installed MLflow knows, oldest first."""
    after = {}
    for text in _migrations():
        names = dict(REVISION.findall(text))
        if "revision" in names:
            after[names.get("down_revision", "")] = names["revision"]
    chain, last = [], ""
    while last in after:
        last = after[last]
        chain.append(last)
    return tuple(chain)


def _examined_server(address: str) -> StoreState:
    """The same of a database with a server of its own: whoever asks guards the question."""
    from sqlalchemy import create_engine, inspect, text

    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            if "alembic_version" not in inspect(connection).get_table_names():
                return StoreState(Condition.ABSENT)
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    finally:
        engine.dispose()
    return _compared(str(found or ""))


def _compared(found: str) -> StoreState:
    """A revision beside those the installed MLflow knows."""
    known = revisions()
    if known and found == known[-1]:
        return StoreState(Condition.CURRENT)
    if found and found not in known:
        return StoreState(Condition.NEWER, "a newer MLflow")
    return StoreState(Condition.OLDER, _dated(found))


def _examined(connection: sqlite3.Connection) -> StoreState:
    tables = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not tables & {"experiments", "alembic_version"}:
        return StoreState(Condition.ABSENT if not tables else Condition.UNREADABLE)
    found = ""
    if "alembic_version" in tables:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        found = str(rows[0]["version_num"]) if rows else ""
    state = _compared(found)
    if state.condition is Condition.CURRENT:
        return state
    return StoreState(state.condition, _writer(connection) or state.written_by)


def _writer(connection: sqlite3.Connection) -> str:
    """The newest MLflow that logged a model here: from a tag of the run, or the model's own file
    where it lies on this machine.
    """
    notes = "SELECT value FROM tags WHERE key = 'mlflow.log-model.history'"
    latest = f"SELECT artifact_uri FROM runs ORDER BY start_time DESC LIMIT {LATEST_RUNS}"
    versions: set[str] = set()
    with suppress(sqlite3.Error, OSError):
        for row in connection.execute(notes):
            versions.update(WRITER.findall(str(row["value"])))
        for row in connection.execute(latest) if not versions else ():
            for file in (folder_of(str(row["artifact_uri"])) or Path("/nowhere")).glob("*/MLmodel"):
                with file.open(errors="replace") as text:
                    versions.update(WRITER.findall(text.read(MODEL_FILE_BYTES)))
    newest = max(versions, key=lambda version: [*map(int, re.findall(r"\d+", version))], default="")
    return f"MLflow {newest}" if newest else ""


def _dated(revision: str) -> str:
    for text in _migrations():
        if dict(REVISION.findall(text)).get("revision") == revision and (
            date := CREATED.search(text)
        ):
            return f"an MLflow of {date[1]} or the year after"
    return "an early MLflow"


@functools.cache
def _migrations() -> tuple[str, ...]:
    """The texts of the installed MLflow's migrations, read and not run."""
    spec = importlib.util.find_spec("mlflow")
    places = spec.submodule_search_locations if spec else None
    folders = [Path(place) / "store/db_migrations/versions" for place in places or ()]
    return tuple(file.read_text() for folder in folders for file in sorted(folder.glob("*.py")))


def _holds_runs(folder: Path) -> bool:
    return any(folder.glob("*/meta.yaml")) or any((folder / "models").glob("*/meta.yaml"))
