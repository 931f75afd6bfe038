"""What is asked of everything on a server, and the pages of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from model.registry.runs import RunQuery
from model.registry.versions import Version, What

ORDER = (What.REGISTERED, What.LOGGED, What.RUN)


@dataclass(frozen=True)
class ListQuery(RunQuery):
    """What to list: of which kinds, named how, with what metric. Runs obey all of it at the
    server; see `RunQuery`.
    """

    kinds: tuple[What, ...] = ORDER

    @property
    def is_picky(self) -> bool:
        """Whether it leaves out versions, which no server can pick out by what they say."""
        return bool(self.study or self.named) or (self.at_least, self.at_most) != (None, None)

    def knows_first(self, cursor: Cursor | None) -> bool:
        """Whether a page is worked out from all registered versions, so that they are known once
        for many pages.
        """
        if self.kinds == (What.RUN,):
            return False
        first = (cursor.kind if cursor else self.kinds[0]) is What.REGISTERED
        return self.is_picky or not first

    def holds(self, version: Version) -> bool:
        """Whether a version or logged model is asked for."""
        words = self.named.lower().split()
        if self.study and version.study != self.study:
            return False
        if not all(word in version.searched for word in words):
            return False
        if self.at_least is None and self.at_most is None:
            return True
        measured = version.metrics.get(self.metric)
        return measured is not None and (
            (self.at_least is None or measured.value >= self.at_least)
            and (self.at_most is None or measured.value <= self.at_most)
        )


class Cursor(NamedTuple):
    """Where the next page begins: in which kind, and after what the server gave a token for."""

    kind: What
    token: str | None = None


@dataclass(frozen=True)
class ListPage:
    """Some rows, and what asks for the next ones; None after the last."""

    rows: tuple[Version, ...]
    following: Cursor | None = None
