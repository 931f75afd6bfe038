"""What a visitor did, in the operator's audit log: counts and versions, never a value.

Where the operator keeps no log nothing is written. What cannot be logged is not done: whoever asks
gets the error instead of the result.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.registry.audit_log import AuditLog, Entry
from model.registry.versions import Version

SCORED, EXPORTED, REFUSED = "scored", "exported", "refused"
NOBODY = "local"  # who it is where there is no login


@dataclass(frozen=True)
class Trail:
    """The log, and the login name of who is written into it."""

    log: AuditLog | None = None
    who: str = NOBODY

    def add(self, what: str, version: Version, route: str, rows: int, note: str = "") -> None:
        """Write a line.

        rows : how many patients. note : which kind of file, or why it was refused, in one word.

        Raises
        ------
        OutputError, AuditBroken
        """
        if self.log is not None:
            title, model_id = version.title, version.model_id
            self.log.add(Entry(self.who, what, title, model_id, route, rows, note=note))
