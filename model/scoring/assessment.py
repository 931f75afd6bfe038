"""What a scorer answers: a risk for every patient and, when asked, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from model.scoring.additive import Floats, risk_of

CONTRIBUTION = "contribution_"


@dataclass(frozen=True)
class Explanation:
    """Shapley values in log-odds.

    base : (n,) mean log-odds over the training background.
    contributions : (n, features) one column a feature; ``base + row sum`` is the log-odds.
    """

    base: Floats
    contributions: pd.DataFrame


@dataclass(frozen=True)
class Assessment:
    """Risks of n patients, in the order asked; all are finite and lie in [0, 1]."""

    risk: Floats
    explanation: Explanation | None = None

    def to_frame(self) -> pd.DataFrame:
        """One row a patient: ``risk`` and, if explained, ``base`` and ``contribution_…``."""
        frame = pd.DataFrame({"risk": self.risk})
        if self.explanation is None:
            return frame
        frame["base"] = self.explanation.base
        shares = self.explanation.contributions.add_prefix(CONTRIBUTION)
        return pd.concat([frame, shares.reset_index(drop=True)], axis=1)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, features: tuple[str, ...]) -> Self:
        """The inverse of `to_frame`.

        Raises
        ------
        ValueError
            If a column is missing, a number is not finite, a risk lies outside [0, 1], or the
            contributions do not add up to the risk.
        """
        named = [CONTRIBUTION + name for name in features]
        explained = "base" in frame.columns
        wanted = ["risk", "base", *named] if explained else ["risk"]
        missing = [name for name in wanted if name not in frame.columns]
        if missing:
            raise ValueError(f"no column {missing[0]}")
        try:
            numbers = frame[wanted].to_numpy(dtype=np.float64)
        except (TypeError, ValueError):
            raise ValueError("an answer that is not a number") from None
        if not np.isfinite(numbers).all():
            raise ValueError("an answer that is not a finite number")
        risk = numbers[:, 0]
        if ((risk < 0) | (risk > 1)).any():
            raise ValueError("a risk outside 0 to 1")
        if not explained:
            return cls(risk)
        log_odds = numbers[:, 1:].sum(axis=1)
        if not np.allclose(risk_of(log_odds), risk, rtol=0, atol=1e-9):
            raise ValueError("contributions that do not add up to the risk")
        shares = pd.DataFrame(numbers[:, 2:], columns=list(features))
        return cls(risk, Explanation(numbers[:, 1], shares))
