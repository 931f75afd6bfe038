"""Everything to be said about a file: its verdict, its counts, and its issues in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from model.errors import FileRefused
from model.files import csv_text
from model.files.reading.csv_rows import Chunk
from model.intake.issue import Finding, Issue, Severity

LISTED = 1_000  # rows named for one fault of one column; the others are counted
COMPARED = 100_000  # rows among which repeated ones are looked for

NO_ROW_LEFT = "no-row-left"

Kind = tuple[str | None, str]


class Verdict(StrEnum):
    """Whether a file may be scored at all; some of its rows may still be rejected."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass
class Report:
    """Grows with each chunk of a file. Holds row numbers and sentences, no value of a cell."""

    rows: int = 0
    rejected: list[NDArray[np.intp]] = field(default_factory=list)
    counts: Counter[Severity] = field(default_factory=Counter)
    """Rows of each severity; a row may be flagged for one value and rejected for another."""
    refusal: FileRefused | None = None
    _whole: dict[tuple[str, str], Finding] = field(default_factory=dict)
    _issues: list[Issue] = field(default_factory=list)
    _found: Counter[Kind] = field(default_factory=Counter)
    _kinds: dict[Kind, Finding] = field(default_factory=dict)
    _seen: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _blank: int = 0

    def say(self, findings: Iterable[Finding]) -> None:
        """Take in what is true of the file as a whole; the same is said once."""
        for finding in findings:
            self._whole.setdefault((finding.code, finding.what), finding)

    def add(self, chunk: Chunk, rejected: NDArray[np.bool_], findings: Sequence[Finding]) -> None:
        """Take in the next rows."""
        first = self.rows + 1
        marked: dict[Severity, NDArray[np.bool_]] = {}
        for finding in (*findings, *self._repeated(chunk)):
            if finding.rows is None:
                self.say([finding])
                continue
            kind = (finding.column, finding.code)
            room = LISTED - self._found[kind]
            self._issues.extend(finding.issues(first, max(0, room)))
            self._found[kind] += len(finding.rows)
            self._kinds.setdefault(kind, finding)
            marked.setdefault(finding.severity, np.zeros(chunk.count, bool))[finding.rows] = True
        marked[Severity.REJECTED] = rejected
        for severity, mask in marked.items():
            self.counts[severity] += int(mask.sum())
        self.rejected.append(np.flatnonzero(rejected) + first)
        self.rows += chunk.count
        self._blank += chunk.blank

    def _repeated(self, chunk: Chunk) -> Iterable[Finding]:
        """Rows of which every cell was there before."""
        room = COMPARED - self.rows
        if room <= 0:
            return
        before = len(self._seen)
        rows = np.concatenate([self._seen, _hashes(chunk, room)])
        told_apart = pa.array(rows).dictionary_encode()
        # Places are given in the order of first appearance: whoever's is not new was there before.
        places = told_apart.indices.to_numpy()
        highest = np.maximum.accumulate(places)
        again = np.flatnonzero(places[1:] <= highest[:-1]) + 1 - before
        self._seen = told_apart.dictionary.to_numpy()
        if len(again):
            what = "the same in every cell as a row before it. Leave one of them out."
            yield Finding(Severity.FLAGGED, "repeated", what, rows=again)

    def require_rows(self) -> None:
        """Let a file pass of which a row is left, or that has none.

        Raises
        ------
        FileRefused
            If every row was rejected, with what they were rejected for most often.
        """
        if not self.rows or self.counts[Severity.REJECTED] < self.rows:
            return
        often = sorted(
            (
                (count, self._kinds[kind])
                for kind, count in self._found.items()
                if self._kinds[kind].severity is Severity.REJECTED
            ),
            key=lambda counted: -counted[0],
        )
        listed = " ".join(
            f"{count:,} row{'' if count == 1 else 's'}: {finding.reason}"
            for count, finding in often[:3]
        )
        none = "Its only row cannot" if self.rows == 1 else f"None of its {self.rows:,} rows can"
        raise FileRefused(
            NO_ROW_LEFT,
            f"{none} be scored. {listed} Correct them, or agree to how the file seems to be meant.",
        )

    def end(self) -> None:
        """No row comes any more: let go of what repeated ones were looked for with."""
        self._seen = self._seen[:0]

    @property
    def is_read(self) -> bool:
        """Whether every row was looked at: no refusal, or the one that no row is left."""
        return self.refusal is None or self.refusal.code == NO_ROW_LEFT

    @property
    def verdict(self) -> Verdict:
        return Verdict.REFUSED if self.refusal else Verdict.ACCEPTED

    @property
    def rejected_rows(self) -> list[int]:
        """Numbers of the rejected rows, from 1."""
        return [int(row) for part in self.rejected for row in part]

    @property
    def issues(self) -> tuple[Issue, ...]:
        """About the whole first, then by row; each fault of a column names so many rows at most."""
        stopped = tuple(self._stopped())
        if not self.is_read:
            return stopped
        return (
            *stopped,
            *(issue for finding in self._whole.values() for issue in finding.issues()),
            *self._left_out(),
            *sorted(self._issues, key=lambda issue: issue.row or 0),
            *self._unlisted(),
        )

    def _stopped(self) -> Iterable[Issue]:
        if (refused := self.refusal) is not None:
            yield Issue(
                Severity.REFUSED,
                refused.code,
                str(refused),
                column=refused.column,
                conversion=refused.conversion,
            )

    def _left_out(self) -> Iterable[Issue]:
        if self._blank:
            rows = f"{self._blank:,} row{'s' * (self._blank > 1)} without any cell"
            yield Issue(Severity.NORMALISED, "blank-rows", f"{rows} left out and not counted.")

    def _unlisted(self) -> Iterable[Issue]:
        for kind, count in self._found.items():
            if count > LISTED:
                finding = self._kinds[kind]
                message = f"{count - LISTED:,} further rows, {finding.reason}"
                yield Issue(finding.severity, finding.code, message, column=finding.column)

    def to_document(self) -> dict[str, object]:
        """The report as plain values, for JSON."""
        keys = ("severity", "row", "column", "code", "message")
        told = [asdict(issue) for issue in self.issues]
        return {
            "verdict": str(self.verdict),
            "rows": self.rows,
            "rejected_rows": self.rejected_rows if self.is_read else [],
            "issues": [{key: issue[key] for key in keys} for issue in told],
        }


def _hashes(chunk: Chunk, most: int) -> NDArray[np.int64]:
    """A number for each of the first so many rows, the same where every cell is."""
    cells = [column[:most] for column in chunk.written]
    if chunk.lines is not None:
        rows = chunk.lines[:most]
    else:
        rows = csv_text.rows([csv_text.ours(csv_text.texts(column)) for column in cells])
    return np.fromiter(map(hash, rows.to_pylist()), dtype=np.int64)
