"""What the sidebar chose, for every page."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import text
from dashboard.services import Chosen
from model.errors import BedsideError
from model.registry.versions import Version

GO_TO = "go_to"
"""In the session: at the next run, the page to go to by its title, and the version to choose."""


@dataclass(frozen=True)
class Selection:
    """What is chosen, or why it cannot be used; and the versions there are to choose from.

    study : blank for what nobody registered. picked : the version that was chosen, whether or not
    it can be used. notes : what the address asked for and is not there.
    """

    study: str
    versions: tuple[Version, ...]
    picked: Version | None = None
    chosen: Chosen | None = None
    problem: BedsideError | None = None
    notes: tuple[str, ...] = ()

    @property
    def version(self) -> Version | None:
        """The version in use."""
        return self.chosen.version if self.chosen else self.picked

    @property
    def seen_only(self) -> Version | None:
        """The version that was chosen, if nobody adopted it: it can be looked at, not asked."""
        if self.chosen is None and self.picked is not None and not self.picked.scores:
            return self.picked
        return None

    def others(self, than: Version) -> dict[str, Version]:
        """The other versions this app can run, by their labels."""
        return {
            text.version_label(version): version
            for version in self.versions
            if version.scores and version.reference != than.reference
        }

    def required(self) -> Chosen:
        """The chosen model; raises why there is none."""
        if self.chosen is not None:
            return self.chosen
        raise self.problem or BedsideError(
            "No model here gives a number yet. The Models page lists what there is."
        )
