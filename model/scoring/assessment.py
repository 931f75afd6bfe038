"""What a scorer answers: a risk for every patient and, when asked, how sure it is and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from model.numerics.arrays import Floats
from model.scoring.engine import LINKS, LOG_ODDS

CONTRIBUTION = "contribution_"
INTERVAL = ("risk_low", "risk_high")
SUBMODEL = "submodel"
BASE = "base"
AGREEMENT = 1e-9
"""In risk: what an answer may lose as it is written and read."""


@dataclass(frozen=True)
class Certainty:
    """How sure the risks of n patients are, and which submodel gave them.

    low, high : (n,) ends of the 95 % interval of the risk, from the model's own variability; NaN
        where no interval is known, and then of all patients.
    submodel : (n,) in words: all tests, or those the answering submodel does without.
    """

    low: Floats
    high: Floats
    submodel: pd.Categorical[str]


@dataclass(frozen=True)
class Explanation(Certainty):
    """Also why the risks are what they are.

    base : (n,) mean log-odds over the training background, of the submodel.
    contributions : (n, features) Shapley values in log-odds, one column a feature;
        ``base + row sum`` is the log-odds.
    scale : what they add up to, if not log-odds; see `engine.LINKS`.
    """

    base: Floats
    contributions: pd.DataFrame
    scale: str = LOG_ODDS

    @property
    def has_interval(self) -> bool:
        return not np.isnan(self.low).any()

    @classmethod
    def unknown(cls, count: int, features: Sequence[str]) -> Self:
        """Of a model that gives risks alone: NaN throughout."""
        blank = np.full(count, np.nan)
        shares = pd.DataFrame(np.nan, index=range(count), columns=list(features))
        return cls(blank, blank, pd.Categorical([""] * count), blank, shares)


@dataclass(frozen=True)
class Assessment:
    """Risks of n patients, in the order asked; all are finite and lie in [0, 1]."""

    risk: Floats
    explanation: Explanation | None = None

    def part(self, rows: slice | NDArray[np.intp]) -> Assessment:
        """The answers of some of the patients, in the order of their places."""
        why = self.explanation
        if why is None:
            return Assessment(self.risk[rows])
        shares = why.contributions.iloc[rows].reset_index(drop=True)
        kept = Explanation(
            why.low[rows], why.high[rows], why.submodel[rows], why.base[rows], shares, why.scale
        )
        return Assessment(self.risk[rows], kept)

    @classmethod
    def joined(cls, parts: Sequence[Assessment]) -> Assessment:
        """The answers of some patients after those of others."""
        risk = np.concatenate([part.risk for part in parts])
        whys = [part.explanation for part in parts if part.explanation]
        if len(whys) < len(parts):
            return cls(risk)
        return cls(
            risk,
            Explanation(
                np.concatenate([why.low for why in whys]),
                np.concatenate([why.high for why in whys]),
                pd.Categorical(np.concatenate([why.submodel for why in whys])),
                np.concatenate([why.base for why in whys]),
                pd.concat([why.contributions for why in whys], ignore_index=True),
                whys[0].scale,
            ),
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a patient.

        ``risk`` and, if explained, ``risk_low``, ``risk_high``, ``submodel``, ``base`` and one
        ``contribution_…`` a feature.
        """
        frame = pd.DataFrame({"risk": self.risk})
        why = self.explanation
        if why is None:
            return frame
        frame[[*INTERVAL]] = np.column_stack([why.low, why.high])
        frame[SUBMODEL] = np.asarray(why.submodel, dtype=object)
        frame[BASE] = why.base
        shares = why.contributions.add_prefix(CONTRIBUTION)
        return pd.concat([frame, shares.reset_index(drop=True)], axis=1)

    @staticmethod
    def columns(features: tuple[str, ...]) -> tuple[str, ...]:
        """The columns of `to_frame` of an explained answer."""
        return ("risk", *INTERVAL, SUBMODEL, BASE, *(CONTRIBUTION + name for name in features))

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, features: tuple[str, ...], scale: str = LOG_ODDS
    ) -> Self:
        """The inverse of `to_frame`; `scale` is the model's.

        Raises
        ------
        ValueError
            If a column is missing, a number is not finite, a risk lies outside [0, 1] or its
            own interval, or the contributions do not add up to it.
        """
        if BASE not in frame.columns:
            return cls(_numbers(frame, ["risk"])[:, 0])
        named = [CONTRIBUTION + name for name in features]
        numbers = _numbers(frame, ["risk", BASE, *named])
        risk, base = numbers[:, :2].T
        low, high = _interval(frame)
        if ((low > risk + AGREEMENT) | (high < risk - AGREEMENT)).any():
            raise ValueError("a risk outside its own interval")
        if not np.allclose(LINKS[scale](numbers[:, 1:].sum(axis=1)), risk, rtol=0, atol=AGREEMENT):
            raise ValueError("contributions that do not add up to the risk")
        if SUBMODEL not in frame.columns or not all(isinstance(s, str) for s in frame[SUBMODEL]):
            raise ValueError("no name of the submodel that answered")
        shares = pd.DataFrame(numbers[:, 2:], columns=list(features))
        submodel = pd.Categorical(frame[SUBMODEL])
        return cls(risk, Explanation(low, high, submodel, base, shares, scale))


def _interval(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    """(n,) both ends: of every patient, or NaN for all of them."""
    given = [name for name in INTERVAL if name in frame.columns]
    if len(given) == len(INTERVAL) and frame[given].isna().to_numpy().all():
        nowhere = np.full(len(frame), np.nan)
        return nowhere, nowhere
    low, high = _numbers(frame, [*INTERVAL]).T
    return low, high


def _types(frame: pd.DataFrame, columns: list[str]) -> list[Any]:
    return frame[columns].dtypes.tolist()


def _numbers(frame: pd.DataFrame, columns: list[str]) -> Floats:
    """(n, columns) finite numbers, of which the risks lie in [0, 1]."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ValueError(f"no column {missing[0]}")
    # By the type of the column: the text "0.5" and the truth value `true` would become numbers.
    if not all(
        is_numeric_dtype(kind) and not is_bool_dtype(kind) for kind in _types(frame, columns)
    ):
        raise ValueError("an answer that is not a number")
    numbers = frame[columns].to_numpy(dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("an answer that is not a finite number")
    risks = numbers[:, [at for at, name in enumerate(columns) if name.startswith("risk")]]
    if ((risks < 0) | (risks > 1)).any():
        raise ValueError("a risk outside 0 to 1")
    return numbers
