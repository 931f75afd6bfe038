"""The model somebody else logged, as everything that adopts it sees it: inputs, and an answer.

Who opened it, by which gate and in which process, is behind this protocol. What proves, draws or
registers asks through it alone. In the process that opened it, `fitted` is the fitted object;
across the pipe it is None and only numbers come back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Word: TypeAlias = "str | int | float | bool"
"""A value of a categorical column as the model itself takes it: ``"ASY"``, ``3``, ``True``."""


class Kind(StrEnum):
    """What a column of the original holds."""

    NUMBER = "number"
    WORD = "word"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Input:
    """One column of the original, by its own name.

    words : of a `WORD`, every value the model knows, in its order and of its own type; empty
        where they are not known. A number that a fitted encoder takes as a category is a `WORD`.
    missing : whether the model itself takes a blank, given as NaN (None in a column of texts).
    whole : of a `NUMBER`, whether the model takes whole numbers alone (``long`` in a signature).
    low, high : the range that data, thresholds or bins are known to cover; None where unknown.
    dtype : the pandas type the original takes the column as; "" where a plain one will do.
    """

    name: str
    kind: Kind
    words: tuple[Word, ...] = ()
    missing: bool = False
    whole: bool = False
    low: float | None = None
    high: float | None = None
    dtype: str = ""

    def __post_init__(self) -> None:
        if self.words and self.kind is not Kind.WORD:
            raise ValueError(f"{self.name}: only a column of words has words")


class Original(Protocol):
    """An opened model of other people's."""

    @property
    def inputs(self) -> tuple[Input, ...]:
        """In the order the model takes them."""
        ...

    @property
    def fitted(self) -> Any | None:
        """The fitted object (pipeline, booster, results), in the process that opened it; elsewhere
        None.
        """
        ...

    @property
    def files(self) -> Mapping[str, str]:
        """The sha256 of every file of the original, by its path inside it."""
        ...

    @property
    def reference(self) -> str:
        """Where it was: ``models:/ward-score/2``, or the name of a file."""
        ...

    @property
    def environment(self) -> Mapping[str, str]:
        """Python and the libraries it was opened with, each with its version."""
        ...

    @property
    def example(self) -> pd.DataFrame | None:
        """The rows logged with it, under its own column names; None if there are none."""
        ...

    def ask(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """(n,) risks in [0, 1] of n patients: the output that was declared to be the risk.

        Parameters
        ----------
        frame : one column an input under its own name and in its own words; NaN or None for a
            blank. Other columns are not passed on.

        Raises
        ------
        AdoptionError
            If it does not answer, or with anything but n finite numbers in [0, 1].
        """
        ...
