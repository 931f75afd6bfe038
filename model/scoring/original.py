"""The engine of a model that is asked in a process of its own: an adopted one that is no numbers.

A bundle keeps what is needed to find that model again and to speak with it. Who starts it is given
at load: this room starts nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
import pandas as pd

from model.numerics.arrays import Floats
from model.scoring.engine import LINKS, log_odds_of
from model.scoring.shapley import MOST_ROWS, is_exact, shares

ORIGINAL_VERSION = 1
MOST_BACKGROUND_ROWS = 500

Ask: TypeAlias = Callable[[pd.DataFrame], Floats]
"""(n,) risks of a frame in the original's own columns and words."""


@dataclass(frozen=True)
class Column:
    """An input as the original takes it.

    codes, words : our number for each of its words, side by side; both empty for a plain number.
    dtype : the pandas type it takes; "" where a plain one will do.
    """

    name: str
    kind: str
    codes: tuple[float, ...] = ()
    words: tuple[Any, ...] = ()
    dtype: str = ""

    def own(self, values: Floats) -> pd.Series:
        """Canonical numbers as the original's column; None for a blank."""
        if not self.codes:
            return pd.Series(values, dtype=np.float64)
        places = pd.Index(self.codes).get_indexer(pd.Index(values))
        words = np.array([*self.words, None], dtype=object)
        return pd.Series(words[places]).infer_objects()


@dataclass(frozen=True)
class Way:
    """How it is opened. path : inside its files. gate : in words."""

    gate: str
    path: str
    form: str
    flavour: str = ""


@dataclass(frozen=True)
class Asked:
    """What a bundle holds of such a model.

    method, columns_of_risk, answer_scale : which number of its answer is the risk. scale : of base
    and contributions. background : (rows, inputs) canonical values they are measured against, and
    in words where these came from.
    """

    way: Way
    columns: tuple[Column, ...]
    method: str
    columns_of_risk: tuple[str, ...]
    answer_scale: str
    scale: str
    background: tuple[tuple[float | None, ...], ...]
    background_words: str

    def to_json(self) -> str:
        document = {"original_version": ORIGINAL_VERSION, **asdict(self)}
        return json.dumps(document, separators=(",", ":"), allow_nan=False, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The inverse of `to_json`.

        Raises
        ------
        ValueError
            If the document is of another version, incomplete or larger than any.
        """
        document = json.loads(text)
        try:
            if document.pop("original_version") != ORIGINAL_VERSION:
                raise ValueError("another version of the document about the original")
            columns = tuple(
                Column(**{**c, "codes": tuple(c["codes"]), "words": tuple(c["words"])})
                for c in document.pop("columns")
            )
            background = tuple(tuple(row) for row in document.pop("background"))
            named = tuple(document.pop("columns_of_risk"))
            read = cls(
                Way(**document.pop("way")),
                columns,
                background=background,
                columns_of_risk=named,
                **document,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the document about the original is incomplete: {error}") from error
        widths = {len(row) for row in background}
        if widths != {len(columns)} or len(background) > MOST_BACKGROUND_ROWS:
            raise ValueError("a background that does not fit the inputs")
        if read.scale not in LINKS:
            raise ValueError("a scale that is not known")
        return read


class OriginalEngine:
    """Answers by asking: a `SmallEngine`."""

    FILE: ClassVar[str] = "original.json"
    LIBRARIES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, asked: Asked, ask: Ask) -> None:
        self.asked, self._ask = asked, ask
        self._background = np.array(asked.background, dtype=np.float64)

    @property
    def scale(self) -> str:
        return self.asked.scale

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.asked.columns)

    @property
    def attribution(self) -> str:
        how = (
            "exact Shapley values: the model was asked about every set of inputs"
            if is_exact(len(self.features), len(self._background))
            else "sampled Shapley values, along random orders of the inputs"
        )
        return (
            f"The contributions are {how}. The background is {self.asked.background_words}. They "
            f"add up to the number shown, in {self.scale}."
        )

    def risk(self, values: Floats) -> Floats:
        columns = zip(self.asked.columns, values.T, strict=True)
        return self._ask(pd.DataFrame({of.name: of.own(column) for of, column in columns}))

    def score(self, values: Floats) -> Floats:
        risk = self.risk(values)
        return log_odds_of(risk) if self.scale == "log-odds" else risk

    def shapley(self, values: Floats) -> tuple[Floats, Floats]:
        """(n,) bases and (n, features) contributions, on its scale. One question a patient: all
        sets of one patient's inputs go over together.
        """
        shared = [shares(self.score, row, self._background, MOST_ROWS) for row in values]
        contributions = np.array([one.contributions for one in shared]).reshape(values.shape)
        return np.array([one.base for one in shared]), contributions

    def to_json(self) -> str:
        return self.asked.to_json()
