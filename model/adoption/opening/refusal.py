"""Why a file is not opened, in one sentence; the only error whose words leave the process."""

from __future__ import annotations


class Refused(Exception):
    """The sentence, as a person may read it. It holds names of types, never a value."""
