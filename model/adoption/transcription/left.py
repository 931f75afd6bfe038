"""Why a model was left as it is."""

from __future__ import annotations


class LeftAsItIs(Exception):
    """The model is not, or not provably, a sum or trees; the message says why in one sentence.

    It is no fault: such a model runs in a process of its own.
    """
