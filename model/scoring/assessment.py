"""What a scorer answers: a risk for every patient and, when asked, how sure it is and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from model.scoring.engine import risk_of
from model.scoring.terms import Floats

CONTRIBUTION = "contribution_"
INTERVAL = ("risk_low", "risk_high")
SUBMODEL = "submodel"
BASE = "base"
AGREEMENT = 1e-9


@dataclass(frozen=True)
class Certainty:
    """How sure the risks of n patients are, and which submodel gave them.

    low, high : (n,) ends of the 95 % interval of the risk, from the model's own variability.
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
    """

    base: Floats
    contributions: pd.DataFrame

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

    def part(self, rows: slice) -> Assessment:
        """The answers of some of the patients."""
        why = self.explanation
        if why is None:
            return Assessment(self.risk[rows])
        shares = why.contributions.iloc[rows].reset_index(drop=True)
        kept = Explanation(
            why.low[rows], why.high[rows], why.submodel[rows], why.base[rows], shares
        )
        return Assessment(self.risk[rows], kept)

    @classmethod
    def joined(cls, parts: Sequence[Assessment]) -> Assessment:
        """The answers of some patients after those of others."""
        risk = np.concatenate([each.risk for each in parts])
        whys = [each.explanation for each in parts if each.explanation]
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

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, features: tuple[str, ...]) -> Self:
        """The inverse of `to_frame`.

        Raises
        ------
        ValueError
            If a column is missing, a number is not finite, a risk lies outside [0, 1] or its
            own interval, or the contributions do not add up to it.
        """
        if BASE not in frame.columns:
            return cls(_numbers(frame, ["risk"])[:, 0])
        named = [CONTRIBUTION + name for name in features]
        numbers = _numbers(frame, ["risk", *INTERVAL, BASE, *named])
        risk, low, high, base = numbers[:, :4].T
        if ((low > risk + AGREEMENT) | (high < risk - AGREEMENT)).any():
            raise ValueError("a risk outside its own interval")
        if not np.allclose(risk_of(numbers[:, 3:].sum(axis=1)), risk, rtol=0, atol=AGREEMENT):
            raise ValueError("contributions that do not add up to the risk")
        if SUBMODEL not in frame.columns or not all(isinstance(s, str) for s in frame[SUBMODEL]):
            raise ValueError("no name of the submodel that answered")
        shares = pd.DataFrame(numbers[:, 4:], columns=list(features))
        return cls(risk, Explanation(low, high, pd.Categorical(frame[SUBMODEL]), base, shares))


def _numbers(frame: pd.DataFrame, columns: list[str]) -> Floats:
    """(n, columns) finite numbers, of which the risks lie in [0, 1]."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ValueError(f"no column {missing[0]}")
    try:
        numbers = frame[columns].to_numpy(dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError("an answer that is not a number") from None
    if not np.isfinite(numbers).all():
        raise ValueError("an answer that is not a finite number")
    risks = numbers[:, [at for at, name in enumerate(columns) if name.startswith("risk")]]
    if ((risks < 0) | (risks > 1)).any():
        raise ValueError("a risk outside 0 to 1")
    return numbers
