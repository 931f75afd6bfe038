"""What the sidebar chose, for every page."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import text
from dashboard.services import Chosen, Foreign
from model.errors import BedsideError
from model.registry.versions import State, Version

GO_TO = "go_to"
"""In the session: at the next run, the page to go to by its title, and the version to choose."""


@dataclass(frozen=True)
class Selection:
    """What is chosen, or why it cannot be used; and the versions there are to choose from."""

    study: str
    versions: tuple[Version, ...]
    chosen: Chosen | None = None
    foreign: Foreign | None = None
    problem: BedsideError | None = None

    @property
    def version(self) -> Version | None:
        """The version in use, ours or somebody else's."""
        in_use = self.chosen or self.foreign
        return in_use.version if in_use else None

    def others(self, than: Version) -> dict[str, Version]:
        """The other versions this app can run, by their labels."""
        return {
            text.version_label(each): each
            for each in self.versions
            if each.state is State.READY and each.model_id != than.model_id
        }

    def required(self) -> Chosen:
        """The chosen model; raises why there is none."""
        if self.chosen is not None:
            return self.chosen
        raise self.problem or BedsideError("No version is chosen. Choose one on the left.")
