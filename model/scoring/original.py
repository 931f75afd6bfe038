"""The engine of a model that is asked in a process of its own: an adopted one that is no numbers.

A bundle keeps what is needed to find that model again and to speak with it. Who starts it is given
at load: this room starts nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
import pandas as pd

from model.scoring.engine import LINKS, Bounded, Explained
from model.scoring.shapley import MOST_ROWS, is_exact, shares
from model.scoring.terms import Floats

ORIGINAL_VERSION = 1
MOST_BACKGROUND_ROWS = 500
INNERMOST = 1e-15

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
class Where:
    """Which model it is and how it is opened.

    path : inside its files. files : the sha256 of each. gate, isolation : in words, as they were
    when it was adopted. environment : Python and libraries, with their versions.
    """

    reference: str
    path: str
    form: str
    flavour: str
    gate: str
    isolation: str
    files: Mapping[str, str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """What a bundle holds of such a model.

    method, columns_of_risk, answer_scale : which number of its answer is the risk. scale : of base
    and contributions. background : (rows, inputs) canonical values they are measured against, and
    in words where these came from.
    """

    where: Where
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
                Where(**document.pop("where")),
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
    """Answers by asking; see `Engine`. It knows of no interval."""

    FILE: ClassVar[str] = "original.json"
    LIBRARIES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, asked: Asked, ask: Ask) -> None:
        self.asked, self._ask = asked, ask
        self.scale = asked.scale
        self._background = np.array(asked.background, dtype=np.float64)

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.asked.columns)

    @property
    def absences(self) -> Sequence[tuple[str, ...]]:
        return ((),)

    @property
    def attribution(self) -> str:
        how = (
            "exact Shapley values: every set of inputs is asked about"
            if is_exact(len(self.features), len(self._background))
            else "sampled Shapley values, along random orders of the inputs"
        )
        return (
            f"The contributions are {how}. The background is {self.asked.background_words}. They "
            f"add up to the number shown, in {self.scale}."
        )

    def risks(self, values: Floats) -> Floats:
        """(n,) risks, as the original answers them."""
        own = {c.name: c.own(column) for c, column in zip(self.asked.columns, values.T, strict=True)}
        return self._ask(pd.DataFrame(own))

    def log_odds(self, values: Floats) -> Floats:
        return _log_odds(self.risks(values))

    def scaled(self, values: Floats) -> Floats:
        """(n,) answers on the scale of the contributions."""
        risks = self.risks(values)
        return _log_odds(risks) if self.scale == "log-odds" else risks

    def bounded(self, values: Floats) -> Bounded:
        nowhere = np.full(len(values), np.nan)
        which = np.zeros(len(values), dtype=np.intp)
        return Bounded(which, self.scaled(values), nowhere, nowhere)

    def explained(self, values: Floats) -> Explained:
        """One question a patient: all of one patient's sets go over together."""
        of_each = [shares(self.scaled, row, self._background, MOST_ROWS) for row in values]
        nowhere = np.full(len(values), np.nan)
        base = np.array([each.base for each in of_each])
        shared = np.array([each.contributions for each in of_each]).reshape(values.shape)
        which = np.zeros(len(values), dtype=np.intp)
        return Explained(which, base + shared.sum(axis=1), nowhere, nowhere, base, shared)

    def contrast(self, ones: Floats, others: Floats) -> tuple[float, float]:
        """The difference of the means; how sure it is nobody knows, which is told as 0."""
        return float(self.scaled(ones).mean() - self.scaled(others).mean()), 0.0

    def to_json(self) -> str:
        return self.asked.to_json()


def _log_odds(risks: Floats) -> Floats:
    inside = np.clip(risks, INNERMOST, 1 - INNERMOST)
    log_odds: Floats = np.log(inside / (1 - inside))
    return log_odds
