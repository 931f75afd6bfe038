"""Which reader a fitted model has, by the name of its class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from model.adoption.transcription.encoded_trees import Encode, TreeMember
from model.adoption.transcription.libraries import catboost, lightgbm, scikit_learn, xgboost

Reader = Callable[[Any, Encode], Iterator[TreeMember]]
READERS: dict[tuple[str, str], Reader] = {
    ("xgboost", "XGBClassifier"): xgboost.of_fitted,
    ("xgboost", "XGBRFClassifier"): xgboost.of_fitted,
    ("xgboost", "Booster"): xgboost.of_fitted,
    ("lightgbm", "LGBMClassifier"): lightgbm.of_fitted,
    ("lightgbm", "Booster"): lightgbm.of_fitted,
    ("catboost", "CatBoostClassifier"): catboost.of_fitted,
    ("catboost", "CatBoost"): catboost.of_fitted,
}


def members(fitted: Any, encode: Encode) -> Iterator[TreeMember]:
    """The trees of a fitted classifier of two classes, of which the second is the outcome.

    Raises
    ------
    LeftAsItIs
        If it is of no kind known here, or has other than two classes.
    """
    kind = type(fitted)
    reader = READERS.get((kind.__module__.partition(".")[0], kind.__name__))
    if reader is not None:
        yield from reader(fitted, encode)
    else:
        yield from scikit_learn.members(fitted, encode, members)
