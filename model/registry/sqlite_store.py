"""A first look into an SQLite store, while MLflow, which takes seconds to import, is not there yet.

The versions are there in a tenth of the time (`benchmarks/start_up.py`).

It reads MLflow's own tables, which MLflow promises to nobody. So it knows one revision of them, by
the number MLflow writes into the database, and looks at no other; it answers what `Registry` would
answer, or nothing at all, and then MLflow is asked.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from model.registry import store_state
from model.registry.described import version_from
from model.registry.listing import newest_first
from model.registry.versions import Version

REVISION = "dc11669786a5"  # of MLflow 3.17
WORKSPACE = "default"  # the only one a client asks that names none
DELETED = "Deleted_Internal"  # the stage of a version that was deleted


class FirstLook:
    """What is in a store of this revision; each answer is None where it cannot tell."""

    def __init__(self, address: str) -> None:
        self._path = None if "?" in address else store_state.database_of(address)

    def studies(self) -> tuple[str, ...] | None:
        """See `Registry.studies`."""
        found = self._rows("SELECT name, workspace FROM registered_models")
        return None if found is None else tuple(sorted(row["name"] for row in found))

    def versions(self, study: str) -> tuple[Version, ...] | None:
        """See `Registry.versions`."""
        of_it = "WHERE name = :study"
        found = self._rows(f"SELECT * FROM model_versions {of_it}", study=study)
        tags = self._rows(f"SELECT * FROM model_version_tags {of_it}", study=study)
        aliases = self._rows(f"SELECT * FROM registered_model_aliases {of_it}", study=study)
        if found is None or tags is None or aliases is None:
            return None
        read = (_version(row, tags, aliases) for row in found if row["current_stage"] != DELETED)
        return newest_first(version for version in read if version)

    def files(self, version: Version) -> Path | None:
        """The folder of a version's files, where it lies on this machine. Nothing is verified."""
        place = "SELECT artifact_location FROM logged_models WHERE model_id = :model_id"
        found = self._rows(place, model_id=version.model_id)
        if not found:
            return None
        folder = Path(found[0]["artifact_location"].removeprefix("file://"))
        return folder if folder.is_dir() else None

    def _rows(self, query: str, **given: str) -> list[sqlite3.Row] | None:
        if self._path is None:
            return None
        try:
            with closing(store_state.opened(self._path)) as connection:
                revisions = [row[0] for row in connection.execute("SELECT * FROM alembic_version")]
                if revisions != [REVISION]:
                    return None
                found = connection.execute(query, given).fetchall()
        except (sqlite3.Error, OSError):
            return None
        elsewhere = any(dict(row).get("workspace", WORKSPACE) != WORKSPACE for row in found)
        return None if elsewhere else found


def _version(row: Any, tags: list[Any], aliases: list[Any]) -> Version | None:
    number = row["version"]
    entry = SimpleNamespace(
        name=row["name"],
        version=number,
        source=row["source"],
        run_id=row["run_id"],
        creation_timestamp=row["creation_time"],
        description=row["description"],
        current_stage=row["current_stage"],
        status=row["status"],
        user_id=row["user_id"],
        tags={tag["key"]: tag["value"] for tag in tags if tag["version"] == number},
    )
    pointing = sorted(a["alias"] for a in aliases if a["version"] == number)
    return version_from(entry, tuple(pointing))
