"""Where MLflow may read a store: the store itself, or a copy of one that it would change.

An SQLite store of an older MLflow and a folder of runs are read through a copy in a temporary
folder, brought up to date there; the files of the models stay where they are. The copy is made
again when the original has changed, and goes when the process ends.
"""

from __future__ import annotations

import contextlib
import io
import shlex
import shutil
import sqlite3
import tempfile
import threading
import time
import weakref
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from model.errors import FileStoreRetired, StoreReadOnly, TrackingUnavailable
from model.registry import store_state
from model.registry.conventions import EMBEDDED_STORE, without_credentials
from model.registry.store_state import Condition, StoreState
from model.registry.turn import turn

LOOK_AGAIN_SECONDS = 5.0
TURN_SECONDS = 20.0  # for a training to make the tables of a new store
LARGEST_COPY_BYTES = 4 * 1024**3
COPIED = (Condition.OLDER, Condition.FOLDER)
Mark = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Notice:
    """What a page says of a store that is read through a copy.

    said : which MLflow wrote it, and what is read. commands : how to go on with it, in order.
    """

    said: str
    commands: tuple[str, ...]


class Copy:
    """A folder for a copy, which goes with it or with the process."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="bedside-store-"))
        self.database = folder / "mlflow.db"
        self.remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)


@dataclass
class ReadableStore:
    """One address, and from where MLflow reads it."""

    address: str
    _state: StoreState = field(default_factory=lambda: StoreState(Condition.ABSENT))
    _mark: Mark = ()
    _looked: float = -LOOK_AGAIN_SECONDS
    _copies: list[Copy] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def readable(self) -> str | None:
        """The address MLflow may be given; None where there is nothing to read.

        Raises
        ------
        TrackingUnavailable
            If it is a store that cannot be read.
        """
        with self._lock:
            self._look()
            if self._state.condition is Condition.ABSENT:
                return None
            if self._state.condition in COPIED:
                return f"{store_state.SQLITE}{self._copies[-1].database}"
            return self.address

    @property
    def notice(self) -> Notice | None:
        """What is to be said of it; None of a store that is read as it is."""
        if self._state.condition not in COPIED:
            return None
        return Notice(
            f"{without_credentials(self.address)} was written by {self._state.written_by}. It is "
            "read through a copy and stays as it is; nothing can be promoted or added here.",
            commands(self.address, self._state.condition),
        )

    def close(self) -> None:
        """Remove what was copied."""
        for copy in self._copies:
            copy.remove()

    def require_writable(self) -> None:
        """Refuse to change a store that is of another MLflow.

        Raises
        ------
        StoreReadOnly
            With the commands that bring it up to date.
        """
        require_writable(self.address)

    def _look(self) -> None:
        """Examine the store, and copy it where it has to be and has changed."""
        condition = self._state.condition
        is_recent = time.monotonic() - self._looked < LOOK_AGAIN_SECONDS
        has_server = store_state.database_of(self.address) is None
        if condition is Condition.SERVED or (condition is Condition.CURRENT and has_server):
            return
        if is_recent and condition is not Condition.ABSENT:
            return
        self._looked = time.monotonic()
        state = _examined(self.address)
        _require_readable(self.address, state)
        if state.condition in COPIED and (mark := _mark(self.address)) != self._mark:
            self._copies.append(_copied(self.address, state.condition))
            self._mark = mark
            for old in self._copies[:-2]:  # the last but one may still be read by another session
                old.remove()
            del self._copies[:-2]
        self._state = state


def _examined(address: str) -> StoreState:
    """A store as it is found. One whose tables are just being made looks like an old one: what may
    be old is looked at again when whoever writes has had his turn.
    """
    state = store_state.examine(address)
    if state.condition is not Condition.OLDER:
        return state
    with turn(address, TURN_SECONDS):
        return store_state.examine(address)


def require_writable(address: str) -> None:
    """See `ReadableStore.require_writable`."""
    state = _examined(address)
    _require_readable(address, state)
    if state.condition in COPIED:
        raise StoreReadOnly(
            f"{without_credentials(address)} was written by {state.written_by}, which could not "
            "open it any more if this were written to it. Nothing was changed. To go on with it: "
            + "; ".join(commands(address, state.condition))
            + "."
        )


def commands(address: str, condition: Condition) -> tuple[str, ...]:
    """How a store is backed up and brought to the installed MLflow."""
    if condition is Condition.FOLDER:
        folder = store_state.folder_of(address)
        return (
            f"mlflow migrate-filestore --source {shlex.quote(str(folder))} "
            f"--target {EMBEDDED_STORE}",
            f"export MLFLOW_TRACKING_URI={EMBEDDED_STORE}",
        )
    path = str(store_state.database_of(address))
    backup = f"cp {shlex.quote(path)} {shlex.quote(path + '.backup')}"
    return (backup, f"mlflow db upgrade {shlex.quote(address)}")


def _require_readable(address: str, state: StoreState) -> None:
    shown = without_credentials(address)
    if state.condition is Condition.ABSENT and store_state.folder_of(address) is not None:
        raise FileStoreRetired(
            f"{shown} is a folder without runs, and MLflow no longer keeps runs in folders. Set "
            f"MLFLOW_TRACKING_URI={EMBEDDED_STORE}, or name a server."
        )
    if state.condition is Condition.OLDER and store_state.database_of(address) is None:
        raise StoreReadOnly(
            f"The database at {shown} is of {state.written_by}: opened here, its tables would be "
            "changed and that MLflow locked out. Nothing was changed. Have it backed up, and "
            "brought up to date with `mlflow db upgrade`."
        )
    if state.condition is Condition.NEWER:
        raise TrackingUnavailable(
            f"The store at {shown} was written by {state.written_by}, newer than the one "
            "installed here. Nothing was changed. Install that MLflow beside the app, or name a "
            "server that serves the store in MLFLOW_TRACKING_URI."
        )
    if state.condition is Condition.UNREADABLE:
        raise TrackingUnavailable(
            f"{shown} cannot be read as a store of MLflow. Check MLFLOW_TRACKING_URI, and that "
            "nobody keeps the file locked."
        )


def _copied(address: str, condition: Condition) -> Copy:
    """The same store in a folder of its own, brought up to date."""
    kept = Copy()
    if condition is Condition.FOLDER:
        _from_folder(address, kept.database)
        return kept
    path = store_state.database_of(address)
    assert path is not None  # it was examined
    if path.stat().st_size > LARGEST_COPY_BYTES:
        raise StoreReadOnly(
            f"{path} is too large to be read through a copy. "
            + "; ".join(commands(address, condition))
            + "."
        )
    with (
        closing(store_state.opened(path)) as source,
        closing(sqlite3.connect(kept.database)) as copy,
    ):
        source.backup(copy)
    return kept


def _from_folder(address: str, target: Path) -> None:
    from mlflow.store.fs2db import migrate

    folder = store_state.folder_of(address)
    assert folder is not None  # it was examined
    with contextlib.redirect_stdout(io.StringIO()):  # it counts what it did, on standard output
        migrate(folder, f"{store_state.SQLITE}{target}", progress=False)


def _mark(address: str) -> Mark:
    """Something else after each change: the size and time of the files that change with it."""
    path = store_state.database_of(address)
    if path is not None:
        files = [path, *(path.with_name(path.name + end) for end in ("-wal", "-journal"))]
        return _stamps(files)
    folder = store_state.folder_of(address)
    assert folder is not None
    # An entry is added to a folder, or taken away, with everything that MLflow 2 writes here.
    places = [*folder.glob("*/"), *folder.glob("*/*/"), *(folder / "models").glob("*/*/")]
    return _stamps([*places, *folder.glob("models/*/*/meta.yaml")])


def _stamps(files: list[Path]) -> Mark:
    found = []
    for file in files:
        with contextlib.suppress(OSError):
            status = file.stat()
            found.append((str(file), status.st_size, status.st_mtime_ns))
    return tuple(sorted(found))
