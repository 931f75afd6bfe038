"""Opened originals for tests: a fitted pipeline, or any function, behind the protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from model.adoption.original import Input, Kind

NUMBERS = ["age", "bp", "chol"]
WORDS = {"sex": ("M", "F"), "cp": ("ASY", "NAP", "ATA", "TA"), "thal": (3, 6, 7)}
INPUTS = (
    Input("age", Kind.NUMBER, low=30, high=80, missing=True),
    Input("bp", Kind.NUMBER, low=90, high=190, missing=True),
    Input("chol", Kind.NUMBER, low=100, high=400, missing=True),
    *(Input(name, Kind.WORD, words, missing=True) for name, words in WORDS.items()),
)


@dataclass
class Opened:
    """An `Original` in this process."""

    fitted: Any
    inputs: tuple[Input, ...] = INPUTS
    example: pd.DataFrame | None = None
    answer: Callable[[pd.DataFrame], np.ndarray] | None = None
    reference: str = "models:/ward-score/2"
    files: Mapping[str, str] = field(default_factory=lambda: {"model.pkl": "ab" * 32})
    environment: Mapping[str, str] = field(default_factory=lambda: {"python": "3.11.7"})

    def ask(self, frame: pd.DataFrame) -> np.ndarray:
        given = frame[[of.name for of in self.inputs]]
        if self.answer is not None:
            return np.asarray(self.answer(given), dtype=np.float64)
        risk = self.fitted.predict_proba(given)[:, 1]
        return np.asarray(risk, dtype=np.float64)


def patients(
    count: int = 400, seed: int = 0, blank: float = 0.05
) -> tuple[pd.DataFrame, np.ndarray]:
    """Made-up rows in the original's words, some cells blank, and outcomes."""
    random = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "age": random.integers(30, 80, count).astype(float),
            "bp": random.normal(130, 15, count).round(1),
            "chol": random.normal(240, 50, count).round(),
            **{
                name: np.array(words, dtype=object)[random.integers(len(words), size=count)]
                for name, words in WORDS.items()
            },
        }
    )
    score = (rows.age - 55) / 8 + 1.5 * (rows.cp == "ASY") + (rows.thal == 7) * (rows.bp > 130)
    outcome = (score + random.normal(size=count) > 0.8).to_numpy().astype(int)
    rows["thal"] = rows["thal"].astype(float)
    for name in rows:
        rows.loc[random.random(count) < blank, name] = np.nan
    return rows, outcome


def encoding(*extra: Any, encoder: Any = None) -> ColumnTransformer:
    """The usual preprocessing on raw words; `extra` are steps for the numbers after the scaler."""
    return ColumnTransformer(
        [
            (
                "numbers",
                make_pipeline(SimpleImputer(add_indicator=not extra), StandardScaler(), *extra),
                NUMBERS,
            ),
            (
                "words",
                make_pipeline(
                    SimpleImputer(strategy="most_frequent"),
                    encoder or OneHotEncoder(handle_unknown="ignore"),
                ),
                list(WORDS),
            ),
        ]
    )
