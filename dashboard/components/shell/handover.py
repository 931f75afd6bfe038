"""What one page lays ready for another, by the keys of the widgets there."""

from __future__ import annotations

OTHER_VERSIONS = "other_versions"
"""On the Patient page: which versions answer beside the one in use, by their labels."""
MOST_OTHERS = 4
MORE, VERSIONS = "more", "Versions"
"""On the Patient page: the tab that is open, and the one with the versions."""
DO, ADOPT = "do", "Adopt"
"""On the Models page: what is done with what is ticked, and the part that adopts it."""
SECOND_VERSION = "batch.second"
"""On the Batch page: the version the file is compared with, by its label."""
