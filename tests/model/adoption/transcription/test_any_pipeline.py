"""Whatever pipeline of scikit-learn somebody makes: proven and equal, or left with a sentence.

Few are drawn, always the same; as many as `PIPELINES` says, at random, where that is set:
``PIPELINES=300 pytest tests/model/adoption/transcription/test_any_pipeline.py``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as some
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier

from model.adoption.transcription.columns import Columns
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.transcribe import Transcribed, transcribe
from model.scoring import Additive
from tests.model.adoption.transcription.originals import INPUTS, NUMBERS, WORDS, Opened, patients

EXAMPLES = 5
ASKED_FOR = int(os.environ.get("PIPELINES", "0"))
FRESH_ROWS = 400
EQUAL = 1e-9
SENTENCE = re.compile(r"As trees: .+\. As a sum: .+\.", re.DOTALL)


def ratio_of_two(numbers: np.ndarray) -> np.ndarray:
    """The article's step, with a divisor that is never 0."""
    return np.column_stack([numbers, numbers[:, 0] / (1.0 + np.abs(numbers[:, 1]))])


def root_of_first(numbers: np.ndarray) -> np.ndarray:
    return np.column_stack([numbers, np.sqrt(np.abs(numbers[:, 0]))])


class Ratio(BaseEstimator, TransformerMixin):
    """The same ratio by a class of one's own."""

    def fit(self, numbers: np.ndarray, outcome: object = None) -> Ratio:
        self.columns_ = numbers.shape[1]
        return self

    def transform(self, numbers: np.ndarray) -> np.ndarray:
        return ratio_of_two(numbers)


IMPUTERS: dict[str, Callable[[], Any]] = {
    "mean": SimpleImputer,
    "median": lambda: SimpleImputer(strategy="median"),
    "0 with a mark": lambda: SimpleImputer(strategy="constant", fill_value=0, add_indicator=True),
    "mean with a mark": lambda: SimpleImputer(add_indicator=True),
}
SCALERS: dict[str, Callable[[], Any]] = {
    "standard": StandardScaler,
    "between 0 and 1": MinMaxScaler,
    "clipped": lambda: MinMaxScaler(clip=True),
    "robust": RobustScaler,
    "largest": MaxAbsScaler,
    "quantiles": lambda: QuantileTransformer(n_quantiles=20),
    "bins": lambda: KBinsDiscretizer(
        5, encode="onehot-dense", quantile_method="averaged_inverted_cdf"
    ),
    "none": lambda: "passthrough",
}
EXTRAS: dict[str, Callable[[], Any]] = {
    "none": lambda: "passthrough",
    "ratio": lambda: FunctionTransformer(ratio_of_two),
    "root": lambda: FunctionTransformer(root_of_first),
    "ratio of a class": Ratio,
    "squares": lambda: PolynomialFeatures(2, include_bias=False),
    "products": lambda: PolynomialFeatures(2, interaction_only=True, include_bias=False),
}
ENCODERS: dict[str, Callable[[], Any]] = {
    "one-hot": lambda: OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    "one-hot without the first": lambda: OneHotEncoder(drop="first", sparse_output=False),
    "sparse one-hot": lambda: OneHotEncoder(handle_unknown="ignore"),
    "ordinal": lambda: OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
}
MODELS: dict[str, Callable[[int, int], Any]] = {
    "logistic": lambda size, _: LogisticRegression(C=10.0 ** (size - 3), max_iter=3000),
    "tree": lambda size, seed: DecisionTreeClassifier(max_depth=size, random_state=seed),
    "forest": lambda size, seed: RandomForestClassifier(size, max_depth=5, random_state=seed),
    "extra trees": lambda size, seed: ExtraTreesClassifier(size, max_depth=4, random_state=seed),
    "bagging": lambda size, seed: BaggingClassifier(n_estimators=size, random_state=seed),
    "boosting": lambda size, seed: GradientBoostingClassifier(
        n_estimators=3 * size, max_depth=2, subsample=0.7, random_state=seed
    ),
    "histogram boosting": lambda size, seed: HistGradientBoostingClassifier(
        max_iter=3 * size, max_leaf_nodes=7, random_state=seed
    ),
    "adaptive boosting": lambda size, seed: AdaBoostClassifier(
        n_estimators=size, random_state=seed
    ),
}


@dataclass(frozen=True)
class Made:
    """What a pipeline is made of. takes_blanks : whether it is offered rows with blanks."""

    imputer: str
    scaler: str
    extra: str
    encoder: str
    model: str
    size: int
    seed: int
    takes_blanks: bool

    def opened(self) -> Opened:
        rows, outcome = patients(250, self.seed, 0.1 if self.takes_blanks else 0.0)
        steps = [IMPUTERS[self.imputer](), SCALERS[self.scaler](), EXTRAS[self.extra]()]
        words = ENCODERS[self.encoder]()
        if self.takes_blanks:
            words = make_pipeline(SimpleImputer(strategy="most_frequent"), words)
        encoding = ColumnTransformer(
            [("numbers", make_pipeline(*steps), NUMBERS), ("words", words, list(WORDS))],
            sparse_threshold=0,
        )
        fitted = make_pipeline(encoding, MODELS[self.model](self.size, self.seed))
        inputs = tuple(replace(of, missing=self.takes_blanks) for of in INPUTS)
        return Opened(fitted.fit(rows, outcome), inputs, example=rows.head(3))


def proven(original: Opened) -> Transcribed | LeftAsItIs:
    try:
        return transcribe(original)
    except LeftAsItIs as left:
        return left


pipelines = some.builds(
    Made,
    some.sampled_from(sorted(IMPUTERS)),
    some.sampled_from(sorted(SCALERS)),
    some.sampled_from(sorted(EXTRAS)),
    some.sampled_from(sorted(ENCODERS)),
    some.sampled_from(sorted(MODELS)),
    some.integers(1, 6),
    some.integers(0, 1000),
    some.booleans(),
)


@settings(
    max_examples=ASKED_FOR or EXAMPLES,
    derandomize=not ASKED_FOR,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(pipelines)
@pytest.mark.timeout(0 if ASKED_FOR else 300)
@pytest.mark.filterwarnings("ignore")
def test_a_pipeline_is_proven_and_equal_or_left_with_a_sentence(made: Made) -> None:
    original = made.opened()
    done = proven(original)
    event(type(done).__name__)
    if isinstance(done, LeftAsItIs):
        note(str(done))
        assert SENTENCE.fullmatch(str(done))
        return
    certificate = done.certificate
    assert 0 <= certificate.largest_difference <= certificate.tolerance == EQUAL
    blank = 0.2 if made.takes_blanks else 0.0
    fresh, _ = patients(FRESH_ROWS, seed=made.seed + 1, blank=blank)
    columns = Columns(original.inputs)
    values = columns.values(fresh)
    risk = done.engine.risk(values)
    assert np.abs(risk - original.ask(fresh)).max() <= EQUAL
    if isinstance(done.engine, Additive):
        why = done.engine.explained(values[:20])
        base, shares, score = why.base, why.contributions, done.engine.log_odds(values[:20])
    else:
        base, shares = done.engine.shapley(values[:2])
        score = done.engine.score(values[:2])
    assert np.abs(base + shares.sum(axis=1) - score).max() <= EQUAL * max(1, np.abs(score).max())
    with pytest.raises(ValueError, match="does not know"):
        columns.values(pd.concat([fresh.head(1).assign(cp="asymptomatic")]))
