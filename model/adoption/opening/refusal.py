"""Why a file is not opened, in one sentence; the only error whose words leave the process."""

from __future__ import annotations

from model.errors import OriginalRefused


class Refused(Exception):
    """The sentence, as a person may read it. It holds names of types, never a value."""


class StrangeType(Refused):
    """It holds a type that is not on the list; its own code might still open it."""


class OwnCodeNeeded(OriginalRefused):
    """It could be opened if its own code were run, which nobody asked for."""
